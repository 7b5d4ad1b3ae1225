/* The demo connector against Demo Pazar itself, and against replies no marketplace should give. */
#include "connector/demo/demo.h"
#include "support/demo_market.h"
#include "support/playback.h"
#include "support/suite.h"

/* A store at the marketplace, in one place. */
struct here {
    struct arena *arena;
    struct demo_market *market;
    struct playback *playback; /* its store and visit are used, its replies are not */
    struct visit *visit;
};

static int setup(struct here *h)
{
    h->arena = arena_new();
    h->market = demo_market_new("demo-anahtar");
    h->playback = playback_of(h->arena, &demo, 200, "");
    h->visit = &h->playback->visit;
    h->visit->http = demo_market_http(h->market);
    return 0;
}

static void teardown(struct here *h)
{
    demo_market_free(h->market);
    arena_free(h->arena);
}

static void a_key_is_checked(void **state)
{
    (void)state;
    struct here h;
    setup(&h);
    struct check_report report = { 0 };
    struct err e = { 0 };
    assert_true(demo.check(h.visit, &report, &e));
    assert_text(report.steps[0].detail, "Demo store");
    const struct store_value wrong = { STR("key"), STR("yanlış-anahtar") };
    h.playback->store.values = &wrong;
    h.playback->store.value_count = 1;
    assert_false(demo.check(h.visit, &report, &e));
    assert_int_equal(e.kind, ERR_CREDENTIALS);
    assert_int_equal(demo_market_calls(h.market), 1); /* not a key at all: nothing was sent */
    const struct store_value old = { STR("key"), STR("eski-anahtar") };
    h.playback->store.values = &old;
    assert_false(demo.check(h.visit, &report, &e));
    assert_string_equal(e.code, "demo.credentials");
    assert_string_equal(e.remote_code, "bad_key");
    teardown(&h);
}

static void all_orders_are_pulled_page_by_page(void **state)
{
    (void)state;
    struct here h;
    setup(&h);
    demo_market_list(h.market, "BDS-1", 500, "199.90");
    for (int i = 0; i < 120; i++) demo_market_order(h.market, "BDS-1", 1 + i % 3, PLAYBACK_NOW);
    demo_market_order(h.market, "BDS-1", 1, PLAYBACK_NOW + 1); /* after `until` */
    struct order_query q = { .since = PLAYBACK_NOW, .until = PLAYBACK_NOW };
    struct err e = { 0 };
    size_t seen = 0;
    do {
        struct order_page page = { 0 };
        assert_true(demo.pull_orders(h.visit, &q, &page, &e));
        for (size_t i = 0; i < page.count; i++, seen++) {
            const struct order *o = &page.orders[i];
            assert_true(str_eq(o->remote_number, str_print(h.arena, "D%zu", seen + 1)));
            assert_int_equal(o->status, ORDER_NEW);
            assert_int_equal(o->lines[0].quantity, 1 + seen % 3);
            assert_int_equal(o->lines[0].unit_price.e4, 1999000);
            assert_int_equal(o->total.e4, 1999000 * o->lines[0].quantity);
            assert_text(o->report, "");
        }
        q.cursor = page.cursor;
    } while (q.cursor.len);
    assert_int_equal(seen, 120);
    assert_int_equal(demo_market_calls(h.market), 3);
    teardown(&h);
}

static void an_order_is_found_acknowledged_and_invoiced(void **state)
{
    (void)state;
    struct here h;
    setup(&h);
    demo_market_list(h.market, "BDS-1", 5, "10");
    demo_market_order(h.market, "BDS-1", 2, PLAYBACK_NOW);
    struct order_page page = { 0 };
    struct shipment_notice n = { .remote_number = STR("D1"), .invoice_number = STR("F-1") };
    struct err e = { 0 };
    assert_false(demo.invoice(h.visit, &n, &e)); /* not acknowledged yet */
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_true(demo.acknowledge(h.visit, &n, &e));
    assert_true(demo.invoice(h.visit, &n, &e));
    assert_string_equal(demo_market_status(h.market, 1), "invoiced");
    assert_true(demo.find_order(h.visit, STR("D1"), &page, &e));
    assert_int_equal(page.orders[0].status, ORDER_READY);

    demo_market_cancel(h.market, 1, PLAYBACK_NOW + 5);
    assert_true(demo.find_order(h.visit, STR("D1"), &page, &e));
    assert_true(page.orders[0].lines[0].is_cancelled);
    assert_true(demo.find_order(h.visit, STR("D2"), &page, &e));
    assert_int_equal(page.count, 0);
    teardown(&h);
}

static void offers_change_what_is_shown(void **state)
{
    (void)state;
    struct here h;
    setup(&h);
    demo_market_list(h.market, "BDS-1", 5, "10");
    const struct offer offers[] = {
        { .remote_sku = STR("BDS-1"), .quantity = 9, .price = money_of(120050, "TRY") },
        { .remote_sku = STR("BDS-2"), .quantity = 1 },
    };
    struct push_receipt receipt = { 0 };
    struct listing_page page = { 0 };
    struct err e = { 0 };
    assert_true(demo.push_offers(h.visit, offers, 2, &receipt, &e));
    assert_text(receipt.batch_id, "");
    assert_int_equal(receipt.results[0].outcome, OFFER_ACCEPTED);
    assert_int_equal(receipt.results[1].outcome, OFFER_REFUSED);
    assert_string_equal(receipt.results[1].code, "no_such_sku");
    assert_int_equal(demo_market_quantity(h.market, "BDS-1"), 9);
    assert_true(demo.pull_listings(h.visit, (str){ 0 }, &page, &e));
    assert_int_equal(page.count, 1);
    assert_int_equal(page.listings[0].quantity, 9);
    assert_int_equal(page.listings[0].price.e4, 120100); /* two decimals were sent */
    assert_text(page.cursor, "");
    teardown(&h);
}

static void a_lost_reply_is_uncertain_and_applied(void **state)
{
    (void)state;
    struct here h;
    setup(&h);
    demo_market_list(h.market, "BDS-1", 5, "10");
    const struct offer offer = { .remote_sku = STR("BDS-1"), .quantity = 3 };
    struct push_receipt receipt = { 0 };
    struct listing_page page = { 0 };
    struct err e = { 0 };
    demo_market_fail(h.market, 2, 0);
    assert_false(demo.push_offers(h.visit, &offer, 1, &receipt, &e));
    assert_int_equal(e.kind, ERR_UNCERTAIN);
    assert_int_equal(demo_market_quantity(h.market, "BDS-1"), 3);
    assert_false(demo.pull_listings(h.visit, (str){ 0 }, &page, &e));
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    assert_true(demo.pull_listings(h.visit, (str){ 0 }, &page, &e));
    teardown(&h);
}

static const struct fault_case {
    const char *name;
    int status;
    enum err_kind read, write;
} fault_cases[] = {
    { "a rotated key", 401, ERR_CREDENTIALS, ERR_CREDENTIALS },
    { "what is not there", 404, ERR_NOT_FOUND, ERR_NOT_FOUND },
    { "a conflict", 409, ERR_CONFLICT, ERR_CONFLICT },
    { "too many calls", 429, ERR_RATE_LIMITED, ERR_RATE_LIMITED },
    { "a fault", 500, ERR_UNAVAILABLE, ERR_UNCERTAIN },
    { "an outage", 503, ERR_UNAVAILABLE, ERR_UNCERTAIN },
    { "anything else", 418, ERR_REFUSED, ERR_REFUSED },
};

static void a_fault_is_understood(void **state)
{
    const struct fault_case *c = *state;
    struct here h;
    setup(&h);
    demo_market_list(h.market, "BDS-1", 5, "10");
    const struct offer offer = { .remote_sku = STR("BDS-1"), .quantity = 3 };
    struct push_receipt receipt = { 0 };
    struct listing_page page = { 0 };
    struct err e = { 0 };
    demo_market_fail(h.market, 2, c->status);
    assert_false(demo.pull_listings(h.visit, (str){ 0 }, &page, &e));
    assert_int_equal(e.kind, c->read);
    assert_false(demo.push_offers(h.visit, &offer, 1, &receipt, &e));
    assert_int_equal(e.kind, c->write);
    assert_int_equal(e.http_status, c->status);
    assert_string_equal(e.remote_code, "told_to_fail");
    assert_int_equal(demo_market_quantity(h.market, "BDS-1"), 5);
    teardown(&h);
}

static const struct odd_case {
    const char *name, *order, *report;
    size_t lines;
} odd_cases[] = {
    { "an unknown status is noted", "{\"number\":\"1\",\"status\":\"lost\",\"lines\":[]}",
      "status is not known", 0 },
    { "an order that is no object is kept", "7", "number is missing", 0 },
    { "a line without pieces is left out",
      "{\"number\":\"1\",\"status\":\"open\",\"lines\":[{\"line\":\"1\",\"sku\":\"A\"}]}",
      "has a line without id or quantity", 0 },
    { "a price that no product has is noted",
      "{\"number\":\"1\",\"status\":\"open\",\"lines\":[{\"line\":\"1\",\"sku\":\"A\",\"quantity\":"
      "9,"
      "\"unit_price\":900000000000000}]}",
      "unit_price is not an amount", 1 },
    { "lines that cannot be summed are noted",
      "{\"number\":\"1\",\"status\":\"open\",\"lines\":[{\"line\":\"1\",\"sku\":\"A\","
      "\"quantity\":1000000,\"unit_price\":9000000000}]}",
      "more than any order costs", 1 },
    { "lines of another type are noted", "{\"number\":\"1\",\"status\":\"open\",\"lines\":3}",
      "lines is not a list", 0 },
};

static void an_odd_order_never_blocks_its_page(void **state)
{
    const struct odd_case *c = *state;
    AUTO(arena) a = arena_new();
    str body = str_print(a, "{\"orders\":[%s,{\"number\":\"2\"}]}", c->order);
    struct order_page page = { 0 };
    struct err e = { 0 };
    assert_true(demo.parse_orders(a, body, PLAYBACK_NOW, &page, &e));
    assert_int_equal(page.count, 2);
    assert_int_equal(page.orders[0].line_count, c->lines);
    assert_true(str_has(page.orders[0].report, str_from(c->report)));
    assert_text(page.orders[1].remote_number, "2");
}

static void results_must_be_one_an_offer(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &demo, 200, "{\"results\":[]}");
    const struct offer offer = { .remote_sku = STR("A"), .quantity = 3 };
    struct push_receipt receipt = { 0 };
    struct err e = { 0 };
    assert_false(demo.push_offers(&p->visit, &offer, 1, &receipt, &e));
    assert_int_equal(e.kind, ERR_UNCERTAIN);
    playback_say(p, 200, "<html>");
    assert_false(demo.push_offers(&p->visit, &offer, 1, &receipt, &e));
    assert_int_equal(e.kind, ERR_UNCERTAIN);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, a_key_is_checked);
    SUITE_TEST(&s, all_orders_are_pulled_page_by_page);
    SUITE_TEST(&s, an_order_is_found_acknowledged_and_invoiced);
    SUITE_TEST(&s, offers_change_what_is_shown);
    SUITE_TEST(&s, a_lost_reply_is_uncertain_and_applied);
    SUITE_TEST(&s, results_must_be_one_an_offer);
    SUITE_ROWS(&s, a_fault_is_understood, fault_cases);
    SUITE_ROWS(&s, an_odd_order_never_blocks_its_page, odd_cases);
    return suite_run(&s, "demo");
}
