/* Trendyol's price and stock batches, their results, and the listing pages read back. */
#include "connector/trendyol/trendyol.h"
#include "support/playback.h"
#include "support/suite.h"

static void offers_go_out_with_two_decimals_and_both_prices(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/offers_push.json");
    const struct offer offers[] = {
        { .remote_sku = STR("BDS-0001-38"),
          .quantity = 10,
          .price = money_of(1999000, "TRY"),
          .list_price = money_of(2500000, "TRY") },
        /* A price in another currency is no lira; the stock still goes. */
        { .remote_sku = STR("BDS-0002"), .quantity = 0, .price = money_of(100000, "EUR") },
        /* Rounded once; the list price may not be lower. */
        { .remote_sku = STR("BDS-0003"),
          .quantity = 5,
          .price = money_of(1000050, "TRY"),
          .list_price = money_of(990000, "TRY") },
    };
    struct push_receipt receipt = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.push_offers(&p->visit, offers, 3, &receipt, &e));
    playback_end(p);
    assert_text(receipt.batch_id, "5f1c9a0e-0000-4000-8000-000000000001-1790000000");
    assert_int_equal(receipt.count, 0);
}

static void a_batch_outside_its_size_is_our_mistake(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "{\"batchRequestId\":\"x\"}");
    struct push_receipt receipt = { 0 };
    struct err e = { 0 };
    assert_false(trendyol.push_offers(&p->visit, NULL, 0, &receipt, &e));
    assert_int_equal(e.kind, ERR_BUG);
    assert_false(trendyol.push_offers(&p->visit, NULL, 1001, &receipt, &e));
    assert_int_equal(p->asked, 0);
}

static const struct receipt_case {
    const char *name, *body;
} unclear_receipts[] = {
    { "a receipt without a batch id is uncertain", "{}" },
    { "a receipt with an empty batch id is uncertain", "{\"batchRequestId\":\"\"}" },
    { "an empty receipt is uncertain", "" },
    { "a receipt in HTML is uncertain", "<html>tamam</html>" },
    { "a receipt cut off is uncertain", "{\"batchRequestId\":\"5f1c" },
    { "a receipt that is a list is uncertain", "[\"batchRequestId\"]" },
};

static void a_receipt_is_uncertain(void **state)
{
    const struct receipt_case *c = *state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, c->body);
    const struct offer offer = { .remote_sku = STR("A"), .quantity = 1 };
    struct push_receipt receipt = { 0 };
    struct err e = { 0 };
    assert_false(trendyol.push_offers(&p->visit, &offer, 1, &receipt, &e));
    assert_int_equal(e.kind, ERR_UNCERTAIN);
    assert_int_equal(e.http_status, 200);
    assert_text(receipt.batch_id, "");
}

static void a_batch_is_followed_to_its_end(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/batch.json");
    str id = STR("5f1c9a0e-0000-4000-8000-000000000001-1790000000");
    struct batch_result b = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.pull_batch(&p->visit, id, &b, &e));
    assert_false(b.is_done);
    assert_int_equal(b.count, 3);
    assert_int_equal(b.results[0].outcome, OFFER_ACCEPTED);
    assert_int_equal(b.results[1].outcome, OFFER_PENDING);

    assert_true(trendyol.pull_batch(&p->visit, id, &b, &e));
    assert_true(b.is_done); /* without a status of its own */
    assert_text(b.results[1].remote_sku, "BDS-0002");
    assert_int_equal(b.results[1].outcome, OFFER_REFUSED);
    assert_string_equal(b.results[1].code, "trendyol.item_refused");
    assert_text(b.results[1].message, "Ürün onaylı değil.; Fiyat sınır dışında.");
    assert_int_equal(b.results[2].outcome, OFFER_REFUSED_FOR_NOW);
    assert_string_equal(b.results[2].code, "trendyol.item_rate_limited");

    assert_false(trendyol.pull_batch(&p->visit, id, &b, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_string_equal(e.code, "batch.expired");
    assert_int_equal(b.count, 3);
    playback_end(p);
}

#define ITEM(status) "{\"requestItem\":{\"barcode\":\"A\"},\"status\":" status "}"

static const struct batch_case {
    const char *name, *body;
    enum { NOT_DONE, DONE, EXPIRED, AGAIN } result;
} batch_cases[] = {
    { "all items with a status are done", "{\"items\":[" ITEM("\"SUCCESS\"") "]}", DONE },
    { "an item without a status is not done", "{\"items\":[" ITEM("null") "]}", NOT_DONE },
    { "an item with an unknown status is not done", "{\"items\":[" ITEM("\"SIRADA\"") "]}",
      NOT_DONE },
    { "a working batch is not done whatever its items say",
      "{\"status\":\"IN_PROGRESS\",\"items\":[" ITEM("\"SUCCESS\"") "]}", NOT_DONE },
    { "a completed batch is done", "{\"status\":\"COMPLETED\",\"items\":[" ITEM("\"FAILED\"") "]}",
      DONE },
    { "fewer items than announced are not done",
      "{\"itemCount\":2,\"items\":[" ITEM("\"SUCCESS\"") "]}", NOT_DONE },
    { "announced items that are not there yet are not done", "{\"itemCount\":2,\"items\":[]}",
      NOT_DONE },
    { "a working batch may be empty", "{\"status\":\"IN_PROGRESS\",\"items\":[]}", NOT_DONE },
    { "an empty object has expired", "{}", EXPIRED },
    { "an empty answer has expired", "", EXPIRED },
    { "null has expired", "null", EXPIRED },
    { "a batch with no items has expired", "{\"batchRequestId\":\"x\",\"items\":null}", EXPIRED },
    { "items of another type are asked again", "{\"items\":{\"a\":1}}", AGAIN },
    { "a list is asked again", "[]", AGAIN },
    { "an HTML page is asked again", "<html></html>", AGAIN },
};

static void a_batch_is_judged(void **state)
{
    const struct batch_case *c = *state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, c->body);
    struct batch_result b = { 0 };
    struct err e = { 0 };
    bool is_ok = trendyol.pull_batch(&p->visit, STR("x"), &b, &e);
    assert_int_equal(is_ok, c->result == NOT_DONE || c->result == DONE);
    assert_int_equal(b.is_done, c->result == DONE);
    if (c->result == EXPIRED) assert_string_equal(e.code, "batch.expired");
    if (c->result == AGAIN) assert_int_equal(e.kind, ERR_UNAVAILABLE);
}

static void a_batch_id_cannot_leave_its_path(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "{}");
    struct batch_result b = { 0 };
    struct err e = { 0 };
    assert_false(trendyol.pull_batch(&p->visit, STR("../../x?y"), &b, &e));
    assert_true(str_ends(p->request.url, STR("/batch-requests/..%2F..%2Fx%3Fy")));
}

static const struct reason_case {
    const char *name, *reasons, *message;
    int outcome;
} reason_cases[] = {
    { "several reasons are joined", "[\"a\",\"b\"]", "a; b", OFFER_REFUSED },
    { "no reason is said so", "[]", "refused without a reason", OFFER_REFUSED },
    { "reasons of another type are left out", "[1,null,[2],{\"message\":\"c\"}]", "1; c",
      OFFER_REFUSED },
    { "one reason as a text is read", "\"tek\"", "tek", OFFER_REFUSED },
    { "a limit by the minute passes", "[\"DAKİKA sınırı\"]", "DAKİKA sınırı",
      OFFER_REFUSED_FOR_NOW },
    { "a limit in English passes", "[\"at most 30 per Minute\"]", "at most 30 per Minute",
      OFFER_REFUSED_FOR_NOW },
    { "a limit by its key passes", "[{\"key\":\"too.many.requests\"}]", "too.many.requests",
      OFFER_REFUSED_FOR_NOW },
};

static void a_reason_is_read(void **state)
{
    const struct reason_case *c = *state;
    AUTO(arena) a = arena_new();
    str body =
        str_print(a, "{\"items\":[{\"status\":\"FAILED\",\"failureReasons\":%s}]}", c->reasons);
    struct playback *p = playback_of(a, &trendyol, 200, str_cstr(a, body));
    struct batch_result b = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.pull_batch(&p->visit, STR("x"), &b, &e));
    assert_text(b.results[0].message, c->message);
    assert_int_equal(b.results[0].outcome, c->outcome);
}

static void listings_are_read_page_by_page(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/listings.json");
    struct listing_page page = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.pull_listings(&p->visit, (str){ 0 }, &page, &e));
    assert_int_equal(page.count, 2); /* one has no barcode, one no readable quantity */
    assert_text(page.listings[0].remote_sku, "BDS-0001-38");
    assert_text(page.listings[0].remote_id, "9");
    assert_int_equal(page.listings[0].quantity, 10);
    assert_int_equal(page.listings[0].price.e4, 1999000);
    assert_int_equal(page.listings[0].list_price.e4, 2500000);
    assert_true(page.listings[0].is_on_sale);
    assert_string_equal(page.listings[1].price.currency, ""); /* null: not seen */
    assert_text(page.cursor, "page:1");

    assert_true(trendyol.pull_listings(&p->visit, page.cursor, &page, &e));
    assert_int_equal(page.count, 1);
    assert_text(page.cursor, "");
    playback_end(p);
}

static const struct listing_case {
    const char *name, *cursor, *body;
    const char *next; /* NULL: refused */
    const char *asked;
} listing_cases[] = {
    { "the last page ends it", "page:4", "{\"totalPages\":5,\"content\":[{}]}", "", "&page=4" },
    { "an empty page ends it", "page:4", "{\"totalPages\":9,\"content\":[]}", "", "&page=4" },
    { "page numbers reach ten thousand rows", "page:98",
      "{\"totalPages\":300,\"nextPageToken\":\"t/1\",\"content\":[{}]}", "page:99", "&page=98" },
    { "then their token goes on", "page:99",
      "{\"totalPages\":300,\"nextPageToken\":\"t/1\",\"content\":[{}]}", "token:t/1", "&page=99" },
    { "a token is sent escaped", "token:t/1",
      "{\"totalPages\":300,\"nextPageToken\":\"t/2\",\"content\":[{}]}", "token:t/2",
      "&nextPageToken=t%2F1" },
    { "no further token ends it", "token:t/2", "{\"totalPages\":300,\"content\":[{}]}", "",
      "&nextPageToken=t%2F2" },
    { "the same token again is no way on", "token:t", "{\"nextPageToken\":\"t\",\"content\":[{}]}",
      NULL, "&nextPageToken=t" },
    { "a page without content is asked again", "page:0", "{}", NULL, "&page=0" },
    { "a foreign cursor is refused", "seite:1", "{\"content\":[]}", NULL, NULL },
    { "a negative page is refused", "page:-1", "{\"content\":[]}", NULL, NULL },
};

static void a_listing_page_goes_on(void **state)
{
    const struct listing_case *c = *state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, c->body);
    struct listing_page page = { 0 };
    struct err e = { 0 };
    bool is_ok = trendyol.pull_listings(&p->visit, str_from(c->cursor), &page, &e);
    assert_int_equal(is_ok, c->next != NULL);
    if (c->next) assert_text(page.cursor, c->next);
    assert_int_equal(p->asked, c->asked != NULL);
    if (c->asked) assert_true(str_ends(p->request.url, str_from(c->asked)));
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, offers_go_out_with_two_decimals_and_both_prices);
    SUITE_TEST(&s, a_batch_outside_its_size_is_our_mistake);
    SUITE_TEST(&s, a_batch_is_followed_to_its_end);
    SUITE_TEST(&s, a_batch_id_cannot_leave_its_path);
    SUITE_TEST(&s, listings_are_read_page_by_page);
    SUITE_ROWS(&s, a_receipt_is_uncertain, unclear_receipts);
    SUITE_ROWS(&s, a_batch_is_judged, batch_cases);
    SUITE_ROWS(&s, a_reason_is_read, reason_cases);
    SUITE_ROWS(&s, a_listing_page_goes_on, listing_cases);
    return suite_run(&s, "trendyol offers");
}
