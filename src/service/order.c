#include "service/order.h"

#include "db/db.h"
#include "service/order_work.h"
#include "service/unit.h"

#define PIECES_MOST 1000000 /* of one line: beyond it the payload was misread */

static bool refuse(const struct order *o, const char *why, struct err *e)
{
    err_set(e, ERR_INVALID, "order.invalid", "order '%.*s' %s",
            (int)(o->remote_number.len < 64 ? o->remote_number.len : 64), o->remote_number.at, why);
    return err_arg(e, "number", o->remote_number);
}

static bool check(const struct order *o, struct err *e)
{
    if (!o->remote_number.len) return refuse(o, "has no number", e);
    if (!o->remote_package_id.len) return refuse(o, "has a package without an id", e);
    for (size_t i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->lines[i];
        if (!l->remote_line_id.len) return refuse(o, "has a line without an id", e);
        if (!l->remote_sku.len) return refuse(o, "has a line without a SKU", e);
        if (l->quantity < 0 || l->quantity > PIECES_MOST)
            return refuse(o, "has a line of an impossible quantity", e);
    }
    return true;
}

static bool same_order(const struct order *a, const struct order *b)
{
    return str_eq(a->remote_number, b->remote_number);
}

static bool is_first_of_order(const struct order *orders, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (same_order(&orders[k], &orders[i])) return false;
    return true;
}

/* All packages of one order, told in the order of their changes. */
static bool work_in(struct order_work *w, int64_t store_id, const struct order *orders,
                    size_t count, size_t first, struct err *e)
{
    size_t packages = 0, lines = 0, told = 0;
    for (size_t i = first; i < count; i++) {
        if (!same_order(&orders[first], &orders[i])) continue;
        packages++;
        lines += orders[i].line_count;
    }
    if (!order_work_load(w, store_id, orders[first].remote_number, packages, lines, e))
        return false;
    bool *is_told = ARENA_ARRAY(w->a, bool, count);
    for (; told < packages; told++) {
        size_t next = count;
        for (size_t i = first; i < count; i++) {
            if (is_told[i] || !same_order(&orders[first], &orders[i])) continue;
            if (next == count || orders[i].modified_at < orders[next].modified_at) next = i;
        }
        is_told[next] = true;
        order_work_tell(w, &orders[next]);
    }
    if (!w->is_changed) return true;
    if (!order_work_map(w, e)) return false;
    order_work_stand(w);
    return true;
}

static bool accept_all(struct service *s, struct arena *a, const struct actor *by, int64_t store_id,
                       const struct order *orders, size_t count, struct err *e)
{
    struct order_work *works = ARENA_ARRAY(a, struct order_work, count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_first_of_order(orders, i)) continue;
        works[n] = (struct order_work){ .s = s, .a = a, .by = by, .now = clock_now(s->clock) };
        if (!work_in(&works[n], store_id, orders, count, i, e)) return false;
        n += works[n].is_changed;
    }
    if (!order_works_move(works, n, e)) return false;
    for (size_t i = 0; i < n; i++)
        if (!order_work_save(&works[i], e)) return false;
    return true;
}

bool order_accept(struct service *s, const struct actor *by, int64_t store_id, int64_t raw_id,
                  const struct order *orders, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++)
        if (!check(&orders[i], e)) return false;
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    if (raw_id && !raw_repo_done(s->db, by, raw_id, e)) return false;
    if (!accept_all(s, a, by, store_id, orders, count, e)) return false;
    unit_ring(s);
    return db_commit(&tx, e);
}

bool order_settle(struct service *s, const struct actor *by, int64_t order_id, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct order_work w = { .s = s, .a = a, .by = by, .now = clock_now(s->clock) };
    if (!order_work_find(&w, order_id, e) || !order_work_map(&w, e)) return false;
    order_work_stand(&w);
    if (!order_works_move(&w, 1, e) || !order_work_save(&w, e)) return false;
    if (!unit_audit(s, by, "order.settle", "order", order_id, STR(""), e)) return false;
    unit_ring(s);
    return db_commit(&tx, e);
}
