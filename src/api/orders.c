/* Orders of all stores, what may be done with them, and payloads nobody could read. */
#include "service/order.h"

#include "api/input.h"
#include "api/order_write.h"
#include "api/query.h"
#include "api/resources.h"
#include "base/log.h"
#include "connector/connector.h"
#include "service/trace.h"

#define SEARCH_MOST 200
#define COUNT_MOST 10000
#define INVOICE_MOST 40

/* ---- Lists ---- */

static bool read_filter(struct request *r, struct order_filter *f, struct err *e)
{
    enum order_status status;
    *f = (struct order_filter){ .status = -1 };
    if (http_query_has(r->x, "status")) {
        if (!order_status_from(http_query_value(r->x, "status"), &status))
            return query_refuse(r, "status", e);
        f->status = (int)status;
    }
    return query_id(r, "store", &f->store_id, e) &&
           query_bool(r, "attention", &f->needs_attention, e) &&
           query_text(r, "q", SEARCH_MOST, &f->search, e) && query_time(r, "from", &f->from, e) &&
           query_time(r, "until", &f->until, e);
}

/* The name as this reader may see it. One that does not open stays masked: the order is shown all the
 * same, and the others of its page. */
static bool buyer_of(struct request *r, const struct stored_order *o, str *name, struct err *e)
{
    str opened = { 0 }, json = { 0 };
    struct err why = { 0 };
    *name = o->buyer_masked;
    if (!actor_may(&r->actor, RIGHT_SEE_BUYERS)) return true;
    if (order_repo_buyer(r->service->db, r->arena, r->service->keys, &r->actor, o->id, &opened,
                         &json, &why)) {
        if (opened.len) *name = opened;
        return true;
    }
    if (why.kind == ERR_UNAVAILABLE) {
        *e = why;
        return false;
    }
    log_warning_err("buyer not opened; shown masked", &why, LOG_INT("order", o->id));
    return true;
}

static bool list(struct request *r, struct err *e)
{
    struct order_filter f;
    struct page page;
    struct page_end end = { 0 };
    struct stored_order *orders;
    size_t count;
    str buyer;
    if (!read_filter(r, &f, e) || !query_page(r, &page, e)) return false;
    if (!order_repo_list(r->service->db, r->arena, &r->actor, &f, &page, &orders, &count, &end, e))
        return query_list_failed(e);
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < count; i++) {
        if (!buyer_of(r, &orders[i], &buyer, e)) return false;
        put_order(&w, NULL, &orders[i], buyer);
    }
    return list_close(r, &w, end.next);
}

static bool count_all(struct request *r, struct err *e)
{
    struct order_filter f;
    int64_t n;
    return read_filter(r, &f, e) &&
           order_repo_count(r->service->db, r->arena, &r->actor, &f, COUNT_MOST, &n, e) &&
           reply_count(r, n, n < COUNT_MOST);
}

/* ---- One order ---- */

static bool reply_order(struct request *r, int64_t id, struct err *e)
{
    struct stored_order o;
    struct order_event *events;
    size_t count;
    str buyer;
    if (!order_repo_find(r->service->db, r->arena, &r->actor, id, &o, e) ||
        !order_event_list(r->service->db, r->arena, &r->actor, id, &events, &count, e))
        return false;
    bool looks = actor_may(&r->actor, RIGHT_SEE_BUYERS);
    if (looks && !trace_buyer_shown(r->service, &r->actor, "order", id, e)) return false;
    if (!buyer_of(r, &o, &buyer, e)) return false;
    struct json_writer w = json_writer(r->arena);
    put_order_detail(&w, &o, buyer, events, count);
    return reply_json(r, 200, &w);
}

static bool show(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && reply_order(r, id, e);
}

static bool action_from(str name, enum order_action *out)
{
    static const enum order_action actions[] = { ORDER_ACKNOWLEDGE, ORDER_INVOICE };
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (!str_eq(name, str_from(order_action_name(actions[i])))) continue;
        *out = actions[i];
        return true;
    }
    return false;
}

static bool act(struct request *r, struct err *e)
{
    int64_t id, job_id = 0;
    struct input in;
    struct stored_order o;
    enum order_action action = ORDER_ACKNOWLEDGE;
    if (!query_path_id(r, 0, &id, e) || !input_open(r->x, &in, e)) return false;
    str name = input_text(&in, "action", REQUIRED, 1, 40);
    str invoice = input_text(&in, "invoice_number", OPTIONAL, 0, INVOICE_MOST);
    if (!action_from(name, &action) && name.len)
        input_refuse(&in, "action", "field.choice", "must be acknowledge or invoice");
    if (!input_end(&in)) return false;
    if (!order_repo_find(r->service->db, r->arena, &r->actor, id, &o, e)) return false;
    if (!order_action_is_known(o.marketplace, action))
        return err_set(e, ERR_CONFLICT, "order.cannot", "this marketplace takes no such action");
    return order_action(r->service, &r->actor, id, action, invoice, &job_id, e) &&
           reply_accepted(r, job_id, e);
}

static bool settle(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && order_settle(r->service, &r->actor, id, e) &&
           reply_order(r, id, e);
}

/* ---- Payloads nobody could read ---- */

static bool list_failed(struct request *r, struct err *e)
{
    struct raw_order *raws;
    size_t count;
    if (!raw_repo_list_failed(r->service->db, r->arena, &r->actor, &raws, &count, e)) return false;
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < count; i++) {
        json_open_object(&w, NULL);
        json_put_id(&w, "id", raws[i].id);
        json_put_id(&w, "store_id", raws[i].store_id);
        json_put_text(&w, "source", raws[i].source);
        put_time(&w, "received_at", raws[i].received_at);
        put_reason(&w, "reason", ERR_INVALID,
                   raws[i].error_code.len ? raws[i].error_code : STR("raw.unreadable"),
                   raws[i].error_message);
        json_close_object(&w);
    }
    return list_close(r, &w, (str){ 0 });
}

static bool retry_failed(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && order_raw_retry(r->service, &r->actor, id, e) &&
           reply_empty(r);
}

const struct http_route order_routes[] = {
    ROUTE("GET", "/api/v1/orders", ACCESS_SIGNED_IN, RIGHT_SEE, list),
    ROUTE("GET", "/api/v1/orders/count", ACCESS_SIGNED_IN, RIGHT_SEE, count_all),
    ROUTE("GET", "/api/v1/orders/{id}", ACCESS_SIGNED_IN, RIGHT_SEE, show),
    ROUTE("POST", "/api/v1/orders/{id}/actions", ACCESS_SIGNED_IN, RIGHT_WORK_ORDERS, act),
    ROUTE("POST", "/api/v1/orders/{id}/settle", ACCESS_SIGNED_IN, RIGHT_WORK_ORDERS, settle),
    ROUTE("GET", "/api/v1/orders/raw/failed", ACCESS_SIGNED_IN, RIGHT_SEE, list_failed),
    ROUTE("POST", "/api/v1/orders/raw/{id}/retry", ACCESS_SIGNED_IN, RIGHT_RETRY_JOBS,
          retry_failed),
    { 0 },
};
