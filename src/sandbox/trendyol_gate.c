#include "sandbox/trendyol.h"

#include <stdio.h>
#include <string.h>

#define QUERY_MAX (INT64_C(1) << 52) /* far beyond any time or page, and safe to count with */

static const char html_forbidden[] =
    "<!DOCTYPE html><html><head><title>403 Forbidden</title></head>"
    "<body><center><h1>403 Forbidden</h1></center><hr></body></html>";
static const char html_trouble[] =
    "<!DOCTYPE html><html><head><title>Service Unavailable</title></head>"
    "<body><h1>The service is temporarily unavailable.</h1></body></html>";

void ty_answer(struct ty_call *c, const struct json_writer *w)
{
    http_reply(c->x, 200, "application/json", json_written(w));
}

static void answer_html(struct ty_call *c, int status, const char *page)
{
    http_reply(c->x, status, "text/html", str_from(page));
}

void ty_refuse(struct ty_call *c, int status, const char *key, const char *message)
{
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_put_i64(&w, "timestamp", c->s->at);
    json_put_cstr(&w, "exception",
                  status == 401   ? "ClientApiAuthenticationException"
                  : status == 404 ? "SellerIntegrationApiDomainNotFoundException"
                                  : "SellerIntegrationApiException");
    json_open_array(&w, "errors");
    json_open_object(&w, NULL);
    json_put_cstr(&w, "key", key);
    json_put_cstr(&w, "message", message);
    json_put_text(&w, "errorCode", str_print(c->x->arena, "%d", status));
    json_close_object(&w);
    json_close_array(&w);
    json_close_object(&w);
    http_reply(c->x, status, "application/json", json_written(&w));
}

void ty_refuse_order(struct ty_call *c, int status, const char *error, const char *message)
{
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "error", error);
    json_put_cstr(&w, "message", message);
    json_close_object(&w);
    http_reply(c->x, status, "application/json", json_written(&w));
}

void ty_breach(struct ty_call *c, const char *rule, const char *format, ...)
{
    char line[120];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    sim_log_breach(&c->s->log, c->s->at, c->request, c->seller ? c->seller->id : 0, rule, "%s",
                   line);
}

bool ty_body(struct ty_call *c, const struct json **out)
{
    if (json_parse(c->x->arena, c->x->body, NULL, out, NULL) && (*out)->kind == JSON_OBJECT)
        return true;
    ty_refuse(c, 400, "bad.request", "JSON parse error");
    return false;
}

bool ty_query_i64(struct ty_call *c, const char *name, int64_t *out)
{
    if (!http_query_has(c->x, name)) return true;
    int64_t n;
    if (str_to_i64(http_query_value(c->x, name), &n) && n >= -QUERY_MAX && n <= QUERY_MAX) {
        *out = n;
        return true;
    }
    ty_breach(c, "parameter", "%s is not a number", name);
    ty_refuse(c, 400, "invalid.parameter", "Failed to convert a query parameter");
    return false;
}

/* ^\d+ - [A-Za-z0-9]{1,30}$ */
static bool is_user_agent(str s)
{
    size_t i = 0;
    while (i < s.len && s.at[i] >= '0' && s.at[i] <= '9') i++;
    if (!i || !str_starts(str_cut(s, i, s.len), STR(" - "))) return false;
    str name = str_cut(s, i + 3, s.len);
    for (i = 0; i < name.len; i++) {
        char letter = name.at[i], lower = (char)(letter | 0x20);
        if (!(letter >= '0' && letter <= '9') && !(lower >= 'a' && lower <= 'z')) return false;
    }
    return name.len >= 1 && name.len <= 30;
}

static struct ty_seller *signed_in_seller(struct ty_call *c)
{
    str given = http_header(c->x->headers, c->x->header_count, "Authorization");
    for (size_t i = 0; i < c->ty->seller_count; i++)
        if (str_eq(given, c->ty->sellers[i]->authorization)) return c->ty->sellers[i];
    return NULL;
}

/* The seller that the call speaks of; the order maker of the test stage names it in a header. */
static bool names_its_seller(struct ty_call *c)
{
    int64_t named = 0;
    str text = c->endpoint->id == TY_EP_TEST_ORDER
                   ? http_header(c->x->headers, c->x->header_count, "SellerID")
                   : c->x->params[0];
    return c->endpoint->id == TY_EP_UNKNOWN || (str_to_i64(text, &named) && named == c->seller->id);
}

static bool pass_gate(struct ty_call *c)
{
    str agent = http_header(c->x->headers, c->x->header_count, "User-Agent");
    if (!is_user_agent(agent)) {
        ty_breach(c, "gate.user_agent", "'%.*s'", STR_ARG(str_cut(agent, 0, 60)));
        answer_html(c, 403, html_forbidden);
        return false;
    }
    c->seller = signed_in_seller(c);
    if (!c->seller) {
        ty_breach(c, "gate.credentials", "key or secret unknown");
        ty_refuse(c, 401, "ClientApiAuthenticationException", "Authentication failed");
        return false;
    }
    struct sim_request *logged = sim_log_request(&c->s->log, c->request);
    if (logged) logged->seller = c->seller->id;
    if (!names_its_seller(c)) {
        ty_breach(c, "gate.seller", "the path names another seller");
        ty_refuse(c, 403, "forbidden", "Seller id does not belong to these credentials");
        return false;
    }
    return true;
}

/* Items of the body, for faults that only strike large batches; -1: none. */
static int64_t count_items(struct ty_call *c)
{
    const struct json *body = NULL;
    if (c->endpoint->id != TY_EP_OFFERS) return -1;
    if (!json_parse(c->x->arena, c->x->body, NULL, &body, NULL)) return -1;
    const struct json *items = json_get(body, "items");
    return items ? (int64_t)items->count : -1;
}

/* Plays the faults that stand in for the call; true when it is not to be run. */
static bool fault_before(struct ty_call *c, const struct sim_fault *f)
{
    switch (f->kind) {
    case FAULT_429:
        if (c->ty->settings.retry_after_on_429) http_reply_header(c->x, "Retry-After", STR("10"));
        ty_refuse(c, 429, "too.many.requests", "Too many requests");
        return true;
    case FAULT_500:
        ty_refuse(c, 500, "internal.server.error", "Internal Server Error");
        return true;
    case FAULT_503:
        answer_html(c, 503, html_trouble);
        return true;
    case FAULT_504:
        answer_html(c, 504, html_trouble);
        return true;
    case FAULT_HTML:
        answer_html(c, f->status, html_trouble);
        return true;
    case FAULT_CUT:
        c->x->cut = true;
        return true;
    case FAULT_DELAY:
        sim_pause(c->s, f->ms);
        return false;
    case FAULT_MISSING_ONCE:
        c->leave_one_out = true;
        return false;
    default:
        return false;
    }
}

/* text with `fresh` in place of the first value of the string field `key`. */
static str replace_first(struct arena *a, str text, const char *key, const char *fresh)
{
    str mark = str_print(a, "\"%s\":\"", key);
    const char *found = memmem(text.at, text.len, mark.at, mark.len);
    if (!found) return text;
    size_t value = (size_t)(found - text.at) + mark.len;
    const char *quote = memchr(text.at + value, '"', text.len - value);
    if (!quote) return text;
    str tail = str_cut(text, (size_t)(quote - text.at), text.len);
    return str_print(a, "%.*s%s%.*s", STR_ARG(str_cut(text, 0, value)), fresh, STR_ARG(tail));
}

static str insert_after(struct arena *a, str text, const char *mark, const char *fresh)
{
    const char *found = memmem(text.at, text.len, mark, strlen(mark));
    if (!found) return text;
    size_t at = (size_t)(found - text.at) + strlen(mark);
    return str_print(a, "%.*s%s%.*s", STR_ARG(str_cut(text, 0, at)), fresh,
                     STR_ARG(str_cut(text, at, text.len)));
}

str ty_fault_text(struct arena *a, str text, const struct sim_fault *f)
{
    if (!text.len) return text;
    switch (f->kind) {
    case FAULT_TRUNCATED:
        return str_cut(text, 0, text.len / 2);
    case FAULT_UNKNOWN_STATUS:
        text = replace_first(a, text, "status", f->value);
        return replace_first(a, text, "shipmentPackageStatus", f->value);
    case FAULT_UNKNOWN_FIELD:
        text = insert_after(a, text, "\"content\":[{", "\"surprise\":{\"of\":[\"2027\",null]},");
        if (text.len > 2 && text.at[0] == '{')
            text = insert_after(a, text, "{", "\"novelty\":[1,{}],");
        return text;
    default:
        return text;
    }
}

/* Plays the faults that come after the call was run. */
static void fault_after(struct ty_call *c, const struct sim_fault *f)
{
    c->x->reply_body = ty_fault_text(c->x->arena, c->x->reply_body, f);
    if (f->kind == FAULT_LATE || f->kind == FAULT_TIMEOUT) sim_pause(c->s, f->ms);
    if (f->kind == FAULT_TIMEOUT) c->x->cut = true;
}

static void serve(struct http_exchange *x)
{
    int64_t received_us = mono_us();
    struct sandbox *s = x->context;
    struct ty_call c = { .s = s, .ty = trendyol_of(s), .x = x, .endpoint = x->route->facts };
    struct sim_fault fault = { 0 };
    sim_lock(s);
    c.request = sim_log_receive(&s->log, x, c.endpoint->name, s->at, received_us);
    if (pass_gate(&c) && ty_limit_pass(&c)) {
        fault = sim_faults_take(&s->faults, &c.ty->chance, c.endpoint->name, c.seller->id,
                                s->faults.count ? count_items(&c) : -1);
        if (!fault_before(&c, &fault)) {
            c.endpoint->run(&c);
            fault_after(&c, &fault);
        }
    }
    struct sim_request *logged = sim_log_request(&s->log, c.request);
    if (logged) {
        logged->status = x->cut ? 0 : x->status ? x->status : 200;
        logged->cut = x->cut;
        logged->fault = fault.kind ? sim_fault_name(fault.kind) : NULL;
    }
    sim_unlock(s);
}

static void run_closed(struct ty_call *c)
{
    ty_breach(c, "closed.version", "%.*s", STR_ARG(str_cut(c->x->path, 0, 100)));
    ty_refuse(c, 426, "upgrade.required", "This service version is closed, use V2");
}

static void run_unknown(struct ty_call *c)
{
    ty_breach(c, "path", "%s %.*s", c->x->method, STR_ARG(str_cut(c->x->path, 0, 90)));
    answer_html(c, 403, html_forbidden);
}

#define ENDPOINT(id_, name_, group_, run_)                                                         \
    (&(const struct ty_endpoint){ .id = (id_), .name = (name_), .group = (group_), .run = (run_) })
#define SELLER_PATH(room) "/integration/" room "/sellers/{seller}"
#define PACKAGE_PATH SELLER_PATH("order") "/shipment-packages/{package}"
#define WEBHOOK_PATH SELLER_PATH("webhook") "/webhooks"
#define ROUTE(method_, pattern_, facts_)                                                           \
    {                                                                                              \
        .method = (method_), .pattern = (pattern_), .handle = serve, .body_limit = 4 << 20,        \
        .facts = (facts_)                                                                          \
    }
#define WEBHOOK(run_) ENDPOINT(TY_EP_WEBHOOKS, "webhooks", TY_GROUP_NONE, run_)
#define SPLIT ENDPOINT(TY_EP_SPLIT, "package.split", TY_GROUP_UNSUPPLIED, ty_run_split)
#define CLOSED ENDPOINT(TY_EP_CLOSED, "closed", TY_GROUP_NONE, run_closed)
#define UNKNOWN ENDPOINT(TY_EP_UNKNOWN, "unknown", TY_GROUP_NONE, run_unknown)

const struct http_route trendyol_routes[] = {
    ROUTE("GET", "/integration/sellers/{seller}/addresses",
          ENDPOINT(TY_EP_ADDRESSES, "addresses", TY_GROUP_PRODUCT_READ, ty_run_addresses)),
    ROUTE("POST", SELLER_PATH("inventory") "/products/price-and-inventory",
          ENDPOINT(TY_EP_OFFERS, "offers.push", TY_GROUP_OFFERS, ty_run_offers)),
    ROUTE("GET", SELLER_PATH("product") "/products/batch-requests/{batch}",
          ENDPOINT(TY_EP_BATCH, "batch.read", TY_GROUP_PRODUCT_READ, ty_run_batch)),
    ROUTE("GET", SELLER_PATH("product") "/products/approved/inventory-and-price",
          ENDPOINT(TY_EP_LIGHT, "listings.light", TY_GROUP_PRODUCT_READ, ty_run_light)),
    ROUTE("GET", SELLER_PATH("product") "/products/approved",
          ENDPOINT(TY_EP_APPROVED, "listings.approved", TY_GROUP_PRODUCT_READ, ty_run_approved)),
    ROUTE("GET", SELLER_PATH("product") "/product/{barcode}",
          ENDPOINT(TY_EP_PRODUCT, "product.read", TY_GROUP_PRODUCT_READ, ty_run_product)),
    ROUTE("GET", SELLER_PATH("order") "/v2/orders",
          ENDPOINT(TY_EP_ORDERS_PAGED, "orders.paged", TY_GROUP_ORDER_LIST, ty_run_orders_paged)),
    ROUTE("GET", SELLER_PATH("order") "/orders/stream",
          ENDPOINT(TY_EP_ORDERS_STREAM, "orders.stream", TY_GROUP_NONE, ty_run_orders_stream)),
    ROUTE("PUT", PACKAGE_PATH,
          ENDPOINT(TY_EP_PACKAGE_STATUS, "package.status", TY_GROUP_PACKAGE_STATUS,
                   ty_run_package_status)),
    ROUTE("PUT", PACKAGE_PATH "/items/unsupplied",
          ENDPOINT(TY_EP_UNSUPPLIED, "package.unsupplied", TY_GROUP_UNSUPPLIED, ty_run_unsupplied)),
    ROUTE("POST", PACKAGE_PATH "/split", SPLIT),
    ROUTE("POST", PACKAGE_PATH "/multi-split", SPLIT),
    ROUTE("POST", PACKAGE_PATH "/quantity-split", SPLIT),
    ROUTE("POST", PACKAGE_PATH "/split-packages", SPLIT),
    ROUTE("POST", WEBHOOK_PATH, WEBHOOK(ty_run_webhook_create)),
    ROUTE("GET", WEBHOOK_PATH, WEBHOOK(ty_run_webhook_list)),
    ROUTE("PUT", WEBHOOK_PATH "/{webhook}", WEBHOOK(ty_run_webhook_update)),
    ROUTE("DELETE", WEBHOOK_PATH "/{webhook}", WEBHOOK(ty_run_webhook_delete)),
    ROUTE("PUT", WEBHOOK_PATH "/{webhook}/activate", WEBHOOK(ty_run_webhook_activate)),
    ROUTE("PUT", WEBHOOK_PATH "/{webhook}/deactivate", WEBHOOK(ty_run_webhook_deactivate)),
    ROUTE("GET", SELLER_PATH("order") "/orders", CLOSED),
    ROUTE("POST", SELLER_PATH("product") "/products", CLOSED),
    ROUTE("POST", "/integration/test/order/orders/core",
          ENDPOINT(TY_EP_TEST_ORDER, "test.order", TY_GROUP_NONE, ty_run_test_order)),
    ROUTE("PUT", "/integration/test/order/sellers/{seller}/shipment-packages/{package}/status",
          ENDPOINT(TY_EP_TEST_STATUS, "test.status", TY_GROUP_NONE, ty_run_test_status)),
    ROUTE("GET", "/integration/{rest*}", UNKNOWN),
    ROUTE("POST", "/integration/{rest*}", UNKNOWN),
    ROUTE("PUT", "/integration/{rest*}", UNKNOWN),
    ROUTE("DELETE", "/integration/{rest*}", UNKNOWN),
    { 0 },
};
