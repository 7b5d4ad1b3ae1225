/* An order worked on, written: rows, time line, faults and the live event. */
#include "repo/trace_repo.h"
#include "service/order_work.h"

static bool save_rows(struct order_work *w, struct err *e)
{
    struct db *db = w->s->db;
    struct stored_order *o = &w->o;
    if (!order_repo_save(db, w->a, w->s->keys, w->by, o, e)) return false;
    for (size_t i = 0; i < o->package_count; i++)
        if (w->package_is_changed[i] && !order_repo_save_package(db, w->by, o, &o->packages[i], e))
            return false;
    for (size_t i = 0; i < o->line_count; i++) {
        if (!w->lines[i].is_changed) continue;
        o->lines[i].package_id = o->packages[w->lines[i].package].id;
        if (!order_repo_save_line(db, w->by, o, &o->lines[i], e)) return false;
    }
    for (size_t i = 0; i < o->part_count; i++)
        if (w->part_is_changed[i] && !order_repo_save_part(db, w->by, o, &o->parts[i], e))
            return false;
    return true;
}

static bool save_notes(struct order_work *w, struct err *e)
{
    for (const struct work_note *n = w->notes; n; n = n->next) {
        struct order_event ev = { .order_id = w->o.id,
                                  .user_id = w->by->user_id,
                                  .at = w->now,
                                  .kind = n->kind,
                                  .detail = n->detail };
        if (!order_event_add(w->s->db, w->by, &ev, e)) return false;
    }
    return true;
}

static str named(struct arena *a, const char *first, str first_value, const char *second,
                 str second_value)
{
    struct json_writer j = json_writer(a);
    json_open_object(&j, NULL);
    json_put_text(&j, first, first_value);
    if (second) json_put_text(&j, second, second_value);
    json_close_object(&j);
    return json_written(&j);
}

static bool open_fault(struct order_work *w, str key, const char *kind, str message, str args,
                       struct err *e)
{
    struct fault f = { .company_id = w->o.company_id,
                       .store_id = w->o.store_id,
                       .subject_id = w->o.id,
                       .key = key,
                       .kind = str_from(kind),
                       .code = str_from(kind),
                       .message = message,
                       .args = args };
    return fault_repo_open(w->s->db, w->by, &f, w->now, e);
}

static str short_skus(struct order_work *w)
{
    struct text t = { .arena = w->a };
    for (size_t i = 0; i < w->o.line_count; i++) {
        if (!w->o.lines[i].is_short) continue;
        if (t.len) text_add(&t, STR(", "));
        text_add(&t, w->o.lines[i].sku);
    }
    return text_str(&t);
}

static bool tell_short(struct order_work *w, struct err *e)
{
    str key = str_print(w->a, "order.short:%lld", (long long)w->o.id);
    if (w->o.is_short == w->was_short) return true;
    if (!w->o.is_short) return fault_repo_close(w->s->db, w->by, key, w->now, e);
    str number = w->o.remote_number, skus = short_skus(w);
    return open_fault(w, key, "order.short",
                      str_print(w->a,
                                "order %.*s needs more of %.*s than there is: add stock and settle"
                                " the order, or cancel the line at the marketplace",
                                STR_ARG(number), STR_ARG(skus)),
                      named(w->a, "number", number, "sku", skus), e);
}

static str unmapped_key(struct order_work *w, str sku)
{
    return str_print(w->a, "order.unmapped:%lld:%.*s", (long long)w->o.store_id, STR_ARG(sku));
}

static bool tell_unmapped(struct order_work *w, str sku, struct err *e)
{
    order_work_note(w, "unmapped", named(w->a, "remote_sku", sku, NULL, STR("")));
    return open_fault(w, unmapped_key(w, sku), "order.unmapped",
                      str_print(w->a,
                                "order %.*s sells '%.*s', which no listing of the store has: map"
                                " it, and its stock is taken",
                                STR_ARG(w->o.remote_number), STR_ARG(sku)),
                      named(w->a, "remote_sku", sku, "number", w->o.remote_number), e);
}

/* The alert ends when no order waits for this SKU any more. Asked after the rows are written. */
static bool end_unmapped(struct order_work *w, const struct stored_line *l, struct err *e)
{
    str sku = l->line.remote_sku;
    int64_t *ids;
    size_t waiting;
    if (l->variant_id) order_work_note(w, "mapped", named(w->a, "remote_sku", sku, "sku", l->sku));
    if (!order_repo_unmapped(w->s->db, w->a, w->by, w->o.store_id, sku, 0, 1, &ids, &waiting, e))
        return false;
    return waiting || fault_repo_close(w->s->db, w->by, unmapped_key(w, sku), w->now, e);
}

static bool tell_mapping(struct order_work *w, struct err *e)
{
    for (size_t i = 0; i < w->o.line_count; i++) {
        const struct stored_line *l = &w->o.lines[i];
        bool waits = order_line_waits(l, w->lines[i].wanted);
        if (waits == w->lines[i].was_waiting) continue;
        if (waits ? !tell_unmapped(w, l->line.remote_sku, e) : !end_unmapped(w, l, e)) return false;
    }
    return true;
}

/* One alert a store and status: a connector must learn it, whatever the number of orders. */
static bool tell_unknown(struct order_work *w, struct err *e)
{
    for (size_t i = 0; i < w->o.package_count; i++) {
        const struct stored_package *p = &w->o.packages[i];
        if (p->status != ORDER_UNKNOWN || !w->package_is_changed[i]) continue;
        str key = str_print(w->a, "order.status:%lld:%.*s", (long long)w->o.store_id,
                            STR_ARG(p->remote_status));
        str message = str_print(w->a,
                                "order %.*s came with the status '%.*s', which we do not know: its"
                                " stock is taken, look it up at the marketplace",
                                STR_ARG(w->o.remote_number), STR_ARG(p->remote_status));
        str args = named(w->a, "status", p->remote_status, "number", w->o.remote_number);
        if (!open_fault(w, key, "order.status", message, args, e)) return false;
    }
    return true;
}

static bool tell_live(struct order_work *w, struct err *e)
{
    struct json_writer j = json_writer(w->a);
    json_open_object(&j, NULL);
    json_put_text(&j, "number", w->o.remote_number);
    json_put_cstr(&j, "status", order_status_name(w->o.status));
    json_put_bool(&j, "is_short", w->o.is_short);
    json_put_bool(&j, "is_unmapped", w->o.is_unmapped);
    json_close_object(&j);
    return event_repo_add(w->s->db, w->by, w->o.store_id, w->is_new ? "order.new" : "order.changed",
                          w->o.id, json_written(&j), w->now, e);
}

bool order_work_save(struct order_work *w, struct err *e)
{
    if (!w->is_changed) return true;
    return save_rows(w, e) && tell_short(w, e) && tell_mapping(w, e) && tell_unknown(w, e) &&
           save_notes(w, e) && tell_live(w, e);
}
