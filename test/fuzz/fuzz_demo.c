/* Demo Pazar's replies to every call of the demo connector. The first byte is the status. */
#include "connector/demo/demo.h"
#include "one_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void done(bool is_ok, const struct err *e)
{
    if (!is_ok) one_reply_refused(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = { 200, 400, 401, 404, 409, 429, 500, 503 };
    if (!size) return 0;
    AUTO(arena) a = arena_new();
    struct one_reply one;
    const struct order_query q = { 0 };
    const struct offer offer = { .remote_sku = STR("A"), .quantity = 1 };
    const struct shipment_notice n = { .remote_number = STR("D1") };
    struct order_page orders = { 0 };
    struct listing_page listings = { 0 };
    struct push_receipt receipt = { 0 };
    struct check_report report = { 0 };
    struct err e = { 0 };
    one_reply_set(&one, a, &demo, statuses[data[0] % 8], (str){ (const char *)data + 1, size - 1 });
    done(demo.check(&one.visit, &report, &e), &e);
    done(demo.pull_orders(&one.visit, &q, &orders, &e), &e);
    done(demo.find_order(&one.visit, STR("D1"), &orders, &e), &e);
    done(demo.parse_orders(a, one.reply.body, FUZZ_NOW, &orders, &e), &e);
    done(demo.push_offers(&one.visit, &offer, 1, &receipt, &e), &e);
    done(demo.pull_listings(&one.visit, (str){ 0 }, &listings, &e), &e);
    done(demo.invoice(&one.visit, &n, &e), &e);
    return 0;
}
