/* Listings: a variant on a store, with what is wanted, was sent, was seen. */
#include "api/input.h"
#include "api/query.h"
#include "api/resources.h"
#include "repo/catalogue_repo.h"
#include "service/offer.h"

#define SEARCH_MOST 200
#define REMOTE_SKU_MOST 200
#define COUNT_MOST 10000

/* ---- Writing ---- */

static void put_state(struct json_writer *w, const char *key, const struct listing_state *s)
{
    json_open_object(w, key);
    json_put_i64(w, "quantity", s->quantity);
    put_money(w, "price", s->price);
    put_money(w, "list_price", s->list_price);
    put_time(w, "at", s->at);
    json_close_object(w);
}

static void put_state_or_null(struct json_writer *w, const char *key, const struct listing_state *s)
{
    if (s->at)
        put_state(w, key, s);
    else
        json_put_null(w, key);
}

static void put_listing(struct json_writer *w, const char *key, const struct listing *l)
{
    bool is_refused = l->outcome == LISTING_WAS_REFUSED;
    json_open_object(w, key);
    json_put_id(w, "id", l->id);
    json_put_id(w, "store_id", l->store_id);
    json_put_text(w, "store_name", l->store_name);
    json_put_text(w, "marketplace", l->marketplace);
    json_put_id(w, "variant_id", l->variant_id);
    json_put_text(w, "sku", l->sku);
    json_put_text(w, "remote_sku", l->remote_sku);
    json_put_text(w, "title", l->title);
    json_put_cstr(w, "sync", listing_sync_name(listing_sync_of(l)));
    put_state(w, "wanted", &l->wanted);
    put_state_or_null(w, "sent", &l->sent);
    put_state_or_null(w, "seen", &l->seen);
    json_put_time(w, "confirmed_at", l->confirmed_at);
    json_put_time(w, "drift_since", l->drift_since);
    put_reason(w, "reason", is_refused ? ERR_REFUSED : ERR_NONE,
               l->outcome_code.len ? l->outcome_code : STR("listing.refused"), l->outcome_message);
    json_close_object(w);
}

static bool reply_listing(struct request *r, int status, int64_t id, struct err *e)
{
    struct listing l;
    if (!listing_repo_find(r->service->db, r->arena, &r->actor, id, &l, e)) return false;
    struct json_writer w = json_writer(r->arena);
    put_listing(&w, NULL, &l);
    return reply_json(r, status, &w);
}

/* ---- The routes ---- */

static bool read_filter(struct request *r, struct listing_filter *f, struct err *e)
{
    enum listing_sync sync;
    *f = (struct listing_filter){ .sync = -1 };
    if (http_query_has(r->x, "sync")) {
        if (!listing_sync_from(http_query_value(r->x, "sync"), &sync))
            return query_refuse(r, "sync", e);
        f->sync = (int)sync;
    }
    return query_id(r, "store", &f->store_id, e) && query_id(r, "variant", &f->variant_id, e) &&
           query_text(r, "q", SEARCH_MOST, &f->search, e);
}

static bool list(struct request *r, struct err *e)
{
    struct listing_filter f;
    struct page page;
    struct page_end end = { 0 };
    struct listing *listings;
    size_t count;
    if (!read_filter(r, &f, e) || !query_page(r, &page, e)) return false;
    if (!listing_repo_list(r->service->db, r->arena, &r->actor, &f, &page, &listings, &count, &end,
                           e))
        return query_list_failed(e);
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < count; i++) put_listing(&w, NULL, &listings[i]);
    return list_close(r, &w, end.next);
}

static bool count_all(struct request *r, struct err *e)
{
    struct listing_filter f;
    int64_t n;
    return read_filter(r, &f, e) &&
           listing_repo_count(r->service->db, r->arena, &r->actor, &f, COUNT_MOST, &n, e) &&
           reply_count(r, n, n < COUNT_MOST);
}

static bool create(struct request *r, struct err *e)
{
    struct input in;
    struct variant v;
    int64_t id = 0;
    if (!input_open(r->x, &in, e)) return false;
    int64_t store_id = input_id(&in, "store_id", REQUIRED);
    str sku = input_text(&in, "sku", REQUIRED, 1, SKU_MAX);
    str remote_sku = input_text(&in, "remote_sku", REQUIRED, 1, REMOTE_SKU_MOST);
    return input_end(&in) &&
           variant_repo_find_sku(r->service->db, r->arena, &r->actor, sku, &v, e) &&
           offer_list(r->service, &r->actor, store_id, v.id, remote_sku, &id, e) &&
           reply_listing(r, 201, id, e);
}

static bool show(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && reply_listing(r, 200, id, e);
}

static bool retry(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && offer_resend(r->service, &r->actor, id, e) &&
           reply_listing(r, 200, id, e);
}

static bool explain(struct request *r, struct err *e)
{
    int64_t id;
    struct listing l;
    str trace = { 0 };
    if (!query_path_id(r, 0, &id, e) ||
        !listing_repo_find(r->service->db, r->arena, &r->actor, id, &l, e) ||
        !offer_explain(r->service, r->arena, &r->actor, id, &trace, e))
        return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_id(&w, "listing_id", id);
    json_put_i64(&w, "quantity", l.wanted.quantity);
    json_put_raw(&w, "steps", trace.len ? trace : STR("[]"));
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

const struct http_route listing_routes[] = {
    ROUTE("GET", "/api/v1/listings", ACCESS_SIGNED_IN, RIGHT_SEE, list),
    ROUTE("POST", "/api/v1/listings", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES, create),
    ROUTE("GET", "/api/v1/listings/count", ACCESS_SIGNED_IN, RIGHT_SEE, count_all),
    ROUTE("GET", "/api/v1/listings/{id}", ACCESS_SIGNED_IN, RIGHT_SEE, show),
    ROUTE("POST", "/api/v1/listings/{id}/retry", ACCESS_SIGNED_IN, RIGHT_RETRY_JOBS, retry),
    ROUTE("GET", "/api/v1/listings/{id}/explain", ACCESS_SIGNED_IN, RIGHT_SEE, explain),
    { 0 },
};
