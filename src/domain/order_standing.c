#include "domain/order_standing.h"

/* What is being worked out: per part, how many of its pieces no successor has spoken of. */
struct standing_work {
    const struct order_package_said *packages;
    size_t package_count;
    const struct order_part *parts;
    size_t part_count;
    int64_t *rest;
};

bool order_names_package(str origin_package_ids, str id)
{
    str rest = origin_package_ids, one;
    while (str_next(&rest, ',', &one))
        if (str_eq(str_trim(one), id)) return true;
    return false;
}

static const struct order_package_said *said_by(const struct standing_work *w, size_t part)
{
    return &w->packages[w->parts[part].package];
}

static bool is_successor(const struct standing_work *w, size_t child, size_t parent)
{
    const struct order_package_said *c = said_by(w, child), *p = said_by(w, parent);
    return c->origin_package_ids.len && c != p &&
           order_names_package(c->origin_package_ids, p->remote_package_id);
}

static bool same_line(const struct standing_work *w, size_t a, size_t b)
{
    return str_eq(w->parts[a].remote_line_id, w->parts[b].remote_line_id);
}

/* Rule 4. Of two superseded ones the newer carries on the older. */
static bool is_unnamed_successor(const struct standing_work *w, size_t child, size_t parent)
{
    const struct order_package_said *c = said_by(w, child), *p = said_by(w, parent);
    if (c == p || c->origin_package_ids.len || !p->is_superseded) return false;
    return !c->is_superseded || c->modified_at > p->modified_at;
}

static int64_t take_off(struct standing_work *w, size_t parent, int64_t pieces)
{
    int64_t taken = pieces < w->rest[parent] ? pieces : w->rest[parent];
    w->rest[parent] -= taken;
    return taken;
}

/* Rules 2 and 4: by line id. True when an origin has the line. Named origins share the pieces; those
 * that nobody named may be any number of steps back, and each step had them all. */
static bool claim_by_line(struct standing_work *w, size_t child)
{
    int64_t pieces = w->parts[child].quantity, all = pieces;
    bool is_known = false;
    for (size_t p = 0; p < w->part_count; p++) {
        if (!same_line(w, child, p)) continue;
        if (is_successor(w, child, p))
            pieces -= take_off(w, p, pieces);
        else if (is_unnamed_successor(w, child, p))
            take_off(w, p, all);
        else
            continue;
        is_known = true;
    }
    return is_known;
}

/* Rule 3: by remote SKU, for line ids that are new. */
static void claim_by_sku(struct standing_work *w, size_t child)
{
    int64_t pieces = w->parts[child].quantity;
    for (size_t p = 0; p < w->part_count && pieces > 0; p++)
        if (is_successor(w, child, p) && str_eq(w->parts[child].remote_sku, w->parts[p].remote_sku))
            pieces -= take_off(w, p, pieces);
}

static void claim(struct arena *a, struct standing_work *w)
{
    w->rest = ARENA_ARRAY(a, int64_t, w->part_count);
    for (size_t i = 0; i < w->part_count; i++) w->rest[i] = w->parts[i].quantity;
    if (w->package_count < 2) return;
    bool *is_known = ARENA_ARRAY(a, bool, w->part_count);
    for (size_t i = 0; i < w->part_count; i++) is_known[i] = claim_by_line(w, i);
    for (size_t i = 0; i < w->part_count; i++)
        if (!is_known[i]) claim_by_sku(w, i);
}

static bool origin_has_line(const struct standing_work *w, str origin, size_t line)
{
    for (size_t i = 0; i < w->part_count; i++)
        if (same_line(w, i, line) && str_eq(said_by(w, i)->remote_package_id, origin)) return true;
    return false;
}

static int64_t pieces_of_origin(const struct standing_work *w, str origin, size_t line)
{
    int64_t pieces = 0;
    for (size_t i = 0; i < w->part_count; i++)
        if (same_line(w, i, line) && order_names_package(said_by(w, i)->origin_package_ids, origin))
            pieces += w->parts[i].quantity;
    return pieces;
}

/* Rule 5. */
static int64_t most_said(const struct standing_work *w, size_t line)
{
    int64_t most = 0;
    for (size_t i = 0; i < w->part_count; i++) {
        if (!same_line(w, i, line)) continue;
        if (w->parts[i].quantity > most) most = w->parts[i].quantity;
        str rest = said_by(w, i)->origin_package_ids, origin;
        while (str_next(&rest, ',', &origin)) {
            origin = str_trim(origin);
            if (origin_has_line(w, origin, line)) continue;
            int64_t pieces = pieces_of_origin(w, origin, line);
            if (pieces > most) most = pieces;
        }
    }
    return most;
}

static bool is_newer(const struct standing_work *w, size_t a, size_t b)
{
    if (said_by(w, a)->modified_at != said_by(w, b)->modified_at)
        return said_by(w, a)->modified_at > said_by(w, b)->modified_at;
    return w->parts[a].package > w->parts[b].package;
}

/* The newest part of the line that is older than `after` (part_count: the newest of all). */
static size_t next_older(const struct standing_work *w, size_t line, size_t after)
{
    size_t best = w->part_count;
    for (size_t i = 0; i < w->part_count; i++) {
        if (!same_line(w, i, line)) continue;
        if (after < w->part_count && !is_newer(w, after, i)) continue;
        if (best == w->part_count || is_newer(w, i, best)) best = i;
    }
    return best;
}

static struct order_standing stand(const struct standing_work *w, size_t line)
{
    struct order_standing s = { .remote_line_id = w->parts[line].remote_line_id,
                                .ordered = most_said(w, line),
                                .part = w->part_count };
    size_t newest = next_older(w, line, w->part_count);
    for (size_t i = newest; i < w->part_count; i = next_older(w, line, i)) {
        const struct order_part *part = &w->parts[i];
        int64_t room = s.ordered - s.pieces;
        int64_t pieces = part->is_cancelled ? 0 : w->rest[i] < room ? w->rest[i] : room;
        if (pieces <= 0) continue;
        s.pieces += pieces;
        if (!part->has_left) s.unshipped += pieces;
        if (s.part == w->part_count) s.part = i;
    }
    if (s.part == w->part_count) s.part = newest;
    s.is_cancelled = !s.pieces && w->parts[newest].is_cancelled;
    return s;
}

static bool is_first_mention(const struct standing_work *w, size_t part)
{
    for (size_t i = 0; i < part; i++)
        if (same_line(w, i, part)) return false;
    return true;
}

size_t order_standings(struct arena *a, const struct order_package_said *packages,
                       size_t package_count, const struct order_part *parts, size_t part_count,
                       struct order_standing **out)
{
    struct standing_work w = { .packages = packages,
                               .package_count = package_count,
                               .parts = parts,
                               .part_count = part_count };
    claim(a, &w);
    *out = ARENA_ARRAY(a, struct order_standing, part_count);
    size_t count = 0;
    for (size_t i = 0; i < part_count; i++)
        if (is_first_mention(&w, i)) (*out)[count++] = stand(&w, i);
    return count;
}
