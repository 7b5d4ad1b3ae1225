/* What needs a person now, and today's numbers. */
#include "api/query.h"
#include "api/resources.h"
#include "repo/catalogue_repo.h"
#include "repo/listing_repo.h"
#include "repo/order_repo.h"
#include "repo/store_repo.h"

#define COUNT_MOST 10000
#define FAULTS_SHOWN 20
#define LOW_SHOWN 12
#define SINCE_MOST (35 * UTC_DAY) /* every order of the time is read */

static bool put_listing_count(struct request *r, struct json_writer *w, const char *key,
                              enum listing_sync sync, struct err *e)
{
    int64_t n;
    struct listing_filter f = { .sync = (int)sync };
    if (!listing_repo_count(r->service->db, r->arena, &r->actor, &f, COUNT_MOST, &n, e))
        return false;
    json_put_i64(w, key, n);
    return true;
}

static bool put_totals(struct request *r, struct json_writer *w, utc_ms since, struct err *e)
{
    struct order_totals totals;
    if (!order_repo_totals(r->service->db, r->arena, &r->actor, since, INT64_MAX, &totals, e))
        return false;
    put_time(w, "since", since);
    json_put_i64(w, "orders", totals.orders);
    json_put_i64(w, "pieces", totals.pieces);
    json_put_money(w, "revenue", totals.revenue);
    json_put_i64(w, "attention", totals.attention);
    return true;
}

static bool put_faults(struct request *r, struct json_writer *w, struct err *e)
{
    struct page page = { .limit = FAULTS_SHOWN };
    struct page_end end;
    struct fault *faults;
    size_t count;
    if (!fault_repo_list(r->service->db, r->arena, &r->actor, true, &page, &faults, &count, &end,
                         e))
        return false;
    json_open_array(w, "open_faults");
    for (size_t i = 0; i < count; i++) put_fault(w, NULL, &faults[i]);
    json_close_array(w);
    return true;
}

/* The titles are the products', of which several of these variants may be. */
static bool put_low_stock(struct request *r, struct json_writer *w, struct err *e)
{
    struct variant *low;
    struct product p = { 0 };
    size_t count;
    if (!variant_repo_low(r->service->db, r->arena, &r->actor, LOW_SHOWN, &low, &count, e))
        return false;
    json_open_array(w, "low_stock");
    for (size_t i = 0; i < count; i++) {
        if (p.id != low[i].product_id &&
            !product_repo_find(r->service->db, r->arena, &r->actor, low[i].product_id, &p, e))
            return false;
        put_variant(w, NULL, &low[i], p.title, &r->actor);
    }
    json_close_array(w);
    return true;
}

static bool put_stores(struct request *r, struct json_writer *w, struct err *e)
{
    struct store *stores;
    size_t count;
    if (!store_repo_list(r->service->db, r->arena, &r->actor, &stores, &count, e)) return false;
    json_open_array(w, "stores");
    for (size_t i = 0; i < count; i++) put_store(w, NULL, &stores[i]);
    json_close_array(w);
    return true;
}

static bool put_jobs(struct request *r, struct json_writer *w, struct err *e)
{
    struct job_count n;
    if (!job_counts(r, &n, e)) return false;
    json_open_object(w, "jobs");
    json_put_i64(w, "waiting", n.waiting);
    json_put_i64(w, "running", n.running);
    json_put_i64(w, "dead", n.dead);
    json_put_time(w, "oldest_due_at", n.oldest_due_at);
    json_close_object(w);
    return true;
}

static bool show(struct request *r, struct err *e)
{
    utc_ms since = r->now - UTC_DAY;
    if (!query_time(r, "since", &since, e)) return false;
    if (since < r->now - SINCE_MOST) return query_refuse(r, "since", e);
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    if (!put_totals(r, &w, since, e) || !put_faults(r, &w, e) ||
        !put_listing_count(r, &w, "waiting_listings", LISTING_WAITING, e) ||
        !put_listing_count(r, &w, "refused_listings", LISTING_REFUSED, e) ||
        !put_listing_count(r, &w, "drifted_listings", LISTING_DRIFTED, e) ||
        !put_low_stock(r, &w, e) || !put_stores(r, &w, e) || !put_jobs(r, &w, e))
        return false;
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

const struct http_route overview_routes[] = {
    ROUTE("GET", "/api/v1/overview", ACCESS_SIGNED_IN, RIGHT_SEE, show),
    { 0 },
};
