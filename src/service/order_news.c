/* What a package's news changes in what is known of its order. */
#include <string.h>

#include "service/order_work.h"

void order_work_note(struct order_work *w, const char *kind, str detail)
{
    struct work_note *note = ARENA_NEW(w->a, struct work_note);
    *note = (struct work_note){ .kind = kind, .detail = detail };
    *w->notes_end = note;
    w->notes_end = &note->next;
}

/* Room in an array that was read to its exact size. */
static void *with_room(struct arena *a, const void *from, size_t size, size_t count, size_t more)
{
    char *to = arena_take_array(a, size, count + more);
    if (count) memcpy(to, from, size * count);
    return to;
}

static size_t package_of(const struct stored_order *o, int64_t id)
{
    for (size_t i = 0; i < o->package_count; i++)
        if (o->packages[i].id == id) return i;
    return 0; /* a foreign key: it is there */
}

static void make_room(struct order_work *w, size_t packages, size_t lines)
{
    struct stored_order *o = &w->o;
    o->packages = with_room(w->a, o->packages, sizeof *o->packages, o->package_count, packages);
    o->lines = with_room(w->a, o->lines, sizeof *o->lines, o->line_count, lines);
    o->parts = with_room(w->a, o->parts, sizeof *o->parts, o->part_count, lines);
    w->package_is_changed = ARENA_ARRAY(w->a, bool, o->package_count + packages);
    w->part_is_changed = ARENA_ARRAY(w->a, bool, o->part_count + lines);
    w->lines = ARENA_ARRAY(w->a, struct work_line, o->line_count + lines);
    for (size_t i = 0; i < o->line_count; i++) {
        struct stored_line *l = &o->lines[i];
        w->lines[i] =
            (struct work_line){ .package = package_of(o, l->package_id), .was_short = l->is_short };
        w->lines[i].was_waiting = !l->line.is_cancelled && order_line_waits(l, l->line.quantity);
    }
}

bool order_line_waits(const struct stored_line *l, int64_t wanted)
{
    return !l->variant_id && wanted > 0;
}

bool order_work_find(struct order_work *w, int64_t order_id, struct err *e)
{
    if (!order_repo_find(w->s->db, w->a, w->by, order_id, &w->o, e)) return false;
    w->was_short = w->o.is_short;
    w->notes_end = &w->notes;
    make_room(w, 0, 0);
    return true;
}

bool order_work_load(struct order_work *w, int64_t store_id, str number, size_t packages,
                     size_t lines, struct err *e)
{
    struct err why = { 0 };
    bool is_known = order_repo_find_remote(w->s->db, w->a, w->by, store_id, number, &w->o, &why);
    w->is_new = !is_known && why.kind == ERR_NOT_FOUND &&
                str_eq(str_from(why.code), STR("order.not_found"));
    if (!is_known && !w->is_new) {
        *e = why;
        return false;
    }
    if (w->is_new)
        w->o = (struct stored_order){ .company_id = w->by->company_id,
                                      .store_id = store_id,
                                      .remote_number = number,
                                      .status = ORDER_SUPERSEDED,
                                      .received_at = w->now };
    w->was_short = w->o.is_short;
    w->notes_end = &w->notes;
    make_room(w, packages, lines);
    return true;
}

static struct stored_package *find_package(struct order_work *w, str remote_id)
{
    for (size_t i = 0; i < w->o.package_count; i++)
        if (str_eq(w->o.packages[i].remote_package_id, remote_id)) return &w->o.packages[i];
    return NULL;
}

static struct order_part *find_part(struct order_work *w, size_t package, str line_id)
{
    for (size_t i = 0; i < w->o.part_count; i++)
        if (w->o.parts[i].package == package && str_eq(w->o.parts[i].remote_line_id, line_id))
            return &w->o.parts[i];
    return NULL;
}

static size_t find_line(const struct order_work *w, str line_id)
{
    for (size_t i = 0; i < w->o.line_count; i++)
        if (str_eq(w->o.lines[i].line.remote_line_id, line_id)) return i;
    return w->o.line_count;
}

/* A status that is none of ours says nothing of cancelling; a line's own flag always does. */
static bool says_cancelled(const struct order_line *l)
{
    return l->is_cancelled || !order_status_holds_stock(l->status);
}

static bool cancels_any(const struct order *news)
{
    for (size_t i = 0; i < news->line_count; i++)
        if (says_cancelled(&news->lines[i])) return true;
    return false;
}

/* A cancelled package whose lines say nothing of it is cancelled whole. One that calls some of its
 * lines cancelled has moved the others on: their new package comes, or is here already. */
static bool is_cancelled_here(const struct order *news, const struct order_line *l)
{
    return says_cancelled(l) || (news->status == ORDER_CANCELLED && !cancels_any(news));
}

/* Entries of one line in one package add up; where some are cancelled, the others are what stays. */
static int64_t pieces_here(const struct order *news, size_t first, bool *is_cancelled)
{
    int64_t standing = 0, cancelled = 0;
    for (size_t i = first; i < news->line_count; i++) {
        const struct order_line *l = &news->lines[i];
        if (!str_eq(l->remote_line_id, news->lines[first].remote_line_id)) continue;
        *(is_cancelled_here(news, l) ? &cancelled : &standing) += l->quantity;
    }
    *is_cancelled = !standing;
    return standing ? standing : cancelled;
}

static bool is_mentioned_before(const struct order *news, size_t line)
{
    for (size_t i = 0; i < line; i++)
        if (str_eq(news->lines[i].remote_line_id, news->lines[line].remote_line_id)) return true;
    return false;
}

static bool cancels_more(struct order_work *w, size_t package, const struct order *news)
{
    for (size_t i = 0; i < news->line_count; i++) {
        struct order_part *known = find_part(w, package, news->lines[i].remote_line_id);
        bool is_cancelled = false;
        if (is_mentioned_before(news, i) || !known || known->is_cancelled) continue;
        pieces_here(news, i, &is_cancelled);
        if (is_cancelled) return true;
    }
    return false;
}

/* Where the time does not tell the newer of two (equal, or not given), what is further along is. */
static bool is_newer(struct order_work *w, const struct stored_package *p, const struct order *news)
{
    if (p->modified_at && news->modified_at && p->modified_at != news->modified_at)
        return news->modified_at > p->modified_at;
    if (order_status_rank(news->status) > order_status_rank(p->status)) return true;
    return cancels_more(w, (size_t)(p - w->o.packages), news);
}

/* A marketplace tells of an acknowledged package once more as it was before, when our own notice and
 * its page crossed: work steps do not go back. */
static enum order_status status_after(enum order_status was, enum order_status said)
{
    bool is_step = said == ORDER_NEW || said == ORDER_PICKING;
    bool was_step = was == ORDER_PICKING || was == ORDER_READY;
    return is_step && was_step && order_status_rank(said) < order_status_rank(was) ? was : said;
}

static void note_package(struct order_work *w, const char *kind, const struct stored_package *p,
                         enum order_status from)
{
    struct json_writer j = json_writer(w->a);
    json_open_object(&j, NULL);
    json_put_text(&j, "package", p->remote_package_id);
    if (p->origin_package_ids.len) json_put_text(&j, "origins", p->origin_package_ids);
    if (from != p->status) json_put_cstr(&j, "from", order_status_name(from));
    json_put_cstr(&j, "status", order_status_name(p->status));
    json_put_text(&j, "remote_status", p->remote_status);
    json_close_object(&j);
    order_work_note(w, kind, json_written(&j));
}

/* Later news may leave out what earlier news had. */
static void keep_or_take(str *known, str said)
{
    if (said.len) *known = said;
}

static void tell_package(struct order_work *w, struct stored_package *p, const struct order *news)
{
    bool is_new = !p->remote_package_id.len;
    enum order_status was = p->status;
    p->remote_package_id = news->remote_package_id;
    p->status = is_new ? news->status : status_after(was, news->status);
    p->remote_status = news->remote_status;
    if (news->modified_at) p->modified_at = news->modified_at;
    p->total = news->total;
    keep_or_take(&p->origin_package_ids, news->origin_package_ids);
    keep_or_take(&p->carrier, news->carrier);
    keep_or_take(&p->tracking_number, news->tracking_number);
    keep_or_take(&p->tracking_url, news->tracking_url);
    if (is_new)
        note_package(w, w->is_new && w->o.package_count == 1 ? "received" : "package", p,
                     p->status);
    else if (was != p->status)
        note_package(w, "status", p, was);
    w->package_is_changed[p - w->o.packages] = true;
}

static void tell_part(struct order_work *w, size_t package, const struct order *news, size_t line)
{
    const struct order_line *said = &news->lines[line];
    struct order_part *part = find_part(w, package, said->remote_line_id);
    bool is_new = !part, is_cancelled = false;
    int64_t pieces = pieces_here(news, line, &is_cancelled);
    if (is_new) part = &w->o.parts[w->o.part_count++];
    bool was_cancelled = part->is_cancelled, had_left = part->has_left;
    *part = (struct order_part){
        .package = package,
        .remote_line_id = said->remote_line_id,
        .remote_sku = said->remote_sku,
        .quantity = pieces,
        .status = said->status,
        .is_cancelled = is_cancelled,
        .has_left = order_status_has_left(said->status) || order_status_has_left(news->status),
    };
    /* What we do not understand takes nothing back that we did. */
    if (!is_new && said->status == ORDER_UNKNOWN) {
        part->is_cancelled |= was_cancelled;
        part->has_left |= had_left;
    }
    w->part_is_changed[part - w->o.parts] = true;
}

static void tell_line(struct order_work *w, size_t package, const struct order_line *said)
{
    size_t i = find_line(w, said->remote_line_id);
    bool is_new = i == w->o.line_count;
    struct stored_line *l = &w->o.lines[i];
    const struct stored_package *speaks = &w->o.packages[w->lines[i].package];
    if (is_new) {
        w->o.line_count++;
        *l = (struct stored_line){ .line = *said };
        w->lines[i] = (struct work_line){ .package = package };
    } else if (w->o.packages[package].modified_at >= speaks->modified_at) {
        struct order_line was = l->line;
        l->line = *said;
        l->line.status = was.status;
        l->line.quantity = was.quantity;
        l->line.is_cancelled = was.is_cancelled;
    }
    w->lines[i].is_changed = true;
}

static void tell_order(struct order_work *w, const struct order *news)
{
    struct stored_order *o = &w->o;
    if (news->ordered_at && (!o->ordered_at || news->ordered_at < o->ordered_at))
        o->ordered_at = news->ordered_at;
    if (news->modified_at > o->modified_at) o->modified_at = news->modified_at;
    if (news->ship_by) o->ship_by = news->ship_by;
    if (!o->total.currency[0]) o->total = money_of(0, news->total.currency);
    if (news->buyer_name.len) o->buyer_masked = order_mask_name(w->a, news->buyer_name);
    keep_or_take(&o->buyer_name, news->buyer_name);
    keep_or_take(&o->buyer_json, news->buyer_json);
    if (news->report.len && !str_eq(news->report, o->report)) {
        struct json_writer j = json_writer(w->a);
        json_open_object(&j, NULL);
        json_put_text(&j, "text", news->report);
        json_close_object(&j);
        order_work_note(w, "report", json_written(&j));
    }
    o->report = news->report;
}

void order_work_tell(struct order_work *w, const struct order *news)
{
    struct stored_package *p = find_package(w, news->remote_package_id);
    if (p && !is_newer(w, p, news)) return;
    if (!p) p = &w->o.packages[w->o.package_count++];
    size_t package = (size_t)(p - w->o.packages);
    tell_package(w, p, news);
    for (size_t i = 0; i < news->line_count; i++) {
        if (is_mentioned_before(news, i)) continue;
        tell_part(w, package, news, i);
        tell_line(w, package, &news->lines[i]);
    }
    tell_order(w, news);
    w->is_changed = true;
}
