/*
 * content.h: things to find in the house: an order of each store, a call, a job, a store that
 * marketplaces may call.
 */
#ifndef TEST_API_CONTENT_H
#define TEST_API_CONTENT_H

#include "api/ask.h"
#include "domain/hook.h"
#include "repo/store_repo.h"
#include "service/order.h"
#include "service/trace.h"

struct content {
    int64_t orders[HOUSE_STORES]; /* both with a mapped line; the first also with an unmapped one */
    int64_t other_order;
    int64_t call, job, failed_raw, fault;
    int64_t hook_store; /* made over the API: it has a secret */
    str hook_secret, hook_key;
};

static inline int64_t content_order(struct ask *k, const struct actor *by, int64_t store,
                                    const char *number, bool is_unmapped)
{
    static const struct sql_text newest = {
        .both = "SELECT MAX(id) FROM {p}mp_order_map WHERE store_id = ?",
    };
    struct err e = { 0 };
    const struct order_line lines[] = {
        { .remote_line_id = STR_INIT("4765111"),
          .remote_sku = STR_INIT("8690000000001"),
          .title = STR_INIT("Kırmızı Şal"),
          .quantity = 2,
          .unit_price = { 1999000, "TRY" },
          .unit_discount = { 100000, "TRY" },
          .vat_ppm = 200000,
          .status = ORDER_NEW,
          .remote_status = STR_INIT("Created") },
        { .remote_line_id = STR_INIT("4765112"),
          .remote_sku = STR_INIT("bilinmeyen"),
          .title = STR_INIT("Mavi Şal"),
          .quantity = 1,
          .unit_price = { 1999000, "TRY" },
          .unit_discount = { 0, "TRY" },
          .status = ORDER_NEW,
          .remote_status = STR_INIT("Created") },
    };
    const struct order o = {
        .remote_number = str_from(number),
        .remote_package_id = str_print(k->h->arena, "38533%s", number),
        .status = ORDER_NEW,
        .remote_status = STR("Created"),
        .ordered_at = HOUSE_NOW - UTC_HOUR,
        .modified_at = HOUSE_NOW - UTC_HOUR,
        .ship_by = HOUSE_NOW + UTC_DAY,
        .carrier = STR("Örnek Kargo"),
        .tracking_number = STR("73300123456789012345"),
        .total = { 3998000, "TRY" },
        .buyer_name = STR("Ayşe Yılmaz"),
        .buyer_json = STR("{\"city\":\"İstanbul\"}"),
        .lines = lines,
        .line_count = is_unmapped ? 2 : 1,
        .raw = STR("{}"),
    };
    if (!order_accept(&k->h->service, by, store, 0, &o, 1, &e)) {
        print_error("order_accept: %s: %s\n", e.code, e.message);
        fail();
    }
    return house_number(k->h, &newest, store);
}

static inline int64_t content_call(struct ask *k, int64_t store)
{
    struct err e = { 0 };
    struct api_call c = {
        .company_id = k->h->company,
        .store_id = store,
        .at = HOUSE_NOW,
        .purpose = STR("orders.stream"),
        .method = STR("GET"),
        .url = STR("https://apigw.trendyol.com/integration/order"),
        .status = 429,
        .took_ms = 41,
        .error_kind = ERR_RATE_LIMITED,
        .error_code = STR("trendyol.rate_limited"),
        .error_message = STR("too many requests"),
        .request = STR("{\"headers\":[{\"name\":\"Authorization\",\"value\":\"••••\"}],"
                       "\"body\":\"\",\"truncated\":false}"),
        .reply = STR("{\"headers\":[],\"body\":\"{}\",\"truncated\":false}"),
        .about = STR("bds-0001"),
    };
    assert_true(trace_call(&k->h->service, k->h->arena, &c, NULL, "done", NULL, &e));
    return c.id;
}

static inline int64_t content_job(struct ask *k, int64_t store)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct job_request r = { .company_id = k->h->company,
                             .store_id = store,
                             .kind = JOB_SWEEP,
                             .lane = LANE_SWEEP,
                             .key = str_print(k->h->arena, "sweep:%lld", (long long)store),
                             .run_at = HOUSE_NOW + UTC_HOUR };
    assert_true(queue_add(k->h->queue, &r, &id, &e));
    return id;
}

static inline void content_hook_store(struct ask *k, struct content *c)
{
    struct err e = { 0 };
    struct store s;
    struct answer r = ask(k, k->tokens[ROLE_ADMIN], "POST", "/api/v1/stores",
                          "{\"marketplace\":\"trendyol\",\"name\":\"Ada Trendyol 3\","
                          "\"base_url\":\"http://127.0.0.1:1/integration\",\"test_mode\":true,"
                          "\"settings\":{\"seller_id\":\"100200\",\"api_key\":\"anahtar\","
                          "\"api_secret\":\"gizli-anahtar\"}}");
    assert_answer(r, 201, NULL);
    assert_true(str_to_i64(answer_text(&r, "store.id"), &c->hook_store));
    assert_true(
        store_repo_open(k->h->db, k->h->arena, k->h->keys, &k->h->admin, c->hook_store, &s, &e));
    c->hook_secret = s.hook_secret;
    c->hook_key = hook_key(k->h->arena, s.hook_secret);
}

static inline int64_t content_failed_raw(struct ask *k, int64_t store)
{
    static const struct sql_text newest = {
        .both = "SELECT MAX(id) FROM {p}mp_order_raw WHERE store_id = ?",
    };
    struct err e = { 0 }, why = { 0 };
    size_t news;
    struct raw_order raw = { .dedupe_key = STR("bozuk"), .payload = STR("<html>") };
    assert_true(order_receive(&k->h->service, &k->h->system, store, "poll", &raw, 1, &news, &e));
    int64_t id = house_number(k->h, &newest, store);
    err_set(&why, ERR_INVALID, "json.syntax", "JSON, line 1 column 1: a value must stand here");
    assert_true(order_raw_failed(&k->h->service, &k->h->system, store, id, &why, &e));
    return id;
}

/* The one that the failed payload opened. */
static inline int64_t content_fault(struct ask *k, int64_t store)
{
    static const struct sql_text newest = {
        .both = "SELECT MAX(id) FROM {p}mp_fault WHERE store_id = ?",
    };
    return house_number(k->h, &newest, store);
}

static inline struct content content_fill(struct ask *k)
{
    struct content c = { 0 };
    struct actor other = actor_system(k->h->other_company);
    c.orders[0] = content_order(k, &k->h->system, k->h->stores[0], "1075012345", true);
    c.orders[1] = content_order(k, &k->h->system, k->h->stores[1], "1075012346", false);
    c.other_order = content_order(k, &other, k->h->other_store, "1075012347", false);
    c.call = content_call(k, k->h->stores[0]);
    c.job = content_job(k, k->h->stores[1]);
    c.failed_raw = content_failed_raw(k, k->h->stores[0]);
    c.fault = content_fault(k, k->h->stores[0]);
    content_hook_store(k, &c);
    return c;
}

#endif
