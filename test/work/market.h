/*
 * market.h: a house whose two stores sell on a simulated Trendyol, worked for job by job.
 *
 * Shape    the real connector, HTTP client, queue, limits and services; only threads are missing: jobs
 *          run one after the other when a test says so. Time stands still on both sides and moves on
 *          both together, from one due job to the next (market_pass), so an hour costs what its
 *          jobs cost.
 * Memory   all of it ends with market_close().
 * Errors   what cannot be set up or asked ends the test.
 */
#ifndef TEST_WORK_MARKET_H
#define TEST_WORK_MARKET_H

#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "domain/hook.h"
#include "net/http_client.h"
#include "repo/store_repo.h"
#include "sandbox/sandbox.h"
#include "service/offer.h"
#include "service/order.h"
#include "service/stock.h"
#include "service/store.h"
#include "support/house.h"
#include "support/suite.h"
#include "work/run_job.h"

#define MARKET_JOBS_MOST                                                                           \
    3000 /* of one test: a job that begets itself without end must not hang it */

struct market {
    struct house *house;
    struct sandbox *sandbox;
    struct http_client *client;
    struct limits *limits;
    struct arena *arena; /* the test's */
    struct arena *runs;  /* a job's */
    struct work work;
    int jobs_run, edits;
};

static const int64_t market_sellers[HOUSE_STORES] = { 100200, 100201 };

static inline void market_must(bool ok, const struct err *e)
{
    if (!ok) fail_msg("%s: %s", e->code ? e->code : "?", e->message);
}

static inline utc_ms market_now(struct market *m)
{
    return clock_now(&m->house->clock);
}

/* --- the simulator's control --- */

static inline const struct json *market_ask(struct market *m, const char *method, str path,
                                            str body)
{
    struct http_reply reply;
    struct err e = { 0 };
    const struct json *v = NULL;
    struct http_request request = {
        .method = method,
        .url = str_print(m->arena, "http://127.0.0.1:%d/control/%.*s", sandbox_port(m->sandbox),
                         STR_ARG(path)),
        .body = body,
        .reply_limit = (size_t)256 << 20,
    };
    market_must(http_client_send(m->client, NULL, m->arena, &request, &reply, &e), &e);
    if (reply.status / 100 != 2)
        fail_msg("%s %.*s: %d %.*s", method, STR_ARG(path), reply.status, STR_ARG(reply.body));
    market_must(
        json_parse(m->arena, reply.body, &(struct json_limits){ .values = 5000000 }, &v, &e), &e);
    return v;
}

static inline const struct json *market_post(struct market *m, const char *path, const char *body)
{
    return market_ask(m, "POST", str_from(path), str_from(body));
}

static inline const struct json *market_get(struct market *m, const char *path)
{
    return market_ask(m, "GET", str_from(path), (str){ 0 });
}

/* "{"kind": "500", "endpoint": "orders.stream", "count": 1}" */
static inline void market_fault(struct market *m, const char *fault)
{
    market_post(m, "faults", fault);
}

static inline void market_no_faults(struct market *m)
{
    market_ask(m, "DELETE", STR("faults"), (str){ 0 });
}

/* How many requests of an endpoint (NULL: any) a seller made so far. */
static inline int64_t market_requests(struct market *m, size_t store, const char *endpoint)
{
    str path = str_print(m->arena, "requests?limit=100000&seller=%lld%s%s",
                         (long long)market_sellers[store], endpoint ? "&endpoint=" : "",
                         endpoint ? endpoint : "");
    const struct json *v = market_ask(m, "GET", path, (str){ 0 });
    return (int64_t)json_get(v, "items")->count;
}

/* The n-th request (from 0) of a seller to an endpoint: its body or path. */
static inline str market_request(struct market *m, size_t store, const char *endpoint, int64_t n,
                                 const char *field)
{
    str path = str_print(m->arena, "requests?limit=100000&seller=%lld&endpoint=%s",
                         (long long)market_sellers[store], endpoint);
    const struct json *v = json_get(market_ask(m, "GET", path, (str){ 0 }), "items")->first;
    while (v && n--) v = v->next;
    return json_text_at(v, field);
}

static inline int64_t market_violations(struct market *m)
{
    int64_t count = -1;
    json_i64_at(market_get(m, "violations"), "count", &count);
    return count;
}

/* What the marketplace shows of a seller's barcode: "quantity", "offersApplied" ... */
static inline int64_t market_shows(struct market *m, size_t store, str barcode, const char *field)
{
    str path =
        str_print(m->arena, "books?orders=false&seller=%lld", (long long)market_sellers[store]);
    const struct json *v = json_get(market_ask(m, "GET", path, (str){ 0 }), "sellers")->first;
    for (v = json_get(v, "listings")->first; v; v = v->next) {
        int64_t n = -1;
        if (!str_eq(json_text_at(v, "barcode"), barcode)) continue;
        if (!json_i64_at(v, field, &n)) fail_msg("no number '%s'", field);
        return n;
    }
    fail_msg("the marketplace has no '%.*s'", STR_ARG(barcode));
    return -1;
}

/* A buyer's order of one piece of a variant: its number. */
static inline str market_order(struct market *m, size_t store, size_t variant)
{
    str body =
        str_print(m->arena, "{\"seller\":%lld,\"force\":true,\"lines\":[{\"barcode\":\"%.*s\"}]}",
                  (long long)market_sellers[store], STR_ARG(house_remote(m->house, variant)));
    const struct json *v = market_ask(m, "POST", STR("orders"), body);
    return json_text_at(json_get(v, "orders")->first, "orderNumber");
}

/* The first package's status as the marketplace has it. */
static inline str market_package_status(struct market *m, str number)
{
    str path = str_print(m->arena, "orders/%.*s", STR_ARG(number));
    const struct json *v = market_ask(m, "GET", path, (str){ 0 });
    return json_text_at(json_get(v, "packages")->first, "status");
}

/* --- setting up --- */

static inline void market_clock(struct market *m, utc_ms now)
{
    m->house->clock.fixed = now;
    market_ask(m, "POST", STR("clock"), str_print(m->arena, "{\"now\":%lld}", (long long)now));
}

static inline void market_shelf(struct market *m, size_t store)
{
    struct text t = { .arena = m->arena };
    text_print(&t, "{\"seller\":%lld,\"items\":[", (long long)market_sellers[store]);
    for (size_t i = 0; i < HOUSE_VARIANTS; i++)
        text_print(&t,
                   "%s{\"barcode\":\"%.*s\",\"quantity\":0,\"salePrice\":100,\"listPrice\":100}",
                   i ? "," : "", STR_ARG(house_remote(m->house, i)));
    text_add(&t, STR("]}"));
    market_ask(m, "POST", STR("listings"), text_str(&t));
}

/* The house's store gets the seller's keys, a webhook secret and its schedules. */
static inline void market_connect(struct market *m, size_t store, const struct json *seller)
{
    static const char *const secrets[] = { "api_secret", NULL };
    static const struct sql_text hook = {
        .both = "UPDATE {p}marketplace SET hook_secret_box = ?, hook_id = ? WHERE id = ?",
    };
    struct house *h = m->house;
    struct err e = { 0 };
    struct store_value values[] = {
        { STR("seller_id"), json_text_at(seller, "id") },
        { STR("api_key"), json_text_at(seller, "apiKey") },
        { STR("api_secret"), json_text_at(seller, "apiSecret") },
    };
    struct store s = { 0 };
    market_must(store_repo_find(h->db, m->arena, &h->system, h->stores[store], &s, &e), &e);
    s.base_url = str_print(m->arena, "http://127.0.0.1:%d", sandbox_port(m->sandbox));
    s.test_mode = true;
    s.values = values;
    s.value_count = sizeof(values) / sizeof(*values);
    s.quantity_ceiling = 20000;
    market_must(store_repo_save(h->db, m->arena, h->keys, &h->system, &s, secrets, HOUSE_NOW, &e),
                &e);
    str secret = str_print(m->arena, "hook-secret-of-store-%zu", store);
    str box =
        box_seal(h->keys, m->arena, secret, box_place(m->arena, h->company, s.id, "hook_secret"));
    market_must(
        db_run(h->db, &hook, &e, db_blob(box), db_text(sha256_hex(m->arena, secret)), db_i64(s.id)),
        &e);
    static const char *const purposes[] = { "orders", "sweep", "hooks" };
    for (size_t i = 0; i < 3; i++)
        market_must(schedule_repo_ensure(h->db, &h->system, s.id, purposes[i], UTC_HOUR,
                                         HOUSE_NOW + UTC_HOUR, &e),
                    &e);
}

/* Where both stand at first, and the client and limits that go with them. */
static inline struct market *market_open_at(utc_ms now)
{
    struct market *m = calloc(1, sizeof(*m));
    struct err e = { 0 };
    assert_non_null(m);
    log_setup(STDERR_FILENO, LOG_FORMAT_HUMAN, LOG_ERROR); /* warnings are what these tests make */
    m->house = house_new();
    house_serve(m->house);
    m->house->clock.fixed = now;
    m->arena = arena_new();
    m->runs = arena_new();
    m->limits = limits_new(&m->house->clock);
    m->client = http_client_new(&(struct http_client_options){ .user_agent = "test" }, &e);
    market_must(m->client, &e);
    m->sandbox = sandbox_start(&(struct sandbox_options){ .marketplace = "trendyol",
                                                          .listen = "127.0.0.1:0",
                                                          .seed = 7,
                                                          .now = now,
                                                          .clock_stands = now != 0 },
                               &e);
    market_must(m->sandbox, &e);
    const struct json *sellers = json_get(market_get(m, "sellers"), "sellers");
    for (size_t i = 0; i < HOUSE_STORES; i++) {
        market_connect(m, i, i ? sellers->first->next : sellers->first);
        market_shelf(m, i);
    }
    m->work = (struct work){ .options = { .service = &m->house->service,
                                          .limits = m->limits,
                                          .client = m->client,
                                          .owner = "test" },
                             .service = &m->house->service,
                             .breakers = breakers_new(),
                             .push_sizes = push_sizes_new(),
                             .cancel = http_cancel_new() };
    return m;
}

static inline struct market *market_open(void)
{
    return market_open_at(HOUSE_NOW);
}

static inline void market_close(struct market *m)
{
    http_cancel_free(m->work.cancel);
    push_sizes_free(m->work.push_sizes);
    breakers_free(m->work.breakers);
    http_client_free(m->client);
    sandbox_stop(m->sandbox);
    limits_free(m->limits);
    arena_free(m->runs);
    arena_free(m->arena);
    house_free(m->house);
    free(m);
}

AUTO_CLOSE(market, market_close)

/* --- jobs and time --- */

/* Claims the next due job of any lane. */
static inline bool market_claim(struct market *m, struct job *job)
{
    struct err e = { 0 };
    arena_reset(m->runs);
    for (enum lane lane = 0; lane < LANE_COUNT; lane++) {
        struct queue_claim claim = { .lane = lane, .owner = "test", .lease_ms = LEASE_LASTS };
        if (queue_claim(m->house->queue, m->runs, &claim, job, &e)) return true;
        if (e.kind != ERR_NOT_FOUND) market_must(false, &e);
    }
    return false;
}

/* Runs all jobs that are due now. */
static inline void market_work(struct market *m)
{
    struct job job;
    while (market_claim(m, &job)) {
        if (++m->jobs_run > MARKET_JOBS_MOST) fail_msg("the jobs do not come to an end");
        run_job(&m->work, m->runs, &job);
    }
}

/* When the next waiting job falls due; 0: none waits. */
static inline utc_ms market_next(struct market *m)
{
    static const struct sql_text next = {
        .both = "SELECT MIN(run_at) FROM {p}mp_job WHERE state = 'waiting' AND ? = 0",
    };
    return house_number(m->house, &next, 0);
}

/* Lets time pass: every job runs when its time comes. */
static inline void market_pass(struct market *m, utc_ms span)
{
    utc_ms end = market_now(m) + span;
    for (market_work(m);; market_work(m)) {
        utc_ms next = market_next(m);
        if (!next || next > end) break;
        market_clock(m, next);
    }
    market_clock(m, end);
    market_work(m);
}

static inline void market_add(struct market *m, size_t store, const char *kind, enum lane lane)
{
    struct err e = { 0 };
    int64_t id = m->house->stores[store];
    struct job_request request = { .company_id = m->house->company,
                                   .store_id = id,
                                   .kind = kind,
                                   .lane = lane,
                                   .key = str_print(m->arena, "%s:%lld", kind, (long long)id) };
    market_must(queue_add(m->house->queue, &request, NULL, &e), &e);
}

static inline void market_pull(struct market *m, size_t store)
{
    market_add(m, store, JOB_PULL_ORDERS, LANE_NOW);
}

static inline void market_sweep(struct market *m, size_t store)
{
    market_add(m, store, JOB_SWEEP, LANE_SWEEP);
}

/* The job of this kind at a store: the newest. False: there was none. */
static inline bool market_job(struct market *m, size_t store, const char *kind, struct job *out)
{
    struct job_filter f = { .store_id = m->house->stores[store], .state = -1, .limit = 200 };
    struct job *jobs;
    size_t count;
    struct err e = { 0 };
    market_must(queue_list(m->house->queue, m->arena, m->house->company, &f, &jobs, &count, &e),
                &e);
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(jobs[i].kind, str_from(kind))) continue;
        *out = jobs[i];
        return true;
    }
    return false;
}

/* Every listing of the store wants what the stock says, and is marked. */
static inline void market_want_all(struct market *m, size_t store)
{
    struct err e = { 0 };
    int64_t next = 0;
    market_must(offer_recompute_store(&m->house->service, &m->house->system,
                                      m->house->stores[store], 0, &next, &e),
                &e);
}

/* Somebody counted: so many of a variant are available; both stores are to be told. */
static inline void market_stock(struct market *m, size_t variant, int64_t available)
{
    struct err e = { 0 };
    struct stock_edit edit = { .sku = house_sku(m->house, variant),
                               .is_absolute = true,
                               .amount = available };
    struct stock_edit_result result = { 0 };
    market_must(stock_edit(&m->house->service, m->arena, &m->house->system, &edit, 1, STR(""),
                           str_print(m->arena, "edit %d", ++m->edits), false, &result, &e),
                &e);
    if (!result.is_done) market_must(false, &result.error);
}

static inline struct listing market_listing(struct market *m, size_t store, size_t variant)
{
    struct listing l;
    struct err e = { 0 };
    market_must(listing_repo_find(m->house->db, m->arena, &m->house->system,
                                  m->house->listings[store][variant], &l, &e),
                &e);
    return l;
}

static inline const char *market_sync(struct market *m, size_t store, size_t variant)
{
    struct listing l = market_listing(m, store, variant);
    return listing_sync_name(listing_sync_of(&l));
}

/* Whether a fault of this kind is open; code NULL: any. */
static inline bool market_has_fault(struct market *m, const char *kind, const char *code)
{
    struct fault *faults;
    size_t count;
    struct page_end end;
    struct err e = { 0 };
    struct page page = { .limit = 100 };
    market_must(fault_repo_list(m->house->db, m->arena, &m->house->system, true, &page, &faults,
                                &count, &end, &e),
                &e);
    for (size_t i = 0; i < count; i++)
        if (str_eq(faults[i].kind, str_from(kind)) &&
            (!code || str_eq(faults[i].code, str_from(code))))
            return true;
    return false;
}

static inline bool market_find_order(struct market *m, size_t store, str number,
                                     struct stored_order *out)
{
    return order_repo_find_remote(m->house->db, m->arena, &m->house->system,
                                  m->house->stores[store], number, out, NULL);
}

#define COUNT_OF(m, sql) house_number((m)->house, &(const struct sql_text){ .both = (sql) }, 0)

#endif
