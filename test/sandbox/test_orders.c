#include "sandbox/play.h"

#define ORDER(lines) "POST /control/orders", "{\"seller\":100200,\"lines\":[" lines "]}"
#define A_ONE "{\"barcode\":\"A-1\"}"
#define A_TWO_B_THREE "{\"barcode\":\"A-1\",\"quantity\":2},{\"barcode\":\"B-1\",\"quantity\":3}"
#define KEEP_ORDER                                                                                 \
    "$order=orders.0.orderNumber; $pkg=orders.0.packages.0.shipmentPackageId; "                    \
    "$la=orders.0.packages.0.lines.0.lineId; $lb=orders.0.packages.0.lines.1.lineId"
#define STREAM "GET /order/sellers/100200/orders/stream"
#define PACKAGE "PUT /order/sellers/100200/shipment-packages/$pkg"
#define SPLIT(form) "POST /order/sellers/100200/shipment-packages/$pkg/" form
#define SETTINGS(text)                                                                             \
    {                                                                                              \
        "POST /control/settings", "{" text "}", 200, NULL                                          \
    }
#define BOOK(check)                                                                                \
    {                                                                                              \
        "GET /control/books?seller=100200", NULL, 200, check                                       \
    }
#define ACT(action) "POST /control/orders/$order/" action
#define SEE_ORDER "GET /control/orders/$order"
#define LINE_A2 "{\"lineId\":$la,\"quantity\":2}"
#define WHOLE "\"lines\":[" LINE_A2 ",{\"lineId\":$lb,\"quantity\":3}]"
#define MADE                                                                                       \
    {                                                                                              \
        ORDER(A_TWO_B_THREE), 201, KEEP_ORDER                                                      \
    }
#define PICKED                                                                                     \
    {                                                                                              \
        PACKAGE, "{" WHOLE ",\"status\":\"Picking\",\"params\":{}}", 200, NULL                     \
    }
#define WRONG_STATE "message=Shipment Update Edilebilir Bir Durumda Değil."

static const struct play_case making_cases[] = {
    { "an order takes from what the marketplace believes",
      { { ORDER(A_TWO_B_THREE), 201, "made=1; orders.0.pieces.1.ordered=3" },
        BOOK("sellers.0.listings.0.quantity=8; sellers.0.listings.0.sold=2; "
             "sellers.0.listings.1.quantity=2; sellers.0.counts.sold=5; sellers.0.counts.orders=1; "
             "sellers.0.counts.packages.Created=1") } },
    { "more than it believes is not sold",
      { { ORDER("{\"barcode\":\"C-1\",\"quantity\":2}"), 409, "error~believes" },
        BOOK("sellers.0.listings.2.quantity=1; sellers.0.counts.orders=0") } },
    { "the same barcode in two lines is counted together",
      { { ORDER("{\"barcode\":\"C-1\"},{\"barcode\":\"C-1\"}"), 409 } } },
    { "two buyers race for the last one, and both win",
      { { ORDER("{\"barcode\":\"C-1\"}"), 201 },
        { "POST /control/orders",
          "{\"seller\":100200,\"force\":true,\"lines\":[{\"barcode\":\"C-1\"}]}", 201 },
        BOOK("sellers.0.listings.2.quantity=0; sellers.0.listings.2.sold=2; "
             "sellers.0.listings.2.oversold=1") } },
    { "a count is made as far as the stock goes",
      { { "POST /control/orders",
          "{\"seller\":100200,\"count\":8,\"lines\":[{\"barcode\":\"B-1\",\"quantity\":2}]}", 201,
          "made=2; refused=6; orders.#=2" },
        BOOK("sellers.0.listings.1.quantity=1") } },
    { "what is not on sale cannot be ordered",
      { { ORDER("{\"barcode\":\"LOCKED\"}"), 409 },
        { ORDER("{\"barcode\":\"ARCHIVED\"}"), 409 },
        { ORDER("{\"barcode\":\"WAITS\"}"), 409 },
        { ORDER("{\"barcode\":\"NONE\"}"), 404 } } },
    { "an unpaid order shows no address and no tracking number",
      { { "POST /control/orders",
          "{\"seller\":100200,\"awaiting\":true,\"lines\":[{\"barcode\":\"A-1\"}]}", 201,
          KEEP_ORDER },
        { STREAM, NULL, 200,
          "content.0.status=Awaiting; content.0.shipmentAddress=null; "
          "content.0.cargoTrackingNumber=null" },
        { ACT("verify"), NULL, 200, "packages.0.status=Verified" },
        { ACT("release"), NULL, 200, "packages.0.status=Created" },
        { STREAM, NULL, 200,
          "content.0.status=Created; content.0.shipmentAddress.countryCode=TR; "
          "content.0.packageHistories.#=3" },
        BOOK("sellers.0.listings.0.sold=1") } },
    { "the clock pays, ships and delivers",
      { SETTINGS("\"awaiting_ms\":1000,\"verified\":true,\"ship_after_ms\":5000,"
                 "\"deliver_after_ms\":7000"),
        { "POST /control/orders",
          "{\"seller\":100200,\"awaiting\":true,\"lines\":[{\"barcode\":\"A-1\"}]}", 201,
          KEEP_ORDER },
        ADVANCE(1000),
        { SEE_ORDER, NULL, 200, "packages.0.status=Verified" },
        ADVANCE(1000),
        { SEE_ORDER, NULL, 200, "packages.0.status=Created" },
        { ACT("invoice"), NULL, 200, "packages.0.status=Invoiced" },
        ADVANCE(4999),
        { SEE_ORDER, NULL, 200, "packages.0.status=Invoiced" },
        ADVANCE(1),
        { SEE_ORDER, NULL, 200, "packages.0.status=Shipped" },
        ADVANCE(7000),
        { SEE_ORDER, NULL, 200, "packages.0.status=Delivered" } } },
    { "carriers fail and parcels come back",
      { { ORDER(A_ONE), 201, KEEP_ORDER },
        { ACT("deliver"), NULL, 409 },
        { ACT("ship"), NULL, 200 },
        { ACT("collect"), NULL, 200, "packages.0.status=AtCollectionPoint" },
        { ACT("undeliver"), NULL, 200, "packages.0.status=UnDelivered" },
        { ACT("return"), NULL, 200, "packages.0.status=Returned" },
        { ACT("vanish"), NULL, 404 },
        { "POST /control/orders/1/ship", NULL, 404 } } },
    { "buyers change their minds by chance",
      { SETTINGS("\"cancel_percent\":100,\"cancel_within_ms\":0"),
        { ORDER(A_ONE), 201, KEEP_ORDER },
        ADVANCE(1),
        { SEE_ORDER, NULL, 200, "packages.0.status=Cancelled; pieces.0.cancelled=1" } } },
    { "the stage's own helper makes and moves orders",
      { { "POST /test/order/orders/core",
          "{\"lines\":[{\"barcode\":\"A-1\",\"quantity\":1}],\"seller\":{\"sellerId\":100200}}",
          200, "$order=orderNumber" },
        { SEE_ORDER, NULL, 200, "$pkg=packages.0.shipmentPackageId" },
        { "PUT /test/order/sellers/100200/shipment-packages/$pkg/status",
          "{\"status\":\"Shipped\"}", 200 },
        { "PUT /test/order/sellers/100200/shipment-packages/$pkg/status",
          "{\"status\":\"Delivered\"}", 200 },
        { "PUT /test/order/sellers/100200/shipment-packages/$pkg/status",
          "{\"status\":\"Shipped\"}", 400, WRONG_STATE },
        { "POST /test/order/orders/core", "{\"lines\":[{\"barcode\":\"A-1\",\"quantity\":99}]}",
          400 } } },
};

static const struct play_case status_cases[] = {
    { "a package is picked, then invoiced",
      { MADE,
        ADVANCE(1000),
        PICKED,
        { STREAM, NULL, 200,
          "content.0.status=Picking; content.0.lastModifiedDate=1795305601000; "
          "content.0.orderDate=1795305600000; content.0.packageHistories.1.status=Picking" },
        { PACKAGE,
          "{" WHOLE ",\"status\":\"Invoiced\",\"params\":{\"invoiceNumber\":\"BDS2026000000001\"}}",
          200 },
        { STREAM, NULL, 200, "content.0.status=Invoiced" } } },
    { "a package is not invoiced before it is picked",
      { MADE,
        { PACKAGE, "{" WHOLE ",\"status\":\"Invoiced\"}", 400, WRONG_STATE },
        { "GET /control/violations", NULL, 200, "items.0.rule=state.wrong" } } },
    { "a package is picked once",
      { MADE, PICKED, { PACKAGE, "{" WHOLE ",\"status\":\"Picking\"}", 400, WRONG_STATE } } },
    { "a cancelled package is not picked",
      { MADE,
        { ACT("cancel"), NULL, 200 },
        { PACKAGE, "{" WHOLE ",\"status\":\"Picking\"}", 400, WRONG_STATE } } },
    { "an unpaid package is not picked",
      { { "POST /control/orders",
          "{\"seller\":100200,\"awaiting\":true,\"lines\":[{\"barcode\":\"A-1\"}]}", 201,
          KEEP_ORDER },
        { PACKAGE,
          "{\"lines\":[{\"lineId\":$la,\"quantity\":1}],\"params\":{},\"status\":\"Picking\"}",
          400 } } },
    { "every line has to be listed",
      { MADE,
        { PACKAGE, "{\"lines\":[" LINE_A2 "],\"status\":\"Picking\"}", 400 },
        { PACKAGE, "{\"lines\":[],\"status\":\"Picking\"}", 400 },
        { PACKAGE, "{\"status\":\"Picking\"}", 400 } } },
    { "only picking and invoicing can be reported",
      { MADE, { PACKAGE, "{" WHOLE ",\"status\":\"Shipped\"}", 400 } } },
    { "an unknown package answers 401, or 404 when so set",
      { { "PUT /order/sellers/100200/shipment-packages/1", "{}", 401,
          "exception=ClientApiAuthenticationException" },
        SETTINGS("\"unknown_package\":\"not_found\""),
        { "PUT /order/sellers/100200/shipment-packages/1", "{}", 404,
          "exception=SellerIntegrationApiDomainNotFoundException" } } },
    { "another seller's package is unknown",
      { MADE, { "PUT /order/sellers/100201/shipment-packages/$pkg", "{}", 401, NULL, "100201" } } },
};

static const struct play_case ending_cases[] = {
    { "what a customer cancels is not given back to the stock",
      { MADE,
        ADVANCE(5),
        { ACT("cancel"), NULL, 200,
          "packages.#=1; packages.0.status=Cancelled; pieces.0.cancelled=2; pieces.1.cancelled=3" },
        { STREAM, NULL, 200,
          "content.#=1; content.0.status=Cancelled; content.0.lines.0.cancelledBy=Customer; "
          "content.0.lastModifiedDate=1795305600005" },
        BOOK("sellers.0.listings.0.quantity=8; sellers.0.listings.0.cancelled=2; "
             "sellers.0.listings.0.net=0") } },
    { "a shipped order cannot be cancelled",
      { MADE, { ACT("ship"), NULL, 200 }, { ACT("cancel"), NULL, 409 } } },
    { "a cancelled line leaves the rest in a new package",
      { MADE,
        { ACT("cancel"), "{\"lines\":[{\"barcode\":\"A-1\",\"quantity\":2}]}", 200,
          "packages.#=2; packages.0.status=Cancelled; packages.0.lines.#=1; "
          "packages.1.status=Created; packages.1.createdBy=cancel; "
          "packages.1.originPackageId=$pkg; packages.1.lines.0.lineId=$lb" },
        { STREAM, NULL, 200,
          "content.#=2; content.0.createdBy=cancel; content.0.originPackageIds.0=$pkg; "
          "content.0.lines.#=1; content.1.status=Cancelled" } } },
    { "one piece of a line can be cancelled, and the line keeps its id",
      { MADE,
        { ACT("cancel"), "{\"lines\":[{\"lineId\":$lb,\"quantity\":1}]}", 200,
          "packages.0.lines.0.quantity=1; packages.1.lines.#=2; packages.1.lines.0.quantity=2; "
          "packages.1.lines.1.quantity=2; packages.1.lines.1.lineId=$lb; pieces.0.ordered=3" },
        { ACT("cancel"), "{\"lines\":[{\"lineId\":$lb,\"quantity\":3}]}", 409 },
        { ACT("cancel"), NULL, 200 },
        BOOK("sellers.0.counts.cancelled=5; sellers.0.counts.sold=5") } },
    { "a divided line can be given a new id",
      { SETTINGS("\"new_line_id_on_divide\":true"),
        MADE,
        { ACT("cancel"), "{\"lines\":[{\"lineId\":$lb,\"quantity\":1}]}", 200,
          "packages.0.lines.0.lineId=$lb; $fresh=packages.1.lines.1.lineId" },
        { ACT("cancel"), "{\"lines\":[{\"lineId\":$lb}]}", 409 },
        { ACT("cancel"), "{\"lines\":[{\"lineId\":$fresh,\"quantity\":2}]}", 200 } } },
    { "the seller cannot supply a piece: the rest goes on in its state",
      { MADE,
        PICKED,
        { PACKAGE "/items/unsupplied",
          "{\"lines\":[{\"lineId\":$la,\"quantity\":1}],\"reasonId\":500}", 200 },
        { SEE_ORDER, NULL, 200,
          "packages.0.status=UnSupplied; packages.0.lines.0.quantity=1; "
          "packages.1.status=Picking; packages.1.lines.0.quantity=1; pieces.0.unsupplied=1" },
        { STREAM, NULL, 200,
          "content.0.status=Picking; content.1.status=UnSupplied; "
          "content.1.lines.0.cancelledBy=Seller; content.1.lines.0.cancelReasonCode=500" },
        BOOK("sellers.0.listings.0.unsupplied=1; sellers.0.listings.0.quantity=8") } },
    { "cannot supply needs a known reason, known lines and an open package",
      { MADE,
        { PACKAGE "/items/unsupplied", "{\"lines\":[" LINE_A2 "],\"reasonId\":503}", 400 },
        { PACKAGE "/items/unsupplied", "{\"lines\":[" LINE_A2 "]}", 400 },
        { PACKAGE "/items/unsupplied",
          "{\"lines\":[{\"lineId\":1,\"quantity\":1}],\"reasonId\":500}", 400 },
        { PACKAGE "/items/unsupplied",
          "{\"lines\":[{\"lineId\":$la,\"quantity\":9}],\"reasonId\":500}", 400 },
        { SEE_ORDER, NULL, 200, "packages.#=1; packages.0.status=Created" },
        { ACT("ship"), NULL, 200 },
        { PACKAGE "/items/unsupplied", "{" WHOLE ",\"reasonId\":500}", 400, WRONG_STATE } } },
    { "a split parent is unpacked and its children appear later",
      { MADE,
        { SPLIT("split"), "{\"orderLineIds\":[$la]}", 200 },
        { STREAM, NULL, 200, "content.#=1; content.0.status=UnPacked" },
        ADVANCE(1000),
        { STREAM, NULL, 200,
          "content.#=3; content.0.createdBy=split; content.0.originPackageIds.0=$pkg; "
          "content.0.status=Created; content.2.status=UnPacked" },
        { SEE_ORDER, NULL, 200, "pieces.0.ordered=2; pieces.1.ordered=3" },
        { SPLIT("split"), "{\"orderLineIds\":[$la]}", 400, WRONG_STATE } } },
    { "a split by quantities makes one package of each place",
      { MADE,
        { SPLIT("quantity-split"),
          "{\"quantitySplit\":[{\"orderLineId\":$la,\"quantities\":[1,1]},"
          "{\"orderLineId\":$lb,\"quantities\":[2]}]}",
          200 },
        ADVANCE(1000),
        { SEE_ORDER, NULL, 200,
          "packages.#=4; packages.1.lines.#=2; packages.1.lines.1.quantity=2; "
          "packages.2.lines.#=1; packages.2.lines.0.lineId=$la; packages.3.lines.0.quantity=1; "
          "packages.3.lines.0.lineId=$lb" } } },
    { "a split into groups names whole lines",
      { MADE,
        { SPLIT("multi-split"),
          "{\"splitGroups\":[{\"orderLineIds\":[$la]},{\"orderLineIds\":[$lb]}]}", 200 },
        { SEE_ORDER, NULL, 200, "packages.#=3; packages.1.visible=false" } } },
    { "a split by packages names pieces",
      { MADE,
        { SPLIT("split-packages"),
          "{\"splitPackages\":[{\"packageDetails\":[{\"orderLineId\":$la,\"quantities\":1}]}]}",
          200 },
        { SEE_ORDER, NULL, 200, "packages.#=3; packages.1.lines.0.quantity=1" } } },
    { "what would split nothing is refused",
      { MADE,
        { SPLIT("split"), "{\"orderLineIds\":[$la,$lb]}", 400 },
        { SPLIT("split"), "{\"orderLineIds\":[1]}", 400 },
        { SPLIT("split"), "{}", 400 },
        { SPLIT("quantity-split"), "{\"quantitySplit\":[{\"orderLineId\":$la,\"quantities\":[3]}]}",
          400 },
        { SEE_ORDER, NULL, 200, "packages.#=1; packages.0.status=Created" } } },
    { "the marketplace splits by itself, and all of it can be cancelled",
      { MADE,
        { ACT("split"), NULL, 200, "packages.#=3; packages.0.status=UnPacked" },
        { ACT("cancel"), NULL, 200, "pieces.0.cancelled=2; pieces.1.cancelled=3" },
        ADVANCE(1000),
        { STREAM, NULL, 200, "content.#=3; content.0.status=Cancelled" } } },
    { "a split can name its groups",
      { MADE,
        { ACT("split"), "{\"groups\":[[{\"barcode\":\"B-1\",\"quantity\":1}]]}", 200,
          "packages.1.lines.0.quantity=1; packages.2.lines.#=2" } } },
};

/* Money: lines are per unit, pieces carry the odd kuruş, totals are exact. */

static int64_t kurus(const struct json *object, const char *key)
{
    money m = { 0 };
    assert_true(json_money(json_get(object, key), "TRY", &m));
    return m.e4 / 100;
}

static void check_money(const struct json *package, int64_t *discounted)
{
    int64_t gross = 0, seller = 0, marketplace = 0, paid = 0;
    for (const struct json *l = json_get(package, "lines")->first; l; l = l->next) {
        int64_t quantity = 0;
        const struct json *pieces = json_get(l, "discountDetails");
        assert_true(json_i64_at(l, "quantity", &quantity));
        assert_int_equal(pieces->count, quantity);
        gross += kurus(l, "lineGrossAmount") * quantity;
        assert_int_equal(kurus(l, "lineUnitPrice"),
                         kurus(l, "lineGrossAmount") - kurus(l, "lineTotalDiscount"));
        for (const struct json *v = pieces->first; v; v = v->next) {
            seller += kurus(v, "lineItemSellerDiscount");
            marketplace += kurus(v, "lineItemTyDiscount");
            paid += kurus(v, "lineItemPrice");
        }
    }
    *discounted += seller > 0;
    assert_int_equal(kurus(package, "packageGrossAmount"), gross);
    assert_int_equal(kurus(package, "packageSellerDiscount"), seller);
    assert_int_equal(kurus(package, "packageTyDiscount"), marketplace);
    assert_int_equal(kurus(package, "packageTotalDiscount"), seller + marketplace);
    assert_int_equal(kurus(package, "packageTotalPrice"), paid);
    assert_int_equal(paid, gross - seller - marketplace);
}

static void money_and_numbers_of_many_orders_hold(void **state)
{
    struct play p;
    struct http_reply reply;
    const struct json *body = NULL;
    int64_t discounted = 0, long_numbers = 0, without_phone = 0;
    (void)state;
    play_start(&p, true);
    play_step(&p, &(struct step){ "POST /control/listings",
                                  "{\"seller\":100200,\"items\":[{\"barcode\":\"X\","
                                  "\"quantity\":9000,\"salePrice\":33.33}]}",
                                  201 });
    play_step(&p, &(struct step){ "POST /control/orders",
                                  "{\"seller\":100200,\"count\":100,"
                                  "\"lines\":[{\"barcode\":\"X\",\"quantity\":7}]}",
                                  201 });
    play_step(&p, &(struct step){ "GET /control/books", NULL, 200,
                                  "$order=sellers.0.orders.3.orderNumber" });
    play_step(&p, &(struct step){ ACT("cancel"), "{\"lines\":[{\"barcode\":\"X\"}]}", 200 });
    assert_true(play_send(&p, &(struct step){ STREAM "?size=200" }, &reply));
    assert_true(json_parse(p.arena, reply.body, NULL, &body, NULL));
    assert_int_equal(json_get(body, "content")->count, 101);
    for (const struct json *v = json_get(body, "content")->first; v; v = v->next) {
        check_money(v, &discounted);
        const struct json *tracking = json_get(v, "cargoTrackingNumber");
        assert_int_equal(tracking->kind, JSON_NUMBER);
        long_numbers += tracking->text.len == 20 && tracking->text.at[0] == '7';
        without_phone += json_is_null(json_path(v, "shipmentAddress.phone"));
    }
    assert_in_range(discounted, 10, 70);
    assert_in_range(long_numbers, 2, 30);
    assert_in_range(without_phone, 20, 80);
    play_end(&p);
}

static void the_same_seed_and_calls_give_the_same_world(void **state)
{
    static const struct step steps[] = {
        { ORDER(A_TWO_B_THREE), 201, KEEP_ORDER },
        { ACT("cancel"), "{\"lines\":[{\"barcode\":\"A-1\"}]}", 200 },
        { ORDER(A_ONE), 201 },
    };
    struct play p[2];
    struct http_reply reply[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        play_start(&p[i], true);
        play_step(&p[i], &play_shelf);
        for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) play_step(&p[i], &steps[k]);
        assert_true(play_send(&p[i], &(struct step){ STREAM }, &reply[i]));
    }
    assert_true(reply[0].body.len > 1000);
    assert_true(str_eq(reply[0].body, reply[1].body));
    play_end(&p[0]);
    play_end(&p[1]);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, play_run, making_cases);
    SUITE_ROWS(&s, play_run, status_cases);
    SUITE_ROWS(&s, play_run, ending_cases);
    SUITE_TEST(&s, money_and_numbers_of_many_orders_hold);
    SUITE_TEST(&s, the_same_seed_and_calls_give_the_same_world);
    return suite_run(&s, "sandbox orders");
}
