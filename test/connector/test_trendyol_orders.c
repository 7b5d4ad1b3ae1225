/* Trendyol's orders: recorded pages in, orders out; cursors over windows, fallback and ceilings. */
#include "connector/trendyol/trendyol.h"
#include "support/playback.h"
#include "support/suite.h"

#define HOUR_AGO (PLAYBACK_NOW - UTC_HOUR)

static const struct order_query last_hour = { .since = HOUR_AGO, .until = PLAYBACK_NOW };

static void a_stream_page_becomes_orders(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/orders_stream.json");
    struct order_page page = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.pull_orders(&p->visit, &last_hour, &page, &e));
    assert_int_equal(page.count, 2);

    const struct order *o = &page.orders[0];
    assert_text(o->remote_number, "1075012345");
    assert_text(o->remote_package_id, "3853354001");
    assert_text(o->remote_status, "Created");
    assert_int_equal(o->status, ORDER_NEW);
    assert_int_equal(o->ordered_at, 1790000000000);
    assert_int_equal(o->modified_at, 1790000100000);
    assert_int_equal(o->ship_by, 1790172800000);
    assert_text(o->tracking_number, "73300123456789012345"); /* past 64 bits */
    assert_text(o->carrier, "Örnek Kargo");
    assert_text(o->tracking_url, "https://kargo.example/1");
    assert_text(o->buyer_name, "A B");
    assert_true(str_has(o->buyer_json, STR("\"shipmentAddress\":{\"id\":1,")));
    assert_false(str_has(o->buyer_json, STR("taxNumber"))); /* null */
    assert_int_equal(o->total.e4, 4700000);
    assert_text(o->report, "");
    assert_true(str_has(o->raw, STR("\"cargoTrackingNumber\":73300123456789012345,")));
    assert_true(str_has(o->raw, STR("\"lineGrossAmount\":250.00,")));

    assert_int_equal(o->line_count, 2);
    const struct order_line *l = &o->lines[0];
    assert_text(l->remote_line_id, "4765111");
    assert_text(l->remote_sku, "BDS-0001-38");
    assert_text(l->title, "Keten Gömlek");
    assert_int_equal(l->quantity, 2);
    assert_int_equal(l->unit_price.e4, 2350000);
    assert_string_equal(l->unit_price.currency, "TRY");
    assert_int_equal(l->unit_discount.e4, 150000);
    assert_int_equal(l->vat_ppm, 200000);
    assert_int_equal(l->commission_ppm, 175000);
    assert_int_equal(l->status, ORDER_NEW);
    assert_false(l->is_cancelled);
    assert_true(o->lines[1].is_cancelled);
    assert_int_equal(o->lines[1].unit_price.e4, 1000);
    assert_int_equal(o->lines[1].commission_ppm, 0);

    o = &page.orders[1];
    assert_int_equal(o->status, ORDER_HELD);
    assert_text(o->tracking_number, "");
    assert_text(o->buyer_name, "A");
    assert_text(o->report, ""); /* nulls and a field of tomorrow are no surprise */
    assert_text(page.cursor, "s:1789996400000:1790000000000:1790000000000:b2Zmc2V0/+=1");

    struct order_query next = last_hour;
    next.cursor = page.cursor;
    next.until = PLAYBACK_NOW + UTC_HOUR; /* the pull's end stands since its first call */
    assert_true(trendyol.pull_orders(&p->visit, &next, &page, &e));
    playback_end(p);
    assert_text(page.cursor, "");
    assert_int_equal(page.orders[0].status, ORDER_SUPERSEDED);
    assert_int_equal(page.orders[1].status, ORDER_READY);
    assert_text(page.orders[1].origin_package_ids, "3853354000,3853353000");
}

static void a_closed_stream_goes_on_paged_and_downwards(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/orders_paged_fallback.json");
    struct order_query q = last_hour;
    struct err e = { 0 };
    static const char *const numbers[] = { "", "101", "103", "102", "101" };
    for (int i = 0; i < 5; i++) {
        struct order_page page = { 0 };
        assert_true(trendyol.pull_orders(&p->visit, &q, &page, &e));
        assert_int_equal(page.count, i > 0);
        if (i) assert_text(page.orders[0].remote_number, numbers[i]);
        q.cursor = page.cursor;
        assert_int_equal(q.cursor.len > 0, i < 4);
    }
    playback_end(p);
}

static void an_order_is_found_among_its_packages(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/orders_find.json");
    struct order_page page = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.find_order(&p->visit, STR("1075012345"), &page, &e));
    assert_int_equal(page.count, 2);
    assert_int_equal(page.orders[1].status, ORDER_PICKING);
    assert_text(page.cursor, "");
}

/* One call: a cursor and a reply give a cursor. Times are milliseconds. */
#define DAY 86400000LL
static const struct step {
    const char *name, *cursor;
    int status;
    const char *body, *next; /* NULL: refused with `code` */
    const char *code;
} steps[] = {
    { "the stream's window is followed by the next one", "s:1000:1209601000:1209602000:", 200,
      "{\"hasMore\":false,\"content\":[]}", "s:1209600999:1209602000:1209602000:", NULL },
    { "the last window of the stream ends the pull", "s:1000:2000:2000:abc", 200,
      "{\"hasMore\":false,\"nextCursor\":\"def\",\"content\":[]}", "", NULL },
    { "a cursor with colons is kept whole", "s:1000:2000:2000:", 200,
      "{\"hasMore\":true,\"nextCursor\":\"a:b:c\",\"content\":[]}", "s:1000:2000:2000:a:b:c",
      NULL },
    { "the same cursor again is no way on", "s:1000:2000:2000:abc", 200,
      "{\"hasMore\":true,\"nextCursor\":\"abc\",\"content\":[]}", NULL,
      "trendyol.reply_unreadable" },
    { "more to come without a cursor is no way on", "s:1000:2000:2000:", 200,
      "{\"hasMore\":true,\"content\":[]}", NULL, "trendyol.reply_unreadable" },
    { "a page without content is asked again", "s:1000:2000:2000:", 200, "{\"hasMore\":false}",
      NULL, "trendyol.reply_unreadable" },
    { "an HTML page with 200 is asked again", "s:1000:2000:2000:", 200, "<html></html>", NULL,
      "trendyol.reply_unreadable" },
    { "an empty answer is asked again", "s:1000:2000:2000:", 200, "", NULL,
      "trendyol.reply_unreadable" },
    { "a page cut off in the middle is asked again", "s:1000:2000:2000:", 200,
      "{\"hasMore\":false,\"content\":[{\"orderNumber\":\"1\"", NULL, "trendyol.reply_unreadable" },
    { "a closed stream falls back", "s:1789990000000:1790000000000:1790000000000:x", 426, "",
      "p:1789990000000:1790000000000:1790000000000:0:0", NULL },
    { "a missing stream falls back", "s:1789990000000:1790000000000:1790000000000:", 404, "<html>",
      "p:1789990000000:1790000000000:1790000000000:0:0", NULL },
    { "a stream out of service falls back", "s:1789990000000:1790000000000:1790000000000:", 503, "",
      "p:1789990000000:1790000000000:1790000000000:0:0", NULL },
    { "a refused cursor falls back", "s:1789990000000:1790000000000:1790000000000:x", 400, "{}",
      "p:1789990000000:1790000000000:1790000000000:0:0", NULL },
    { "the fallback reaches back a month", "s:1786000000000:1787000000000:1790000000000:", 404, "",
      "p:1787408000000:1788617600000:1790000000000:0:0", NULL },
    { "what is older than the fallback keeps is refused", "s:1000:2000:2000:", 426, "{}", NULL,
      "trendyol.version_closed" },
    { "a refused first call is a refusal", "s:1789990000000:1790000000000:1790000000000:", 400,
      "{}", NULL, "trendyol.refused" },
    { "a fault of the stream is tried again", "s:1000:2000:2000:", 500, "{}", NULL,
      "trendyol.unavailable" },
    { "a limit on the stream waits", "s:1000:2000:2000:", 429, "{}", NULL,
      "trendyol.rate_limited" },
    { "one page ends the pull", "p:1000:2000:2000:0:0", 200,
      "{\"totalElements\":200,\"content\":[]}", "", NULL },
    { "after the first page comes the last", "p:1000:2000:2000:0:0", 200,
      "{\"totalElements\":10000,\"content\":[]}", "p:1000:2000:2000:49:10000", NULL },
    { "then the one before", "p:1000:2000:2000:49:10000", 200,
      "{\"totalElements\":9999,\"content\":[]}", "p:1000:2000:2000:48:10000", NULL },
    { "the second page ends it when nothing moved", "p:1000:2000:2000:1:450", 200,
      "{\"totalElements\":450,\"content\":[]}", "", NULL },
    { "the first page is read again when something moved", "p:1000:2000:2000:1:450", 200,
      "{\"totalElements\":449,\"content\":[]}", "p:1000:2000:2000:0:450", NULL },
    { "and ends it", "p:1000:2000:2000:0:450", 200, "{\"totalElements\":300,\"content\":[]}", "",
      NULL },
    { "over the ceiling the window is halved", "p:1000:2000:9000:0:0", 200,
      "{\"totalElements\":10001,\"content\":[]}", "p:1000:1500:9000:0:0", NULL },
    { "also when it grows over it on the way", "p:1000:2000:9000:7:9990", 200,
      "{\"totalElements\":10001,\"content\":[]}", "p:1000:1500:9000:0:0", NULL },
    { "after a narrow window comes one twice as wide", "p:1000:1500:9000:0:0", 200,
      "{\"totalElements\":3,\"content\":[]}", "p:1499:2499:9000:0:0", NULL },
    { "a window that cannot be narrowed is named", "p:1000:1003:9000:0:0", 200,
      "{\"totalElements\":10001,\"content\":[]}", NULL, "trendyol.window_full" },
    { "a page without a total is asked again", "p:1000:2000:2000:0:0", 200, "{\"content\":[]}",
      NULL, "trendyol.reply_unreadable" },
    { "a negative total is asked again", "p:1000:2000:2000:0:0", 200,
      "{\"totalElements\":-1,\"content\":[]}", NULL, "trendyol.reply_unreadable" },
    { "a foreign cursor is refused", "x:1:2:3:4:5", 200, "{}", NULL, "trendyol.cursor" },
    { "a cursor backwards in time is refused", "s:3000:2000:2000:", 200, "{}", NULL,
      "trendyol.cursor" },
    { "a page past the ceiling is refused", "p:1000:2000:2000:50:1", 200, "{}", NULL,
      "trendyol.cursor" },
    { "a cut cursor is refused", "p:1000:2000", 200, "{}", NULL, "trendyol.cursor" },
};

static void a_pull_goes_on(void **state)
{
    const struct step *s = *state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, s->status, s->body);
    struct order_query q = { .since = 0, .until = PLAYBACK_NOW, .cursor = str_from(s->cursor) };
    struct order_page page = { .count = 77 };
    struct err e = { 0 };
    bool is_ok = trendyol.pull_orders(&p->visit, &q, &page, &e);
    assert_int_equal(is_ok, s->next != NULL);
    if (s->next) {
        assert_text(page.cursor, s->next);
        assert_int_equal(page.count, 0);
    } else {
        assert_string_equal(e.code, s->code);
        assert_int_equal(page.count, 77); /* outputs change only on success */
    }
}

static void the_first_call_takes_fourteen_days_of_three_months(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "{\"hasMore\":false,\"content\":[]}");
    struct order_query q = { .since = 0, .until = PLAYBACK_NOW };
    struct order_page page = { 0 };
    struct err e = { 0 };
    long long from = PLAYBACK_NOW - 90 * DAY;
    assert_true(trendyol.pull_orders(&p->visit, &q, &page, &e));
    assert_true(str_has(p->request.url, str_print(a, "lastModifiedStartDate=%lld", from)));
    assert_true(str_has(p->request.url, str_print(a, "EndDate=%lld&", from + 14 * DAY)));

    int calls = 1;
    for (q.cursor = page.cursor; q.cursor.len && calls < 99; q.cursor = page.cursor, calls++) {
        q.until = PLAYBACK_NOW + calls * UTC_MINUTE;
        assert_true(trendyol.pull_orders(&p->visit, &q, &page, &e));
    }
    assert_int_equal(calls, 7);
    assert_true(str_has(p->request.url, str_print(a, "EndDate=%lld&", (long long)PLAYBACK_NOW)));
}

/* A package with one thing wrong is still an order, and says what is wrong. */
#define PACKAGE(fields, line)                                                                      \
    "{\"shipmentPackageId\":7,\"orderNumber\":\"1\",\"status\":\"Created\","                       \
    "\"orderDate\":1790000000000,\"lastModifiedDate\":1790000000000,\"packageTotalPrice\":10.5,"   \
    "\"lines\":[{\"lineId\":5,\"barcode\":\"B\",\"quantity\":1,\"lineUnitPrice\":10.5" line        \
    "}]" fields "}"

static const struct odd_case {
    const char *name, *payload, *report; /* part of it; NULL: empty */
    enum order_status status;
    size_t lines;
} odd_cases[] = {
    { "a plain package is understood", PACKAGE("", ""), NULL, ORDER_NEW, 1 },
    { "an unknown status is kept", PACKAGE(",\"status\":\"Repacked\"", ""),
      "status 'Repacked' is not known", ORDER_UNKNOWN, 1 },
    { "a status of another type is noted", PACKAGE(",\"status\":[1]", ""), "status is not a text",
      ORDER_UNKNOWN, 1 },
    { "the second name of the status is read",
      PACKAGE(",\"status\":null,\"shipmentPackageStatus\":\"Shipped\"", ""), NULL, ORDER_SHIPPED,
      1 },
    { "an upper-case status is the same", PACKAGE(",\"status\":\"AT_COLLECTION_POINT\"", ""), NULL,
      ORDER_SHIPPED, 1 },
    { "a missing order number is noted", PACKAGE(",\"orderNumber\":null", ""),
      "orderNumber is missing", ORDER_NEW, 1 },
    { "an order number as a number is taken", PACKAGE(",\"orderNumber\":10750", ""), NULL,
      ORDER_NEW, 1 },
    { "a date as a sentence is noted", PACKAGE(",\"orderDate\":\"dün\"", ""),
      "orderDate is not a time", ORDER_NEW, 1 },
    { "a date in seconds is noted", PACKAGE(",\"lastModifiedDate\":1790000000", ""),
      "lastModifiedDate is not a time", ORDER_NEW, 1 },
    { "lines of another type are noted", PACKAGE(",\"lines\":{}", ""), "lines is not a list",
      ORDER_NEW, 0 },
    { "no lines are noted", PACKAGE(",\"lines\":[]", ""), "lines is empty", ORDER_NEW, 0 },
    { "a line without pieces is left out", PACKAGE("", ",\"quantity\":\"bir\""),
      "lines[0].quantity is not a number of pieces", ORDER_NEW, 0 },
    { "half a piece is left out", PACKAGE("", ",\"quantity\":1.5"), "lines[0].lineId was left out",
      ORDER_NEW, 0 },
    { "negative pieces are left out", PACKAGE("", ",\"quantity\":-1"), "lines[0].quantity",
      ORDER_NEW, 0 },
    { "a line without id is left out", PACKAGE("", ",\"lineId\":null"),
      "lines[0].lineId is missing", ORDER_NEW, 0 },
    { "a line that is no object is left out", PACKAGE(",\"lines\":[3]", ""),
      "lines[0].lineId is missing", ORDER_NEW, 0 },
    { "a line without barcode waits for mapping", PACKAGE("", ",\"barcode\":null"),
      "lines[0].barcode is missing", ORDER_NEW, 1 },
    { "a price of another type is noted", PACKAGE("", ",\"lineUnitPrice\":\"on lira\""),
      "lines[0].lineUnitPrice is not an amount", ORDER_NEW, 1 },
    { "a price that no order has is noted", PACKAGE("", ",\"lineUnitPrice\":9e14"),
      "lines[0].lineUnitPrice is more than any order costs", ORDER_NEW, 1 },
    { "a total that no sum could hold is noted", PACKAGE(",\"packageTotalPrice\":9e14", ""),
      "packageTotalPrice is more than any order costs", ORDER_NEW, 1 },
    { "a rate beyond a hundred is noted", PACKAGE("", ",\"vatRate\":101"),
      "lines[0].vatRate is not a percentage", ORDER_NEW, 1 },
    { "an unknown line status is kept", PACKAGE("", ",\"orderLineItemStatusName\":\"Yolda\""),
      "lines[0].orderLineItemStatusName 'Yolda' is not known", ORDER_NEW, 1 },
    { "a tracking number with an exponent is noted",
      PACKAGE(",\"cargoTrackingNumber\":7.33e19", ""), "cargoTrackingNumber has lost its digits",
      ORDER_NEW, 1 },
    { "a package that is no object is kept", "[3]", "the package is not an object", ORDER_UNKNOWN,
      0 },
};

static void an_odd_package_never_blocks_its_page(void **state)
{
    const struct odd_case *c = *state;
    AUTO(arena) a = arena_new();
    bool is_list = c->payload[0] == '[';
    str item = str_cut(str_from(c->payload), is_list, strlen(c->payload) - (is_list ? 2 : 0));
    str page_text = str_print(a, "{\"content\":[%.*s,%s]}", STR_ARG(item), PACKAGE("", ""));
    struct order_page page = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.parse_orders(a, page_text, PLAYBACK_NOW, &page, &e));
    assert_int_equal(page.count, 2);
    assert_text(page.orders[1].report, "");

    const struct order *o = &page.orders[0];
    assert_int_equal(o->status, c->status);
    assert_int_equal(o->line_count, c->lines);
    if (c->report && !str_has(o->report, str_from(c->report)))
        fail_msg("report is: %.*s", STR_ARG(o->report));
    if (!c->report) assert_text(o->report, "");
    assert_true(o->raw.len > 0);
}

static void a_stored_package_reads_as_it_did_in_its_page(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/orders_stream.json");
    struct order_page page = { 0 }, again = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.pull_orders(&p->visit, &last_hour, &page, &e));
    assert_true(trendyol.parse_orders(a, page.orders[0].raw, PLAYBACK_NOW, &again, &e));
    assert_int_equal(again.count, 1);
    assert_int_equal(again.orders[0].line_count, 2);
    assert_true(str_eq(again.orders[0].raw, page.orders[0].raw));
    assert_true(str_eq(again.orders[0].buyer_json, page.orders[0].buyer_json));
}

static void a_line_follows_its_package_only_without_a_status_of_its_own(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct order_page page = { 0 };
    struct err e = { 0 };
    str payload = STR("{\"status\":\"Cancelled\",\"lines\":["
                      "{\"lineId\":1,\"quantity\":1},"
                      "{\"lineId\":2,\"quantity\":1,\"orderLineItemStatusName\":\"Created\"},"
                      "{\"lineId\":3,\"quantity\":1,\"orderLineItemStatusName\":\"UnSupplied\"}]}");
    assert_true(trendyol.parse_orders(a, payload, PLAYBACK_NOW, &page, &e));
    assert_true(page.orders[0].lines[0].is_cancelled);
    assert_false(page.orders[0].lines[1].is_cancelled);
    assert_true(page.orders[0].lines[2].is_cancelled);
}

static const struct status_case {
    const char *name;
    enum order_status ours;
} status_cases[] = {
    { "Awaiting", ORDER_HELD },
    { "Verified", ORDER_HELD },
    { "Created", ORDER_NEW },
    { "Picking", ORDER_PICKING },
    { "Invoiced", ORDER_READY },
    { "Shipped", ORDER_SHIPPED },
    { "AtCollectionPoint", ORDER_SHIPPED },
    { "Delivered", ORDER_DELIVERED },
    { "UnDelivered", ORDER_UNDELIVERED },
    { "Returned", ORDER_RETURNED },
    { "Cancelled", ORDER_CANCELLED },
    { "UnSupplied", ORDER_CANCELLED },
    { "UnPacked", ORDER_SUPERSEDED },
    { "Create", ORDER_UNKNOWN },
    { "CreatedX", ORDER_UNKNOWN },
    { "", ORDER_UNKNOWN },
};

static void a_status_is_mapped(void **state)
{
    const struct status_case *c = *state;
    assert_int_equal(trendyol_status(str_from(c->name)), c->ours);
}

static const struct payload_case {
    const char *name, *payload;
} bad_payloads[] = {
    { "an HTML page is no payload", "<html>" },
    { "a number is no payload", "3" },
    { "a text is no payload", "\"content\"" },
    { "content of another type is no payload", "{\"content\":{}}" },
    { "an empty text is no payload", "" },
};

static void a_payload_is_refused(void **state)
{
    const struct payload_case *c = *state;
    AUTO(arena) a = arena_new();
    struct order_page page = { .count = 77 };
    struct err e = { 0 };
    assert_false(trendyol.parse_orders(a, str_from(c->payload), PLAYBACK_NOW, &page, &e));
    assert_int_equal(e.kind, ERR_INVALID);
    assert_int_equal(page.count, 77);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, a_stream_page_becomes_orders);
    SUITE_TEST(&s, a_closed_stream_goes_on_paged_and_downwards);
    SUITE_TEST(&s, an_order_is_found_among_its_packages);
    SUITE_TEST(&s, the_first_call_takes_fourteen_days_of_three_months);
    SUITE_TEST(&s, a_stored_package_reads_as_it_did_in_its_page);
    SUITE_TEST(&s, a_line_follows_its_package_only_without_a_status_of_its_own);
    SUITE_ROWS(&s, a_pull_goes_on, steps);
    SUITE_ROWS(&s, an_odd_package_never_blocks_its_page, odd_cases);
    SUITE_ROWS(&s, a_status_is_mapped, status_cases);
    SUITE_ROWS(&s, a_payload_is_refused, bad_payloads);
    return suite_run(&s, "trendyol orders");
}
