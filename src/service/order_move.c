/* The stock of orders: taken, given back, and no longer reserved when it has left. */
#include <stdlib.h>

#include "repo/stock_repo.h"
#include "repo/trace_repo.h"
#include "service/offer_within.h"
#include "service/order_work.h"
#include "service/stock.h"

/* A line's movement; delta is of available: what comes back is positive. */
struct movement {
    struct order_work *work;
    size_t line, order; /* order: of arising, so that equal ones keep it */
    int64_t variant_id, delta;
    bool is_done;
    struct ledger_entry entry;
};

static struct stored_line *line_of(const struct movement *m)
{
    return &m->work->o.lines[m->line];
}

static int64_t reserved_when(const struct work_line *line, int64_t taken)
{
    return taken < line->unshipped ? taken : line->unshipped;
}

static size_t gather(struct order_work *works, size_t count, struct movement *out)
{
    size_t n = 0;
    for (size_t w = 0; w < count; w++) {
        for (size_t i = 0; i < works[w].o.line_count; i++) {
            const struct stored_line *l = &works[w].o.lines[i];
            const struct work_line *line = &works[w].lines[i];
            int64_t delta = l->taken - line->wanted;
            if (!l->variant_id) continue;
            if (!delta && !l->is_short && l->reserved == reserved_when(line, l->taken)) continue;
            out[n] = (struct movement){ .work = &works[w],
                                        .line = i,
                                        .order = n,
                                        .variant_id = l->variant_id,
                                        .delta = delta };
            n++;
        }
    }
    return n;
}

/* What comes back first, so that pieces which only change their line or package are there. */
static int in_lock_order(const void *left, const void *right)
{
    const struct movement *x = left, *y = right;
    if (x->variant_id != y->variant_id) return x->variant_id < y->variant_id ? -1 : 1;
    if ((x->delta > 0) != (y->delta > 0)) return x->delta > 0 ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static bool reserve(struct movement *m, struct err *e)
{
    struct order_work *w = m->work;
    struct stored_line *l = line_of(m);
    int64_t reserved = reserved_when(&w->lines[m->line], l->taken);
    if (reserved == l->reserved) return true;
    if (!stock_repo_reserve(w->s->db, w->by, m->variant_id, reserved - l->reserved, w->now, e))
        return false;
    l->reserved = reserved;
    w->lines[m->line].is_changed = true;
    return event_repo_add(w->s->db, w->by, 0, "stock.changed", m->variant_id, STR("{}"), w->now, e);
}

/* All that a line still needs, or nothing: half a line cannot be promised. */
static bool move(struct movement *m, struct err *e)
{
    struct order_work *w = m->work;
    struct work_line *line = &w->lines[m->line];
    struct stored_line *l = line_of(m);
    int64_t reserved = reserved_when(line, line->wanted);
    struct stock_change c = {
        .variant_id = m->variant_id,
        .delta = m->delta,
        .reserved_delta = reserved - l->reserved,
        .cause = m->delta > 0 && line->is_cancelling ? CAUSE_CANCELLATION : CAUSE_ORDER_LINE,
        .cause_key = str_print(w->a, "order:%lld:%.*s:%.*s:%lld", (long long)w->o.store_id,
                               STR_ARG(w->o.remote_number), STR_ARG(l->line.remote_line_id),
                               (long long)l->takes + 1),
        .at = w->now,
    };
    bool is_short = false;
    if (!stock_take(w->s, w->a, w->by, &c, &m->entry, &is_short, e)) return false;
    line->is_changed |= !is_short || !l->is_short;
    l->is_short = is_short;
    if (is_short) return reserve(m, e);
    l->taken = line->wanted;
    l->reserved = reserved;
    l->takes++;
    m->is_done = true;
    return true;
}

/* The marketplace has lowered its own number by what it sold; ours has not moved, so only sending it
 * again makes the two equal. */
static bool tell_again(struct movement *m, struct err *e)
{
    struct order_work *w = m->work;
    struct actor system = actor_system(w->by->company_id);
    const struct stored_line *l = line_of(m);
    if (!l->is_short || w->lines[m->line].was_short || !l->listing_id) return true;
    return offer_resend_within(w->s, w->a, &system, l->listing_id, e);
}

static bool settle(struct movement *m, struct err *e)
{
    if (m->delta) return move(m, e);
    struct stored_line *l = line_of(m);
    m->work->lines[m->line].is_changed |= l->is_short;
    l->is_short = false; /* it wants no more than it has */
    return reserve(m, e);
}

/* Each variant's listings once, after its last movement. */
static bool tell(struct movement *moves, size_t count, size_t i, struct err *e)
{
    if (!tell_again(&moves[i], e)) return false;
    if (i + 1 < count && moves[i + 1].variant_id == moves[i].variant_id) return true;
    const struct ledger_entry *newest = NULL;
    for (size_t k = i + 1; k-- && moves[k].variant_id == moves[i].variant_id && !newest;)
        if (moves[k].is_done) newest = &moves[k].entry;
    struct order_work *w = moves[i].work;
    return !newest || stock_tell(w->s, w->a, w->by, newest, e);
}

static void put_line(struct json_writer *j, const struct movement *m, int64_t pieces)
{
    const struct stored_line *l = line_of(m);
    json_open_object(j, NULL);
    json_put_text(j, "line", l->line.remote_line_id);
    json_put_text(j, "sku", l->sku);
    json_put_i64(j, "quantity", pieces);
    json_close_object(j);
}

/* One entry of the time line for all lines of a kind. */
enum move_kind { MOVE_TAKEN, MOVE_RETURNED, MOVE_SHORT };

static bool is_of_kind(const struct movement *m, enum move_kind kind)
{
    if (kind == MOVE_SHORT)
        return m->delta < 0 && !m->is_done && !m->work->lines[m->line].was_short;
    return m->is_done && (m->delta > 0) == (kind == MOVE_RETURNED);
}

static void note_moves(struct order_work *w, const struct movement *moves, size_t count,
                       enum move_kind kind)
{
    static const char *const names[] = { "stock_taken", "stock_returned", "short" };
    struct json_writer j = json_writer(w->a);
    bool any = false;
    json_open_object(&j, NULL);
    json_open_array(&j, "lines");
    for (size_t i = 0; i < count; i++) {
        if (moves[i].work != w || !is_of_kind(&moves[i], kind)) continue;
        put_line(&j, &moves[i], moves[i].delta > 0 ? moves[i].delta : -moves[i].delta);
        any = true;
    }
    json_close_array(&j);
    json_close_object(&j);
    if (any) order_work_note(w, names[kind], json_written(&j));
}

static void sum_flags(struct order_work *w)
{
    struct stored_order *o = &w->o;
    bool was_short = o->is_short, was_unmapped = o->is_unmapped;
    o->is_short = o->is_unmapped = false;
    for (size_t i = 0; i < o->line_count; i++) {
        o->is_short |= o->lines[i].is_short;
        o->is_unmapped |= order_line_waits(&o->lines[i], w->lines[i].wanted);
        w->is_changed |= w->lines[i].is_changed;
    }
    w->is_changed |= was_short != o->is_short || was_unmapped != o->is_unmapped;
}

bool order_works_move(struct order_work *works, size_t count, struct err *e)
{
    size_t most = 0;
    for (size_t w = 0; w < count; w++) most += works[w].o.line_count;
    if (!count) return true;
    struct movement *moves = ARENA_ARRAY(works[0].a, struct movement, most);
    size_t n = gather(works, count, moves);
    qsort(moves, n, sizeof *moves, in_lock_order);
    /* All variants before the first listing: the order of locks (architecture, rule 5). */
    for (size_t i = 0; i < n; i++)
        if (!settle(&moves[i], e)) return false;
    for (size_t i = 0; i < n; i++)
        if (!tell(moves, n, i, e)) return false;
    for (size_t w = 0; w < count; w++) {
        for (enum move_kind k = MOVE_TAKEN; k <= MOVE_SHORT; k++)
            note_moves(&works[w], moves, n, k);
        sum_flags(&works[w]);
    }
    return true;
}
