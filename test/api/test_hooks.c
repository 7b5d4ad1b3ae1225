/* Callbacks: checked, stored, answered, in this order; nothing that passed the check is lost. */
#include "api/content.h"
#include "connector/connector.h"

#define PACKAGE(id, status)                                                                        \
    "{\"shipmentPackageId\":" id ",\"orderNumber\":\"1075099999\",\"status\":\"" status            \
    "\",\"shipmentPackageStatus\":\"" status                                                       \
    "\",\"packageTotalPrice\":199.9,\"currencyCode\":\"TRY\",\"orderDate\":1790000000000,"         \
    "\"lastModifiedDate\":1790000100000,\"lines\":[{\"lineId\":1,\"quantity\":1,"                  \
    "\"barcode\":\"8690000000001\",\"productName\":\"Şal\",\"lineUnitPrice\":199.9}]}"

static struct ask *k;
static struct content c;

static struct answer deliver_to(str secret, str key, const char *body)
{
    struct arena *a = k->h->arena;
    const char *path = str_cstr(a, str_print(a, "/hooks/trendyol/%.*s", STR_ARG(secret)));
    return ask_with(k, ASK_NOBODY, "POST", path, body, "X-Api-Key", str_cstr(a, key));
}

static struct answer deliver(const char *body)
{
    return deliver_to(c.hook_secret, c.hook_key, body);
}

static int64_t stored(void)
{
    static const struct sql_text sql = {
        .both = "SELECT COUNT(*) FROM {p}mp_order_raw WHERE store_id = ?",
    };
    return house_number(k->h, &sql, c.hook_store);
}

static void assert_counts(struct answer r, int64_t news, int64_t known)
{
    int64_t n = -1;
    assert_answer(r, 200, NULL);
    assert_true(json_i64_at(r.json, "stored", &n));
    assert_int_equal(n, news);
    assert_true(json_i64_at(r.json, "known", &n));
    assert_int_equal(n, known);
}

static void a_delivery_is_stored_once(void **state)
{
    (void)state;
    int64_t before = stored();
    assert_counts(deliver(PACKAGE("9001", "Created")), 1, 0);
    assert_counts(deliver(PACKAGE("9001", "Created")), 0, 1);
    assert_counts(deliver(PACKAGE("9001", "Picking")), 1, 0);
    assert_int_equal(stored(), before + 2);
}

static void what_is_stored_can_be_read_again(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct raw_order *raws;
    size_t count;
    struct order_page page;
    deliver(PACKAGE("9002", "Created"));
    assert_true(raw_repo_new(k->h->db, k->h->arena, k->h->keys, &k->h->system, c.hook_store, 0, 100,
                             &raws, &count, &e));
    const struct raw_order *last = &raws[count - 1];
    assert_text(last->source, "webhook");
    const struct connector *trendyol = connector_find(STR("trendyol"));
    assert_true(trendyol->parse_orders(k->h->arena, last->payload, HOUSE_NOW, &page, &e));
    assert_int_equal(page.count, 1);
    assert_text(page.orders[0].remote_package_id, "9002");
}

static void the_intake_is_asked_for(void **state)
{
    (void)state;
    static const struct sql_text sql = {
        .both = "SELECT COUNT(*) FROM {p}mp_job WHERE store_id = ? AND kind = 'intake'"
                " AND state = 'waiting'",
    };
    deliver(PACKAGE("9003", "Created"));
    assert_int_equal(house_number(k->h, &sql, c.hook_store), 1);
}

static void an_unreadable_body_is_kept_whole(void **state)
{
    (void)state;
    static const struct sql_text last = {
        .both = "SELECT MAX(id) FROM {p}mp_order_raw WHERE store_id = ?",
    };
    const char *bodies[] = { "bu JSON degil", "{\"baska\":1}", "{}", "[]", "\"\\u0000\"" };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct err e = { 0 };
        struct raw_order *raws;
        size_t count;
        assert_counts(deliver(bodies[i]), 1, 0);
        assert_counts(deliver(bodies[i]), 0, 1);
        int64_t id = house_number(k->h, &last, c.hook_store);
        assert_true(raw_repo_new(k->h->db, k->h->arena, k->h->keys, &k->h->system, c.hook_store,
                                 id - 1, 10, &raws, &count, &e));
        assert_int_equal(count, 1);
        assert_text(raws[0].payload, bodies[i]);
    }
}

static void packages_of_one_body_stand_alone(void **state)
{
    (void)state;
    const char *three = "[" PACKAGE("9011", "Created") "," PACKAGE("9012", "Created") ",3]";
    assert_counts(deliver(three), 3, 0);
    assert_counts(deliver(three), 0, 3);
    assert_counts(deliver("[" PACKAGE("9012", "Created") "," PACKAGE("9013", "Created") "]"), 1, 1);
}

static void a_paused_store_stores_too(void **state)
{
    (void)state;
    const char *pause = ask_path(k, "/api/v1/stores/%lld/pause", c.hook_store);
    const char *resume = ask_path(k, "/api/v1/stores/%lld/resume", c.hook_store);
    struct answer r = ask(k, k->tokens[ROLE_ADMIN], "POST", pause, NULL);
    assert_answer(r, 200, NULL);
    assert_text(answer_text(&r, "store.state"), "paused");
    assert_counts(deliver(PACKAGE("9004", "Created")), 1, 0);
    r = ask(k, k->tokens[ROLE_ADMIN], "POST", resume, NULL);
    assert_answer(r, 200, NULL);
}

static void who_shows_no_key_is_refused(void **state)
{
    (void)state;
    int64_t before = stored();
    struct answer r = deliver_to(c.hook_secret, STR("yanlis"), PACKAGE("9005", "Created"));
    assert_answer(r, 401, "hook.not_theirs");
    r = deliver_to(c.hook_secret, c.hook_secret, PACKAGE("9005", "Created"));
    assert_answer(r, 401, "hook.not_theirs"); /* the address alone, from a log, is not enough */
    assert_int_equal(stored(), before);
}

static void an_unknown_address_is_no_store(void **state)
{
    (void)state;
    struct answer r = deliver_to(STR("yok"), c.hook_key, PACKAGE("9006", "Created"));
    assert_answer(r, 404, "hook.unknown");
    struct arena *a = k->h->arena;
    const char *other = str_cstr(a, str_print(a, "/hooks/demo/%.*s", STR_ARG(c.hook_secret)));
    r = ask_with(k, ASK_NOBODY, "POST", other, "{}", "X-Api-Key", str_cstr(a, c.hook_key));
    assert_answer(r, 404, "hook.unknown");
    r = ask(k, ASK_NOBODY, "GET", "/hooks/trendyol/x", NULL);
    assert_answer(r, 405, "http.method");
    assert_text(answer_header(&r, "Allow"), "POST");
}

static void the_address_may_be_escaped(void **state)
{
    (void)state;
    struct arena *a = k->h->arena;
    const char *path = str_cstr(a, str_print(a, "/hooks/%%74rendyol/%.*s", STR_ARG(c.hook_secret)));
    struct answer r = ask_with(k, ASK_NOBODY, "POST", path, PACKAGE("9007", "Created"), "X-Api-Key",
                               str_cstr(a, c.hook_key));
    assert_counts(r, 1, 0);
}

static void an_empty_body_is_refused(void **state)
{
    (void)state;
    struct answer r = deliver(NULL);
    assert_answer(r, 400, "body.missing");
}

static void callbacks_are_counted(void **state)
{
    (void)state;
    struct answer r = ask(k, ASK_NOBODY, "GET", "/metrics", NULL);
    assert_true(str_has(r.body, STR("bedesten_webhooks_total{marketplace=\"trendyol\","
                                    "outcome=\"stored\"}")));
    assert_false(str_has(r.body, c.hook_secret));
}

int main(void)
{
    k = ask_new();
    c = content_fill(k);
    struct suite s = { 0 };
    SUITE_TEST(&s, a_delivery_is_stored_once);
    SUITE_TEST(&s, what_is_stored_can_be_read_again);
    SUITE_TEST(&s, the_intake_is_asked_for);
    SUITE_TEST(&s, an_unreadable_body_is_kept_whole);
    SUITE_TEST(&s, packages_of_one_body_stand_alone);
    SUITE_TEST(&s, a_paused_store_stores_too);
    SUITE_TEST(&s, who_shows_no_key_is_refused);
    SUITE_TEST(&s, an_unknown_address_is_no_store);
    SUITE_TEST(&s, the_address_may_be_escaped);
    SUITE_TEST(&s, an_empty_body_is_refused);
    SUITE_TEST(&s, callbacks_are_counted);
    int failed = suite_run(&s, "hooks");
    ask_free(k);
    return failed;
}
