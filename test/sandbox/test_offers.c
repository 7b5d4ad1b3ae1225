#include "sandbox/play.h"

#define PUSH "POST /inventory/sellers/100200/products/price-and-inventory"
#define BATCH "GET /product/sellers/100200/products/batch-requests/$batch"
#define LIGHT "GET /product/sellers/100200/products/approved/inventory-and-price"
#define APPROVED "GET /product/sellers/100200/products/approved"
#define ITEM(text) "{\"items\":[{" text "}]}"
#define SETTINGS(text)                                                                             \
    {                                                                                              \
        "POST /control/settings", "{" text "}", 200, NULL                                          \
    }
#define AT_ONCE SETTINGS("\"batch_delay_min_ms\":0,\"batch_delay_max_ms\":0")
#define BOOK(check)                                                                                \
    {                                                                                              \
        "GET /control/books?seller=100200", NULL, 200, check                                       \
    }
#define FAILS(item, reason)                                                                        \
    {                                                                                              \
        AT_ONCE, { PUSH, ITEM(item), 200, "$batch=batchRequestId" },                               \
        {                                                                                          \
            BATCH, NULL, 200,                                                                      \
                "failedItemCount=1; items.0.status=FAILED; items.0.failureReasons.0~" reason       \
        }                                                                                          \
    }

static const struct play_case batch_cases[] = {
    { "a batch is accepted at once and applied when its time comes",
      { { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":4"), 200, "$batch=batchRequestId" },
        BOOK("sellers.0.listings.0.quantity=10"),
        ADVANCE(1999),
        BOOK("sellers.0.listings.0.quantity=10"),
        ADVANCE(1),
        BOOK("sellers.0.listings.0.quantity=4; sellers.0.listings.0.offersApplied=1") } },
    { "a running batch has no rows at first, then rows without a status",
      { { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":4"), 200, "$batch=batchRequestId" },
        { BATCH, NULL, 200, "itemCount=1; items.#=0; status=missing" },
        ADVANCE(1000),
        { BATCH, NULL, 200, "items.#=1; items.0.status=missing; items.0.failureReasons.#=0" } } },
    { "an inventory batch never has a status of its own",
      { { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":4"), 200, "$batch=batchRequestId" },
        ADVANCE(2000),
        { BATCH, NULL, 200,
          "status=missing; batchRequestType=ProductInventoryUpdate; items.0.status=SUCCESS; "
          "failedItemCount=0; items.0.requestItem.quantity=4; creationDate=$now; "
          "items.0.requestItem.updateRequestDate=2026-11-22T00:00:00.000Z" } } },
    { "a result is gone after four hours",
      { AT_ONCE,
        { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":4"), 200, "$batch=batchRequestId" },
        ADVANCE(14399999),
        { BATCH, NULL, 200, "itemCount=1" },
        ADVANCE(1),
        { BATCH, NULL, 404, "errors.0.key=batch.request.not.found" } } },
    { "a result that is gone can also be an empty one",
      { AT_ONCE,
        SETTINGS("\"batch_expired\":\"empty\""),
        { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":4"), 200, "$batch=batchRequestId" },
        ADVANCE(14400000),
        { BATCH, NULL, 200, "itemCount=0; items.#=0" } } },
    { "a batch is its seller's only",
      { { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":4"), 200, "$batch=batchRequestId" },
        { "GET /product/sellers/100201/products/batch-requests/$batch", NULL, 404, NULL,
          "100201" } } },
    { "the same body again within 15 minutes is refused in Turkish",
      { { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":4"), 200 },
        ADVANCE(899999),
        { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":4"), 400,
          "errors.0.message=15 dakika boyunca aynı isteği tekrarlı olarak atamazsınız!" },
        { "GET /control/violations", NULL, 200, "items.0.rule=body.repeated" },
        { PUSH, ITEM("\"barcode\":\"A-1\", \"quantity\":4"), 200 },
        ADVANCE(1),
        { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":4"), 200 } } },
    { "a good item is applied beside a bad one",
      { AT_ONCE,
        { PUSH,
          "{\"items\":[{\"barcode\":\"NONE\",\"quantity\":1},{\"barcode\":\"B-1\",\"quantity\":2}]"
          "}",
          200, "$batch=batchRequestId" },
        { BATCH, NULL, 200,
          "failedItemCount=1; items.0.status=FAILED; items.1.status=SUCCESS; "
          "items.1.failureReasons.#=0" },
        BOOK("sellers.0.listings.1.quantity=2") } },
    { "an unknown barcode fails", FAILS("\"barcode\":\"NONE\",\"quantity\":1", "bulunamadı") },
    { "a product not approved fails",
      FAILS("\"barcode\":\"WAITS\",\"quantity\":1", "onaylı değil") },
    { "a locked product fails", FAILS("\"barcode\":\"LOCKED\",\"quantity\":1", "kilitli") },
    { "an archived product fails", FAILS("\"barcode\":\"ARCHIVED\",\"quantity\":1", "Arşiv") },
    { "20001 pieces fail", FAILS("\"barcode\":\"A-1\",\"quantity\":20001", "20000") },
    { "a negative quantity fails", FAILS("\"barcode\":\"A-1\",\"quantity\":-1", "20000") },
    { "half a piece fails", FAILS("\"barcode\":\"A-1\",\"quantity\":1.5", "tam sayı") },
    { "a sale price above the list price fails",
      FAILS("\"barcode\":\"A-1\",\"salePrice\":300,\"listPrice\":299.99", "liste fiyat") },
    { "a sale price alone is held against the list price there is",
      FAILS("\"barcode\":\"A-1\",\"salePrice\":250.01", "liste fiyat") },
    { "a price of nothing fails", FAILS("\"barcode\":\"A-1\",\"salePrice\":0", "sıfırdan") },
    { "a price without measure fails",
      FAILS("\"barcode\":\"A-1\",\"listPrice\":9223372036854775807", "sıfırdan") },
    { "an item that changes nothing fails", FAILS("\"barcode\":\"A-1\"", "alan bulunamadı") },
    { "an item without a barcode fails", FAILS("\"quantity\":1", "Barkod") },
    { "a failing item changes neither price nor quantity",
      { AT_ONCE,
        { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":1,\"salePrice\":300"), 200 },
        BOOK("sellers.0.listings.0.quantity=10; sellers.0.listings.0.salePrice=199.90; "
             "sellers.0.listings.0.offersFailed=1") } },
    { "20000 pieces and both prices are taken",
      { AT_ONCE,
        { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":20000,\"salePrice\":99.9,\"listPrice\":100"),
          200 },
        BOOK("sellers.0.listings.0.quantity=20000; sellers.0.listings.0.salePrice=99.90; "
             "sellers.0.listings.0.listPrice=100.00") } },
    { "blanks in a barcode are dropped, and the result says so",
      { AT_ONCE,
        { PUSH, ITEM("\"barcode\":\"A - 1\",\"quantity\":2"), 200, "$batch=batchRequestId" },
        { BATCH, NULL, 200, "items.0.status=SUCCESS; items.0.requestItem.barcode=A-1" } } },
    { "no items, and no JSON, are refused",
      { { PUSH, "{\"items\":[]}", 400, "errors.0.key=empty.items" },
        { PUSH, "{}", 400 },
        { PUSH, "[1", 400, "errors.0.key=bad.request" },
        { "GET /control/violations", NULL, 200, "items.0.rule=batch.empty" } } },
    { "a later batch may be done first when order is given up",
      { SETTINGS(
            "\"batch_delay_min_ms\":9000,\"batch_delay_max_ms\":9000,\"batch_in_order\":false"),
        { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":1"), 200 },
        AT_ONCE,
        { PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":2"), 200 },
        BOOK("sellers.0.listings.0.quantity=2"),
        ADVANCE(9000),
        BOOK("sellers.0.listings.0.quantity=1") } },
};

/* What needs many calls or items. */

static str many_items(struct arena *a, int count, int first_quantity)
{
    struct text t = { .arena = a };
    text_add(&t, STR("{\"items\":["));
    for (int i = 0; i < count; i++)
        text_print(&t, "%s{\"barcode\":\"N-%d\",\"quantity\":%d}", i ? "," : "", i, first_quantity);
    text_add(&t, STR("]}"));
    return text_str(&t);
}

static void a_thousand_items_are_taken_and_one_more_refused(void **state)
{
    struct play p;
    (void)state;
    play_start(&p, true);
    str load = many_items(p.arena, 1001, 1);
    play_keep(&p, STR("load"), str_cut(load, 1, load.len));
    play_keep(&p, STR("full"), many_items(p.arena, 1000, 7));
    play_keep(&p, STR("over"), many_items(p.arena, 1001, 7));
    const struct step steps[] = {
        { "POST /control/listings", "{\"seller\":100200,$load", 201, "loaded=1001" },
        AT_ONCE,
        { PUSH, "$full", 200, "$batch=batchRequestId" },
        { BATCH, NULL, 200, "itemCount=1000; failedItemCount=0; items.#=1000" },
        { PUSH, "$over", 400, "errors.0.key=max.items.exceeded" },
        BOOK("sellers.0.listings.999.quantity=7; sellers.0.listings.1000.quantity=1"),
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) play_step(&p, &steps[i]);
    play_end(&p);
}

static void a_barcodes_price_changes_thirty_times_a_minute(void **state)
{
    struct play p;
    (void)state;
    play_start(&p, true);
    play_step(&p, &play_shelf);
    play_step(&p, &(struct step)AT_ONCE);
    for (int i = 0; i < 32; i++) {
        /* The last one carries no new price, so it is no change and passes. */
        play_keep(&p, STR("price"), str_print(p.arena, "%d", i < 31 ? 100 + i : 129));
        play_keep(&p, STR("pieces"), str_print(p.arena, "%d", i));
        play_step(&p,
                  &(struct step){
                      PUSH, ITEM("\"barcode\":\"A-1\",\"quantity\":$pieces,\"salePrice\":$price"),
                      200, "$batch=batchRequestId" });
        play_step(&p, &(struct step){ BATCH, NULL, 200,
                                      i == 30 ? "items.0.status=FAILED; items.0.failureReasons.0~30"
                                              : "items.0.status=SUCCESS" });
    }
    play_step(&p, &(struct step)BOOK("sellers.0.listings.0.salePrice=129.00; "
                                     "sellers.0.listings.0.quantity=31"));
    play_end(&p);
}

static const struct play_case listing_cases[] = {
    { "the light page has approved listings only, and a date of stock once it was set",
      { AT_ONCE,
        { PUSH, ITEM("\"barcode\":\"B-1\",\"quantity\":8"), 200 },
        { LIGHT, NULL, 200,
          "totalElements=5; content.0.variants.0.barcode=A-1; "
          "content.0.variants.0.stockCode=SKU-A; content.0.variants.0.salePrice=199.90; "
          "content.0.variants.0.stockLastModifiedDate=null; content.1.variants.0.quantity=8; "
          "content.1.variants.0.stockLastModifiedDate=$now" } } },
    { "the light page can be asked for barcodes",
      { { LIGHT "?barcodes=B-1,C-1,WAITS", NULL, 200,
          "content.#=2; content.0.variants.0.barcode=B-1; content.1.variants.0.barcode=C-1" } } },
    { "a page is at most 100 rows",
      { { LIGHT "?size=101", NULL, 400, "errors.0.key=page.size.exceeds.limit" },
        { LIGHT "?size=100", NULL, 200, "size=100" },
        { LIGHT "?size=x", NULL, 400 } } },
    { "pages follow one another",
      { { LIGHT "?size=2&page=1", NULL, 200,
          "content.#=2; totalPages=3; page=1; content.0.variants.0.barcode=C-1" },
        { LIGHT "?size=2&page=2", NULL, 200, "content.#=1" },
        { LIGHT "?size=2&page=3", NULL, 200, "content.#=0" } } },
    { "the full page goes on by token",
      { { APPROVED "?size=3", NULL, 200,
          "content.#=3; content.0.title=Mavi ayakkabı; content.0.variants.0.stock.quantity=10; "
          "content.0.variants.0.price.listPrice=250.00; content.0.variants.0.onSale=true; "
          "$token=nextPageToken" },
        { APPROVED "?size=3&nextPageToken=$token", NULL, 200, "content.#=2; nextPageToken=null" },
        { APPROVED "?size=3&nextPageToken=abc", NULL, 400 } } },
    { "the full page ends at row 10,000",
      { { APPROVED "?size=100&page=99", NULL, 200 },
        { APPROVED "?size=100&page=100", NULL, 400, "errors.0.key=page.limit.exceeded" } } },
    { "the full page knows states",
      { { APPROVED "?status=locked", NULL, 200,
          "content.#=1; content.0.variants.0.barcode=LOCKED" },
        { APPROVED "?status=archived", NULL, 200, "content.#=1" },
        { APPROVED "?status=onSale", NULL, 200, "content.#=3" },
        { APPROVED "?status=notOnSale", NULL, 200, "content.#=2" } } },
    { "one product answers its approval",
      { { "GET /product/sellers/100200/product/A-1", NULL, 200, "approved=true; archived=false" },
        { "GET /product/sellers/100200/product/WAITS", NULL, 200,
          "approved=false; approvedDate=null" },
        { "GET /product/sellers/100200/product/NONE", NULL, 404,
          "errors.0.key=product.not.found" } } },
};

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, play_run, batch_cases);
    SUITE_TEST(&s, a_thousand_items_are_taken_and_one_more_refused);
    SUITE_TEST(&s, a_barcodes_price_changes_thirty_times_a_minute);
    SUITE_ROWS(&s, play_run, listing_cases);
    return suite_run(&s, "sandbox offers");
}
