#include "support/demo_market.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define LISTINGS_MOST 1000
#define ORDERS_MOST 20000
#define PAGE_MOST 50

struct listed {
    char sku[64], price[MONEY_TEXT_SIZE], list_price[MONEY_TEXT_SIZE];
    int64_t quantity;
};

struct sold {
    char sku[64], status[16], invoice[64];
    int64_t pieces;
    utc_ms ordered_at, changed_at;
};

struct demo_market {
    struct http http;
    pthread_mutex_t lock;
    char key[64];
    struct listed listings[LISTINGS_MOST];
    size_t listing_count;
    struct sold orders[ORDERS_MOST];
    int order_count;
    int calls, failures, failure_status;
};

/* One call on its way through. */
struct visit_here {
    struct demo_market *market;
    struct arena *arena;
    const struct http_request *request;
    str path, query;
    struct json_writer out;
    int status;
};

static struct listed *find_listed(struct demo_market *m, str sku)
{
    for (size_t i = 0; i < m->listing_count; i++)
        if (str_eq(str_from(m->listings[i].sku), sku)) return &m->listings[i];
    return NULL;
}

static str parameter(const struct visit_here *h, const char *name)
{
    str rest = h->query, pair = { 0 }, key = { 0 }, value = { 0 };
    while (str_next(&rest, '&', &pair)) {
        str_split(pair, '=', &key, &value);
        if (str_eq(key, str_from(name)) && str_url_decode(h->arena, value, true, &value))
            return value;
    }
    return (str){ 0 };
}

static int64_t number_of(str text)
{
    int64_t n = 0;
    return str_to_i64(text, &n) ? n : 0;
}

static void refuse(struct visit_here *h, int status, const char *code, const char *message)
{
    h->status = status;
    h->out = json_writer(h->arena);
    json_open_object(&h->out, NULL);
    json_put_cstr(&h->out, "code", code);
    json_put_cstr(&h->out, "message", message);
    json_close_object(&h->out);
}

static void write_order(struct visit_here *h, int number)
{
    struct sold *o = &h->market->orders[number - 1];
    struct listed *l = find_listed(h->market, str_from(o->sku));
    json_open_object(&h->out, NULL);
    json_put_text(&h->out, "number", str_print(h->arena, "D%d", number));
    json_put_cstr(&h->out, "status", o->status);
    json_put_i64(&h->out, "ordered_at", o->ordered_at);
    json_put_i64(&h->out, "changed_at", o->changed_at);
    json_put_cstr(&h->out, "buyer", "A B");
    json_open_array(&h->out, "lines");
    json_open_object(&h->out, NULL);
    json_put_cstr(&h->out, "line", "1");
    json_put_cstr(&h->out, "sku", o->sku);
    json_put_cstr(&h->out, "title", "Demo");
    json_put_i64(&h->out, "quantity", o->pieces);
    json_put_raw(&h->out, "unit_price", str_from(l ? l->price : "0"));
    json_close_object(&h->out);
    json_close_array(&h->out);
    json_close_object(&h->out);
}

/* `after` is the number of the last order told. */
static void tell_orders(struct visit_here *h)
{
    utc_ms since = number_of(parameter(h, "since")), until = number_of(parameter(h, "until"));
    int64_t number = number_of(parameter(h, "after"));
    int told = 0;
    json_open_object(&h->out, NULL);
    json_open_array(&h->out, "orders");
    while (number < h->market->order_count && told < PAGE_MOST) {
        const struct sold *o = &h->market->orders[number++];
        if (o->changed_at < since || o->changed_at > until) continue;
        write_order(h, (int)number);
        told++;
    }
    json_close_array(&h->out);
    if (number < h->market->order_count) json_put_i64(&h->out, "next", number);
    json_close_object(&h->out);
}

static int number_in(const struct visit_here *h, str text)
{
    if (!str_starts(text, STR("D"))) return 0;
    int64_t number = number_of(str_cut(text, 1, text.len));
    return number >= 1 && number <= h->market->order_count ? (int)number : 0;
}

static void move_order(struct visit_here *h, struct sold *o, const char *from, const char *to)
{
    if (strcmp(o->status, from) != 0) {
        refuse(h, 409, "wrong_state", "the order is in another state");
        return;
    }
    str_fill(o->status, sizeof o->status, str_from(to));
    json_open_object(&h->out, NULL);
    json_close_object(&h->out);
}

static void one_order(struct visit_here *h, str rest)
{
    str name = { 0 }, action = { 0 };
    bool has_action = str_split(rest, '/', &name, &action);
    int number = number_in(h, name);
    if (!number) {
        refuse(h, 404, "no_such_order", "there is no such order");
        return;
    }
    struct sold *o = &h->market->orders[number - 1];
    if (!has_action) {
        write_order(h, number);
    } else if (str_eq(action, STR("acknowledge"))) {
        move_order(h, o, "open", "acknowledged");
    } else if (str_eq(action, STR("invoice"))) {
        const struct json *body = NULL;
        struct err why = { 0 };
        if (json_parse(h->arena, h->request->body, NULL, &body, &why))
            str_fill(o->invoice, sizeof o->invoice, json_text_at(body, "invoice"));
        move_order(h, o, "acknowledged", "invoiced");
    } else {
        refuse(h, 404, "no_such_action", "there is no such action");
    }
}

static void take_price(char price[MONEY_TEXT_SIZE], const struct json *v)
{
    if (v) str_fill(price, MONEY_TEXT_SIZE, json_text(v));
}

static void take_offer(struct visit_here *h, const struct json *offer)
{
    struct listed *l = find_listed(h->market, json_text_at(offer, "sku"));
    int64_t quantity = -1;
    bool is_ok = l && json_i64_at(offer, "quantity", &quantity) && quantity >= 0;
    json_open_object(&h->out, NULL);
    json_put_text(&h->out, "sku", json_text_at(offer, "sku"));
    json_put_bool(&h->out, "ok", is_ok);
    if (is_ok) {
        l->quantity = quantity;
        take_price(l->price, json_get(offer, "price"));
        take_price(l->list_price, json_get(offer, "list_price"));
    } else {
        json_put_cstr(&h->out, "code", l ? "bad_quantity" : "no_such_sku");
        json_put_cstr(&h->out, "message", l ? "the quantity is no number" : "SKU is not on sale");
    }
    json_close_object(&h->out);
}

static void take_offers(struct visit_here *h)
{
    const struct json *root = NULL;
    struct err why = { 0 };
    const struct json *list = NULL;
    if (json_parse(h->arena, h->request->body, NULL, &root, &why)) list = json_get(root, "offers");
    if (!list || list->kind != JSON_ARRAY || list->count > 100) {
        refuse(h, 400, "bad_body", "offers must be a list of at most 100");
        return;
    }
    json_open_object(&h->out, NULL);
    json_open_array(&h->out, "results");
    for (const struct json *o = list->first; o; o = o->next) take_offer(h, o);
    json_close_array(&h->out);
    json_close_object(&h->out);
}

static void tell_listings(struct visit_here *h)
{
    size_t at = (size_t)number_of(parameter(h, "after"));
    json_open_object(&h->out, NULL);
    json_open_array(&h->out, "listings");
    for (int told = 0; at < h->market->listing_count && told < PAGE_MOST; at++, told++) {
        const struct listed *l = &h->market->listings[at];
        json_open_object(&h->out, NULL);
        json_put_cstr(&h->out, "sku", l->sku);
        json_put_text(&h->out, "id", str_print(h->arena, "L%zu", at + 1));
        json_put_cstr(&h->out, "title", "Demo");
        json_put_i64(&h->out, "quantity", l->quantity);
        json_put_raw(&h->out, "price", str_from(l->price));
        json_put_raw(&h->out, "list_price", str_from(l->list_price));
        json_put_bool(&h->out, "on_sale", l->quantity > 0);
        json_close_object(&h->out);
    }
    json_close_array(&h->out);
    if (at < h->market->listing_count) json_put_i64(&h->out, "next", (int64_t)at);
    json_close_object(&h->out);
}

static void answer(struct visit_here *h)
{
    bool is_get = !strcmp(h->request->method, "GET");
    str orders = STR("/v1/orders/");
    str key = http_header(h->request->headers, h->request->header_count, "X-Demo-Key");
    if (!str_eq(key, str_from(h->market->key))) {
        refuse(h, 401, "bad_key", "the key is not known");
    } else if (is_get && str_eq(h->path, STR("/v1/me"))) {
        json_open_object(&h->out, NULL);
        json_put_cstr(&h->out, "name", "Demo store");
        json_close_object(&h->out);
    } else if (is_get && str_eq(h->path, STR("/v1/orders"))) {
        tell_orders(h);
    } else if (str_starts(h->path, orders)) {
        one_order(h, str_cut(h->path, orders.len, h->path.len));
    } else if (!is_get && str_eq(h->path, STR("/v1/offers"))) {
        take_offers(h);
    } else if (is_get && str_eq(h->path, STR("/v1/listings"))) {
        tell_listings(h);
    } else {
        refuse(h, 404, "no_such_path", "there is no such path");
    }
}

/* A call that fails with a status changes nothing; one whose reply is lost has happened. */
static bool send_locked(struct demo_market *m, struct visit_here *h, struct http_reply *reply,
                        struct err *e)
{
    m->calls++;
    bool fails = m->failures > 0;
    if (fails) m->failures--;
    if (fails && m->failure_status)
        refuse(h, m->failure_status, "told_to_fail", "switched on by the test");
    else
        answer(h);
    if (fails && !m->failure_status)
        return err_set(e, h->request->changes_something ? ERR_UNCERTAIN : ERR_UNAVAILABLE,
                       "http.no_reply", "%s: the reply was lost", h->request->purpose);
    *reply = (struct http_reply){ .status = h->status, .body = json_written(&h->out) };
    return true;
}

static bool send(struct http *http, struct arena *a, const struct http_request *request,
                 struct http_reply *reply, struct err *e)
{
    struct demo_market *m = (struct demo_market *)http;
    struct visit_here h = {
        .market = m, .arena = a, .request = request, .out = json_writer(a), .status = 200
    };
    str url = request->url, scheme = { 0 }, host = { 0 };
    str_split(url, '/', &scheme, &url);
    str_split(str_cut(url, 1, url.len), '/', &host, &url);
    url = str_print(a, "/%.*s", STR_ARG(url));
    str_split(url, '?', &h.path, &h.query);

    pthread_mutex_lock(&m->lock);
    bool is_ok = send_locked(m, &h, reply, e);
    pthread_mutex_unlock(&m->lock);
    return is_ok;
}

struct demo_market *demo_market_new(const char *key)
{
    struct demo_market *m = calloc(1, sizeof *m);
    if (!m) abort();
    m->http.send = send;
    pthread_mutex_init(&m->lock, NULL);
    str_fill(m->key, sizeof m->key, str_from(key));
    return m;
}

void demo_market_free(struct demo_market *m)
{
    pthread_mutex_destroy(&m->lock);
    free(m);
}

struct http *demo_market_http(struct demo_market *m)
{
    return &m->http;
}

void demo_market_list(struct demo_market *m, const char *sku, int64_t quantity, const char *price)
{
    pthread_mutex_lock(&m->lock);
    if (m->listing_count == LISTINGS_MOST) abort();
    struct listed *l = &m->listings[m->listing_count++];
    str_fill(l->sku, sizeof l->sku, str_from(sku));
    str_fill(l->price, sizeof l->price, str_from(price));
    str_fill(l->list_price, sizeof l->list_price, str_from(price));
    l->quantity = quantity;
    pthread_mutex_unlock(&m->lock);
}

int demo_market_order(struct demo_market *m, const char *sku, int64_t pieces, utc_ms now)
{
    pthread_mutex_lock(&m->lock);
    if (m->order_count == ORDERS_MOST) abort();
    struct sold *o = &m->orders[m->order_count++];
    str_fill(o->sku, sizeof o->sku, str_from(sku));
    str_fill(o->status, sizeof o->status, STR("open"));
    o->pieces = pieces;
    o->ordered_at = o->changed_at = now;
    struct listed *l = find_listed(m, str_from(sku));
    if (l) l->quantity = l->quantity > pieces ? l->quantity - pieces : 0;
    int number = m->order_count;
    pthread_mutex_unlock(&m->lock);
    return number;
}

void demo_market_cancel(struct demo_market *m, int number, utc_ms now)
{
    pthread_mutex_lock(&m->lock);
    struct sold *o = &m->orders[number - 1];
    str_fill(o->status, sizeof o->status, STR("cancelled"));
    o->changed_at = now;
    pthread_mutex_unlock(&m->lock);
}

int64_t demo_market_quantity(struct demo_market *m, const char *sku)
{
    pthread_mutex_lock(&m->lock);
    struct listed *l = find_listed(m, str_from(sku));
    int64_t quantity = l ? l->quantity : -1;
    pthread_mutex_unlock(&m->lock);
    return quantity;
}

const char *demo_market_status(struct demo_market *m, int number)
{
    return m->orders[number - 1].status;
}

int demo_market_calls(struct demo_market *m)
{
    pthread_mutex_lock(&m->lock);
    int calls = m->calls;
    pthread_mutex_unlock(&m->lock);
    return calls;
}

void demo_market_fail(struct demo_market *m, int times, int status)
{
    pthread_mutex_lock(&m->lock);
    m->failures = times;
    m->failure_status = status;
    pthread_mutex_unlock(&m->lock);
}
