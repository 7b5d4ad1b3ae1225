/*
 * order_action.c: a seller's action on one package. It is not idempotent at the marketplace, so after
 * an unknown outcome it looks before it repeats (architecture, idea 3).
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
    str name = json_text_at(v, "action");
    bool is_invoice = str_eq(name, str_from(order_action_name(ORDER_INVOICE)));
    bool is_known = is_invoice || str_eq(name, str_from(order_action_name(ORDER_ACKNOWLEDGE)));
    *out = (struct action){ .package_id = json_text_at(v, "package_id"),
                            .invoice_number = json_text_at(v, "invoice_number"),
                            .what = is_invoice ? ORDER_INVOICE : ORDER_ACKNOWLEDGE };
    if (is_known && out->package_id.len && json_i64_at(v, "order_id", &out->order_id)) return true;
    return err_set(e, ERR_BUG, "order.action_payload",
                   "the job does not say which action on which package: ask for it again");
}

/* The package is at or past what the action leads to. */
static bool is_reached(enum order_status now, enum order_action what)
{
    return now == order_after(what) || now == ORDER_READY || order_status_has_left(now);
}

static const struct stored_package *package_of(const struct stored_order *o, const struct action *a)
{
    for (size_t i = 0; i < o->package_count; i++)
        if (str_eq(o->packages[i].remote_package_id, a->package_id)) return &o->packages[i];
    return NULL;
}

/* What the marketplace says of the package now. A package that it does not list was not touched by
 * us lately, or is there under another id: repeating does no harm, it is refused at worst. */
static bool look(struct run *r, const struct action *a, str remote_number, bool *has_happened,
                 struct err *e)
{
    struct order_page page = { 0 };
    *has_happened = false;
    if (!r->connector->find_order)
        return err_set(e, ERR_REFUSED, "order.action_unknown",
                       "whether %s took this is not known and cannot be asked: look there",
                       r->connector->title);
    if (!r->connector->find_order(&r->visit, remote_number, &page, e)) return false;
    for (size_t i = 0; i < page.count; i++) {
        const struct order *o = &page.orders[i];
        if (!str_eq(o->remote_package_id, a->package_id)) continue;
        if (o->status == ORDER_UNKNOWN)
            return err_set(e, ERR_REFUSED, "order.status_unknown",
                           "the package is '%.*s' there, which this version does not know; it is"
                           " not told again: look there",
                           STR_ARG(o->remote_status));
        *has_happened = is_reached(o->status, a->what);
    }
    return true;
}

/* What the package itself was said to hold: a line may stand in several packages. */
static struct shipment_notice notice_of(struct run *r, const struct stored_order *o,
                                        const struct action *a)
{
    struct order_line *lines = ARENA_ARRAY(r->arena, struct order_line, o->part_count + 1);
    struct shipment_notice n = { .remote_number = o->remote_number,
                                 .remote_package_id = a->package_id,
                                 .invoice_number = a->invoice_number,
                                 .lines = lines };
    const struct stored_package *package = package_of(o, a);
    for (size_t i = 0; i < o->part_count; i++) {
        const struct order_part *part = &o->parts[i];
        if (&o->packages[part->package] != package || part->is_cancelled) continue;
        lines[n.line_count++] = (struct order_line){ .remote_line_id = part->remote_line_id,
                                                     .remote_sku = part->remote_sku,
                                                     .quantity = part->quantity,
                                                     .status = part->status };
    }
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

/* Anything but a first run may come after a call whose outcome nobody knows. */
static bool may_have_happened(const struct run *r)
{
    return r->was_left_unknown || r->job->tries > 1 || r->job->error_kind != ERR_NONE;
}

static bool done(struct run *r, const struct action *a, struct err *e)
{
    return order_action_done(r->service, &r->by, a->order_id, a->package_id, a->what,
                             r->http.last_call_id, e);
}

bool job_order_action(struct run *r, struct err *e)
{
    struct action a = { 0 };
    struct stored_order o;
    bool has_happened = false;
    if (!read_payload(r, &a, e)) return false;
    if (!order_repo_find(r->service->db, r->arena, &r->by, a.order_id, &o, e)) return false;
    const struct stored_package *package = package_of(&o, &a);
    /* Asked for twice, or the marketplace's own news was quicker. */
    if (package && is_reached(package->status, a.what)) return true;
    r->http.about = o.remote_number;
    if (may_have_happened(r) && !look(r, &a, o.remote_number, &has_happened, e)) return false;
    if (has_happened) return done(r, &a, e);
    if (act(r, &o, &a, e)) return done(r, &a, e);
    if (e->kind == ERR_REFUSED || e->kind == ERR_INVALID || e->kind == ERR_CONFLICT)
        tell_refusal(r, &a, e);
    return false;
}
