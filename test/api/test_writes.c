/* What comes in is read strictly, and what was done is not done twice. */
#include "api/content.h"
#include "connector/connector.h"

static struct ask *k;
static struct content c;

/* ---- Bodies ---- */

#define PRODUCTS "POST", "/api/v1/products"
#define EDITS "POST", "/api/v1/stock/edits"
#define STORES "POST", "/api/v1/stores"
#define VARIANT(rest) "{\"title\":\"x\",\"variants\":[{" rest "}]}"
#define PRICE "\"price\":{\"amount\":\"1\",\"currency\":\"TRY\"}"
#define STORE(settings)                                                                            \
    "{\"marketplace\":\"trendyol\",\"name\":\"Yeni\",\"settings\":{" settings "}}"

static const struct body_case {
    const char *name;
    const char *method, *target, *body;
    const char *code, *field;
} body_cases[] = {
    { "a body is needed", PRODUCTS, NULL, "body.missing", "" },
    { "a body is JSON", PRODUCTS, "title=x", "json.syntax", "" },
    { "a body is an object", PRODUCTS, "[]", "body.kind", "" },
    { "a field is missing", PRODUCTS, "{\"variants\":[]}", "field.missing", "title" },
    { "null is as good as missing", PRODUCTS, "{\"title\":null,\"variants\":[]}", "field.missing",
      "title" },
    { "a field comes twice", PRODUCTS, "{\"title\":\"x\",\"title\":\"y\"}", "json.syntax",
      "title" },
    { "a field is not known", PRODUCTS,
      "{\"title\":\"x\",\"variants\":[{\"sku\":\"S\"," PRICE "}],\"colour\":1}", "field.unknown",
      "colour" },
    { "a field is of another kind", PRODUCTS, "{\"title\":7,\"variants\":[]}", "field.kind",
      "title" },
    { "a text is only white space", PRODUCTS, "{\"title\":\"  \",\"variants\":[]}", "field.length",
      "title" },
    { "a text holds control characters", PRODUCTS, "{\"title\":\"a\\u0007\",\"variants\":[]}",
      "field.text", "title" },
    { "a list is empty", PRODUCTS, "{\"title\":\"x\",\"variants\":[]}", "field.length",
      "variants" },
    { "an item is no object", PRODUCTS, "{\"title\":\"x\",\"variants\":[3]}", "field.kind",
      "variants.0" },
    { "a field inside is named with its place", PRODUCTS, VARIANT(PRICE), "field.missing",
      "variants.0.sku" },
    { "money needs its currency", PRODUCTS, VARIANT("\"sku\":\"S\",\"price\":{\"amount\":\"1\"}"),
      "field.missing", "variants.0.price.currency" },
    { "money is no number", PRODUCTS,
      VARIANT("\"sku\":\"S\",\"price\":{\"amount\":1.5,\"currency\":\"TRY\"}"), "field.kind",
      "variants.0.price.amount" },
    { "money has four decimals", PRODUCTS,
      VARIANT("\"sku\":\"S\",\"price\":{\"amount\":\"1.00001\",\"currency\":\"TRY\"}"),
      "field.money", "variants.0.price.amount" },
    { "money is not below zero", PRODUCTS,
      VARIANT("\"sku\":\"S\",\"price\":{\"amount\":\"-1\",\"currency\":\"TRY\"}"), "field.range",
      "variants.0.price.amount" },
    { "one currency a variant", PRODUCTS,
      VARIANT("\"sku\":\"S\"," PRICE ",\"cost\":{\"amount\":\"1\",\"currency\":\"USD\"}"),
      "field.currency", "variants.0.cost" },
    { "an id is text", PRODUCTS, VARIANT("\"id\":5,\"sku\":\"S\"," PRICE), "field.kind",
      "variants.0.id" },
    { "a variant of another product", PRODUCTS, VARIANT("\"id\":\"5\",\"sku\":\"S\"," PRICE),
      "variant.not_found", "variants.0.id" },
    { "a number is whole", PRODUCTS, VARIANT("\"sku\":\"S\",\"safety_stock\":1.5," PRICE),
      "field.kind", "variants.0.safety_stock" },
    { "a number is in range", PRODUCTS, VARIANT("\"sku\":\"S\",\"safety_stock\":-1," PRICE),
      "field.range", "variants.0.safety_stock" },
    { "a percentage ends at 100", PRODUCTS,
      "{\"title\":\"x\",\"vat_percent\":\"101\",\"variants\":[{\"sku\":\"S\"," PRICE "}]}",
      "field.range", "vat_percent" },
    { "an edit sets or adds", EDITS, "{\"edits\":[{\"sku\":\"S\",\"set\":1,\"add\":1}]}",
      "stock.edit", "edits.0.set" },
    { "an edit does something", EDITS, "{\"edits\":[{\"sku\":\"S\"}]}", "stock.edit",
      "edits.0.set" },
    { "a marketplace is known", STORES,
      "{\"marketplace\":\"pazar\",\"name\":\"x\",\"settings\":{}}", "marketplace.unknown",
      "marketplace" },
    { "a setting is known", STORES, STORE("\"colour\":\"red\""), "setting.unknown",
      "settings.colour" },
    { "a setting is needed", STORES, STORE("\"seller_id\":\"1\",\"api_key\":\"k\""),
      "setting.missing", "settings.api_secret" },
    { "a setting is a choice", STORES,
      STORE("\"seller_id\":\"1\",\"api_key\":\"k\",\"api_secret\":\"s\",\"tier\":\"9k\""),
      "setting.choice", "settings.tier" },
};

static void bodies_are_read_strictly(void **state)
{
    const struct body_case *b = *state;
    struct answer r = ask(k, k->tokens[ROLE_ADMIN], b->method, b->target, b->body);
    assert_answer(r, 400, b->code);
    assert_text(answer_text(&r, "field"), b->field);
    assert_text(r.type, "application/problem+json");
}

static void a_form_is_no_body(void **state)
{
    (void)state;
    struct answer r = ask_with(k, k->tokens[ROLE_ADMIN], "POST", "/api/v1/products", NULL,
                               "Content-Type", "application/x-www-form-urlencoded");
    assert_answer(r, 400, "body.type");
}

static const struct query_case {
    const char *name, *target, *code, *field;
} query_cases[] = {
    { "a page has at least one row", "/api/v1/orders?limit=0", "query.invalid", "limit" },
    { "a page has at most 500", "/api/v1/orders?limit=501", "query.invalid", "limit" },
    { "a limit is a number", "/api/v1/jobs?limit=many", "query.invalid", "limit" },
    { "a cursor is of its list", "/api/v1/orders?cursor=bGlzdGluZ3N8NjA0fDB8", "cursor.invalid",
      "cursor" },
    { "a cursor of jobs too", "/api/v1/jobs?cursor=bGVkZ2VyfDU", "cursor.invalid", "cursor" },
    { "a cursor is ours", "/api/v1/products?cursor=%25%25", "cursor.invalid", "cursor" },
    { "a store is an id", "/api/v1/orders?store=x", "query.invalid", "store" },
    { "a status is known", "/api/v1/orders?status=new", "query.invalid", "status" },
    { "a class of answers is known", "/api/v1/calls?status=200", "query.invalid", "status" },
    { "yes is true", "/api/v1/orders?attention=yes", "query.invalid", "attention" },
    { "today is no year", "/api/v1/overview?since=2020-01-01T00:00:00Z", "query.invalid", "since" },
    { "a time has its zone", "/api/v1/orders?from=2026-01-01", "query.invalid", "from" },
    { "a time of the overview too", "/api/v1/overview?since=today", "query.invalid", "since" },
};

static void queries_are_read_strictly(void **state)
{
    const struct query_case *q = *state;
    struct answer r = ask(k, k->tokens[ROLE_ADMIN], "GET", q->target, NULL);
    assert_answer(r, 400, q->code);
    assert_text(answer_text(&r, "field"), q->field);
}

/* ---- Once ---- */

#define EDIT "{\"edits\":[{\"sku\":\"BDS-0003\",\"add\":1}]}"
#define OTHER_EDIT "{\"edits\":[{\"sku\":\"BDS-0003\",\"add\":2}]}"

static struct answer edit(str who, const char *key, const char *body)
{
    return ask_with(k, who, "POST", "/api/v1/stock/edits", body, "Idempotency-Key", key);
}

static void the_same_request_gives_the_first_reply(void **state)
{
    (void)state;
    int64_t before = house_available(k->h, k->h->variants[2]);
    struct answer first = edit(k->tokens[ROLE_ADMIN], "anahtar-1", EDIT);
    struct answer again = edit(k->tokens[ROLE_ADMIN], "anahtar-1", EDIT);
    assert_answer(first, 200, NULL);
    assert_answer(again, 200, NULL);
    assert_int_equal(answer_header(&first, "Idempotent-Replay").len, 0);
    assert_text(answer_header(&again, "Idempotent-Replay"), "true");
    assert_true(str_eq(first.body, again.body));
    assert_int_equal(house_available(k->h, k->h->variants[2]), before + 1);
}

static void another_request_under_the_key_is_refused(void **state)
{
    (void)state;
    struct answer first = edit(k->tokens[ROLE_ADMIN], "anahtar-2", EDIT);
    assert_answer(first, 200, NULL);
    struct answer other = edit(k->tokens[ROLE_ADMIN], "anahtar-2", OTHER_EDIT);
    assert_answer(other, 409, "idempotency.other_request");
}

static void a_key_is_its_users_own(void **state)
{
    (void)state;
    int64_t before = house_available(k->h, k->h->variants[2]);
    edit(k->tokens[ROLE_ADMIN], "anahtar-3", EDIT);
    struct answer r = edit(k->tokens[ROLE_SUPER_ADMIN], "anahtar-3", EDIT);
    assert_answer(r, 200, NULL);
    assert_int_equal(answer_header(&r, "Idempotent-Replay").len, 0);
    assert_int_equal(house_available(k->h, k->h->variants[2]), before + 2);
}

static void a_request_that_still_runs_is_waited_for(void **state)
{
    (void)state;
    static const struct sql_text running = {
        .both = "UPDATE {p}mp_idempotency SET status = 0 WHERE user_id = ?"
                " AND idempotency_key = 'anahtar-4'",
    };
    edit(k->tokens[ROLE_ADMIN], "anahtar-4", EDIT);
    house_run(k->h, &running, k->users[ROLE_ADMIN]);
    struct answer r = edit(k->tokens[ROLE_ADMIN], "anahtar-4", EDIT);
    assert_answer(r, 409, "idempotency.running");
}

static void a_refusal_is_kept_too(void **state)
{
    (void)state;
    struct answer first = edit(k->tokens[ROLE_ADMIN], "anahtar-5", "{\"edits\":[]}");
    struct answer again = edit(k->tokens[ROLE_ADMIN], "anahtar-5", "{\"edits\":[]}");
    assert_answer(first, 400, "field.length");
    assert_answer(again, 400, "field.length");
    assert_text(again.type, "application/problem+json");
    assert_text(answer_header(&again, "Idempotent-Replay"), "true");
}

static void a_bad_key_is_refused(void **state)
{
    (void)state;
    struct answer r = edit(k->tokens[ROLE_ADMIN], "kisa", EDIT);
    assert_answer(r, 400, "idempotency.key");
    r = edit(k->tokens[ROLE_ADMIN], "bosluk var icinde", EDIT);
    assert_answer(r, 400, "idempotency.key");
}

static void replies_without_a_body_are_kept(void **state)
{
    (void)state;
    const char *path = ask_path(k, "/api/v1/stores/%lld/schedules/orders/run", c.hook_store);
    for (int i = 0; i < 2; i++) {
        struct answer r =
            ask_with(k, k->tokens[ROLE_ADMIN], "POST", path, NULL, "Idempotency-Key", "anahtar-6");
        assert_answer(r, 204, NULL);
        assert_int_equal(r.body.len, 0);
    }
}

static void kept_replies_are_sealed(void **state)
{
    (void)state;
    static const struct sql_text open = {
        .both = "SELECT COUNT(*) FROM {p}mp_idempotency WHERE user_id <> ?"
                " AND (reply LIKE '%order%' OR reply LIKE '%{%')",
    };
    const char *path = ask_path(k, "/api/v1/orders/%lld/settle", c.orders[0]);
    struct answer r = ask_with(k, k->clerk, "POST", path, NULL, "Idempotency-Key", "anahtar-7");
    assert_answer(r, 200, NULL);
    assert_true(str_has(r.body, STR("Yılmaz")));
    assert_int_equal(house_number(k->h, &open, -1), 0);
}

static void tickets_are_never_kept(void **state)
{
    (void)state;
    struct answer a = ask_with(k, k->clerk, "POST", "/api/v1/session/ticket", NULL,
                               "Idempotency-Key", "anahtar-8");
    struct answer b = ask_with(k, k->clerk, "POST", "/api/v1/session/ticket", NULL,
                               "Idempotency-Key", "anahtar-8");
    assert_answer(a, 200, NULL);
    assert_answer(b, 200, NULL);
    assert_false(str_eq(a.body, b.body));
}

/* ---- Stores ---- */

static void a_secret_left_out_stays(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store s;
    const char *path = ask_path(k, "/api/v1/stores/%lld", c.hook_store);
    struct answer r = ask(k, k->tokens[ROLE_ADMIN], "PATCH", path,
                          "{\"settings\":{\"api_key\":\"yeni-anahtar\",\"api_secret\":\"\"}}");
    assert_answer(r, 200, NULL);
    assert_false(str_has(r.body, STR("gizli-anahtar")));
    assert_text(answer_text(&r, "settings.api_key"), "yeni-anahtar");
    assert_true(
        store_repo_open(k->h->db, k->h->arena, k->h->keys, &k->h->admin, c.hook_store, &s, &e));
    assert_text(store_value(&s, "api_secret"), "gizli-anahtar");
    assert_text(store_value(&s, "seller_id"), "100200");
    r = ask(k, k->tokens[ROLE_ADMIN], "PATCH", path,
            "{\"settings\":{\"api_secret\":\"yeni-gizli\"}}");
    assert_answer(r, 200, NULL);
    assert_true(
        store_repo_open(k->h->db, k->h->arena, k->h->keys, &k->h->admin, c.hook_store, &s, &e));
    assert_text(store_value(&s, "api_secret"), "yeni-gizli");
    assert_text(store_value(&s, "api_key"), "yeni-anahtar");
}

static void a_store_takes_the_ceiling_of_its_marketplace(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store s;
    assert_true(store_repo_find(k->h->db, k->h->arena, &k->h->admin, c.hook_store, &s, &e));
    assert_true(connector_find(STR("trendyol"))->quantity_ceiling > 0);
    assert_int_equal(s.quantity_ceiling, connector_find(STR("trendyol"))->quantity_ceiling);
}

/* Its credentials go there: nobody may send them to a machine of his own. */
static void a_stores_address_is_its_marketplaces_own(void **state)
{
    static const struct {
        const char *url;
        bool test_mode;
        int status;
    } cases[] = {
        { "https://collector.example", false, 400 },
        { "https://apigw.trendyol.com.example", false, 400 },
        { "https://127.0.0.1:9", false, 400 },
        { "https://collector.example", true, 400 },
        { "https://127.0.0.1:9", true, 200 },
        { "http://localhost:9/integration", true, 200 },
        { "https://stageapigw.trendyol.com", true, 200 },
        { "https://apigw.trendyol.com/integration", false, 200 },
        { "", false, 200 },
    };
    (void)state;
    const char *path = ask_path(k, "/api/v1/stores/%lld", c.hook_store);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str body = str_print(k->h->arena, "{\"base_url\":\"%s\",\"test_mode\":%s}", cases[i].url,
                             cases[i].test_mode ? "true" : "false");
        struct answer r = ask(k, k->tokens[ROLE_ADMIN], "PATCH", path, body.at);
        bool is_refused = cases[i].status == 400;
        assert_answer(r, cases[i].status, is_refused ? "store.base_url" : NULL);
        if (is_refused) assert_text(answer_text(&r, "field"), "base_url");
    }
}

static void what_a_product_leaves_out_stays(void **state)
{
    (void)state;
    const char *path = ask_path(k, "/api/v1/products/%lld", k->h->product);
    str body = str_print(k->h->arena,
                         "{\"title\":\"Yeni Ad\",\"variants\":[{\"id\":\"%lld\",\"sku\":"
                         "\"BDS-0001\",\"price\":{\"amount\":\"210\",\"currency\":\"TRY\"}}]}",
                         (long long)k->h->variants[0]);
    struct answer r = ask(k, k->tokens[ROLE_ADMIN], "PUT", path, str_cstr(k->h->arena, body));
    assert_answer(r, 200, NULL);
    assert_text(answer_text(&r, "brand"), "Bedesten");
    assert_text(answer_text(&r, "vat_percent"), "20");
    const struct json *variants = json_get(r.json, "variants");
    assert_int_equal(variants->count, HOUSE_VARIANTS);
    assert_text(json_text_at(variants->first, "barcode"), "8690000000001");
    assert_text(json_text(json_path(variants->first, "cost.amount")), "90.00");
    assert_text(json_text(json_path(variants->first, "price.amount")), "210.00");
}

int main(void)
{
    k = ask_new();
    c = content_fill(k);
    struct suite s = { 0 };
    SUITE_ROWS(&s, bodies_are_read_strictly, body_cases);
    SUITE_TEST(&s, a_form_is_no_body);
    SUITE_ROWS(&s, queries_are_read_strictly, query_cases);
    SUITE_TEST(&s, the_same_request_gives_the_first_reply);
    SUITE_TEST(&s, another_request_under_the_key_is_refused);
    SUITE_TEST(&s, a_key_is_its_users_own);
    SUITE_TEST(&s, a_request_that_still_runs_is_waited_for);
    SUITE_TEST(&s, a_refusal_is_kept_too);
    SUITE_TEST(&s, a_bad_key_is_refused);
    SUITE_TEST(&s, replies_without_a_body_are_kept);
    SUITE_TEST(&s, kept_replies_are_sealed);
    SUITE_TEST(&s, tickets_are_never_kept);
    SUITE_TEST(&s, a_secret_left_out_stays);
    SUITE_TEST(&s, a_store_takes_the_ceiling_of_its_marketplace);
    SUITE_TEST(&s, a_stores_address_is_its_marketplaces_own);
    SUITE_TEST(&s, what_a_product_leaves_out_stays);
    int failed = suite_run(&s, "writes");
    ask_free(k);
    return failed;
}
