/*
 * order_action.c: a seller's action on one package. It is not idempotent at the marketplace, so after
 * an unknown outcome it looks before it repeats (design, idea 3).
 */
#include "base/json.h"
#include "service/order.h"
#include "work/run.h"

struct action {
    int64_t order_id;
    str package_id, invoice_number;
    enum order_action what;
};

static bool read_payload(struct run *r, struct action *out, struct err *e)
{
    const struct json *v = NULL;
    if (!json_parse(r->arena, r->job->payload, NULL, &v, e)) return false;
    json_i64_at(v, "order_id", &out->order_id);
    out->package_id = json_text_at(v, "package_id");
    out->invoice_number = json_text_at(v, "invoice_number");
    out->what = str_eq(json_text_at(v, "action"), str_from(order_action_name(ORDER_INVOICE)))
                    ? ORDER_INVOICE
                    : ORDER_ACKNOWLEDGE;
    return true;
}

/* What the marketplace says of the package now; ORDER_UNKNOWN when it is not among them. */
static bool look(struct run *r, const struct action *a, str remote_number, enum order_status *now,
                 struct err *e)
{
    struct order_page page = { 0 };
    if (!r->connector->find_order(&r->visit, remote_number, &page, e)) return false;
    *now = ORDER_UNKNOWN;
    for (size_t i = 0; i < page.count; i++)
        if (str_eq(page.orders[i].remote_package_id, a->package_id)) *now = page.orders[i].status;
    return true;
}

/* The marketplace is at or past what the action leads to. */
static bool is_reached(enum order_status now, enum order_action what)
{
    bool is_past = now == ORDER_SHIPPED || now == ORDER_DELIVERED || now == ORDER_READY;
    return is_past || (what == ORDER_ACKNOWLEDGE && now == ORDER_PICKING);
}

static struct shipment_notice notice_of(struct run *r, const struct stored_order *o,
                                        const struct action *a)
{
    struct order_line *lines = ARENA_ARRAY(r->arena, struct order_line, o->line_count + 1);
    struct shipment_notice n = { .remote_number = o->remote_number,
                                 .remote_package_id = a->package_id,
                                 .invoice_number = a->invoice_number,
                                 .lines = lines };
    int64_t package = 0;
    for (size_t i = 0; i < o->package_count; i++)
        if (str_eq(o->packages[i].remote_package_id, a->package_id)) package = o->packages[i].id;
    for (size_t i = 0; i < o->line_count; i++)
        if (o->lines[i].package_id == package && !o->lines[i].line.is_cancelled)
            lines[n.line_count++] = o->lines[i].line;
    return n;
}

static bool act(struct run *r, const struct stored_order *o, const struct action *a, struct err *e)
{
    struct shipment_notice notice = notice_of(r, o, a);
    bool (*call)(struct visit *, const struct shipment_notice *, struct err *) =
        a->what == ORDER_INVOICE ? r->connector->invoice : r->connector->acknowledge;
    if (!call)
        return err_set(e, ERR_REFUSED, "order.action_missing", "%s offers no such action",
                       r->connector->title);
    return call(&r->visit, &notice, e);
}

/* The refusal stands on the order's time line as well, where a person looks first. */
static void tell_refusal(struct run *r, const struct action *a, const struct err *why)
{
    struct err e = { 0 };
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "action", order_action_name(a->what));
    json_put_cstr(&w, "code", why->code);
    json_put_cstr(&w, "message", why->message);
    json_close_object(&w);
    struct order_event ev = { .order_id = a->order_id,
                              .at = run_now(r),
                              .kind = "action_refused",
                              .detail = json_written(&w),
                              .call_id = r->http.last_call_id };
    order_event_add(r->service->db, &r->by, &ev, &e);
}

bool job_order_action(struct run *r, struct err *e)
{
    struct action a = { 0 };
    struct stored_order o;
    bool is_unknown = false;
    if (!read_payload(r, &a, e)) return false;
    if (!order_repo_find(r->service->db, r->arena, &r->by, a.order_id, &o, e)) return false;
    r->http.about = o.remote_number;
    if (!visit_left_unknown(r, &is_unknown, e)) return false;
    if (is_unknown || r->job->tries > 1) {
        enum order_status now;
        if (!look(r, &a, o.remote_number, &now, e)) return false;
        if (is_reached(now, a.what))
            return order_action_done(r->service, &r->by, a.order_id, a.package_id, a.what,
                                     r->http.last_call_id, e);
    }
    if (!act(r, &o, &a, e)) {
        if (e->kind == ERR_REFUSED || e->kind == ERR_INVALID || e->kind == ERR_CONFLICT)
            tell_refusal(r, &a, e);
        return false;
    }
    return order_action_done(r->service, &r->by, a.order_id, a.package_id, a.what,
                             r->http.last_call_id, e);
}
