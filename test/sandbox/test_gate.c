#include "sandbox/play.h"

#define ADDRESSES "GET /sellers/100200/addresses"
#define STREAM "GET /order/sellers/100200/orders/stream"
#define PAGED "GET /order/sellers/100200/v2/orders"
#define UNKNOWN_PACKAGE "PUT /order/sellers/100200/shipment-packages/1"
#define FIXED                                                                                      \
    {                                                                                              \
        "POST /control/settings", "{\"window_mode\":\"fixed\"}", 200, "window_mode=fixed"          \
    }

static const struct play_case gate_cases[] = {
    { "a good call is let in",
      { { ADDRESSES, NULL, 200, "supplierAddresses.0.addressType=Shipment" } } },
    { "a User-Agent without a dash is shown an HTML page",
      { { ADDRESSES, NULL, 403, "*~<html>; ^Content-Type~text/html", "agent:100200 Self" },
        { "GET /control/violations", NULL, 200, "items.0.rule=gate.user_agent" } } },
    { "a User-Agent's name may have 30 letters",
      { { ADDRESSES, NULL, 200, NULL, "agent:100200 - abcdefghijabcdefghijabcdefghij" } } },
    { "a User-Agent's name may not have 31 letters",
      { { ADDRESSES, NULL, 403, NULL, "agent:100200 - abcdefghijabcdefghijabcdefghijk" } } },
    { "a User-Agent's name has letters and digits only",
      { { ADDRESSES, NULL, 403, NULL, "agent:100200 - Self Integration" } } },
    { "a User-Agent begins with the seller's number",
      { { ADDRESSES, NULL, 403, NULL, "agent: - SelfIntegration" } } },
    { "a wrong secret is refused by name",
      { { ADDRESSES, NULL, 401, "exception=ClientApiAuthenticationException", "wrong secret" },
        { "GET /control/violations", NULL, 200, "items.0.rule=gate.credentials" } } },
    { "a call without credentials is refused", { { ADDRESSES, NULL, 401, NULL, "nobody" } } },
    { "another seller's path is refused",
      { { "GET /sellers/100201/addresses", NULL, 403, "errors.0.key=forbidden" },
        { "GET /sellers/100201/addresses", NULL, 200, NULL, "100201" } } },
    { "the User-Agent is looked at before the credentials",
      { { ADDRESSES, NULL, 403, NULL, "agent:x" } } },
    { "the first order service is closed",
      { { "GET /order/sellers/100200/orders", NULL, 426, "errors.0.key=upgrade.required" },
        { "GET /control/violations", NULL, 200, "items.0.rule=closed.version" } } },
    { "the first product service is closed",
      { { "POST /product/sellers/100200/products", "{}", 426, NULL } } },
    { "an unknown path is shown an HTML page",
      { { "GET /order/sellers/100200/nothing", NULL, 403, "*~<html>" },
        { "POST /sellers/100200/addresses", "{}", 403, NULL } } },
};

static const struct play_case limit_cases[] = {
    { "the 51st call of an endpoint within 10 s is refused",
      { { ADDRESSES, NULL, 200, NULL, NULL, 50 },
        { ADDRESSES, NULL, 429, "errors.0.key=too.many.requests; ^Retry-After=" },
        { "GET /control/violations", NULL, 200, "items.0.rule=limit.endpoint; count=1" } } },
    { "each endpoint has an allowance of its own",
      { { ADDRESSES, NULL, 200, NULL, NULL, 50 }, { STREAM, NULL, 200, NULL } } },
    { "each seller has an allowance of his own",
      { { ADDRESSES, NULL, 200, NULL, NULL, 50 },
        { "GET /sellers/100201/addresses", NULL, 200, NULL, "100201" } } },
    { "a sliding window frees a place when the oldest call is 10 s old",
      { { ADDRESSES, NULL, 200 },
        ADVANCE(5000),
        { ADDRESSES, NULL, 200, NULL, NULL, 49 },
        ADVANCE(4999),
        { ADDRESSES, NULL, 429 },
        ADVANCE(1),
        { ADDRESSES, NULL, 200 },
        { ADDRESSES, NULL, 429 } } },
    { "a fixed window starts anew at its border",
      { FIXED,
        ADVANCE(9999),
        { ADDRESSES, NULL, 200, NULL, NULL, 50 },
        { ADDRESSES, NULL, 429 },
        ADVANCE(1),
        { ADDRESSES, NULL, 200, NULL, NULL, 50 },
        { ADDRESSES, NULL, 429 } } },
    { "a sliding window knows no border",
      { ADVANCE(9999),
        { ADDRESSES, NULL, 200, NULL, NULL, 50 },
        ADVANCE(1),
        { ADDRESSES, NULL, 429 } } },
    { "refused calls do not lengthen the wait",
      { { ADDRESSES, NULL, 200, NULL, NULL, 50 },
        ADVANCE(9000),
        { ADDRESSES, NULL, 429, NULL, NULL, 20 },
        ADVANCE(1000),
        { ADDRESSES, NULL, 200, NULL, NULL, 50 } } },
    { "a clock set back does not shut anybody out",
      { { ADDRESSES, NULL, 200, NULL, NULL, 50 }, ADVANCE(-86400000), { ADDRESSES, NULL, 200 } } },
    { "a small seller lists orders 30 times a minute",
      { { PAGED, NULL, 200, NULL, NULL, 30 },
        { PAGED, NULL, 429 },
        { "GET /control/violations", NULL, 200, "items.0.rule=limit.group" },
        ADVANCE(60000),
        { PAGED, NULL, 200 } } },
    { "a larger tier lists orders 50 times a minute",
      { { "POST /control/settings", "{\"tiers\":{\"100200\":\"150K\"}}", 200, "tiers.100200=150K" },
        { PAGED, NULL, 200, NULL, NULL, 50 },
        ADVANCE(10000),
        { PAGED, NULL, 429 } } },
    { "endpoints of a service group share its allowance",
      { { UNKNOWN_PACKAGE "/items/unsupplied", "{}", 401, NULL, NULL, 50 },
        { "POST /order/sellers/100200/shipment-packages/1/split", "{}", 401, NULL, NULL, 50 },
        ADVANCE(10000),
        { UNKNOWN_PACKAGE "/items/unsupplied", "{}", 429 },
        { "POST /order/sellers/100200/shipment-packages/1/split", "{}", 429 },
        { UNKNOWN_PACKAGE, "{}", 401 },
        ADVANCE(50000),
        { UNKNOWN_PACKAGE "/items/unsupplied", "{}", 401 } } },
    { "limits can be switched off",
      { { "POST /control/settings", "{\"limits_on\":false}", 200, "limits_on=false" },
        { ADDRESSES, NULL, 200, NULL, NULL, 60 } } },
    { "a 429 can tell when to come back",
      { { "POST /control/settings", "{\"retry_after_on_429\":true}", 200, NULL },
        { ADDRESSES, NULL, 200, NULL, NULL, 50 },
        { ADDRESSES, NULL, 429, "^Retry-After=10" } } },
};

#define FAULT(text)                                                                                \
    {                                                                                              \
        "POST /control/faults", "{\"faults\":[" text "]}", 201, NULL                               \
    }
#define OFFER                                                                                      \
    "POST /inventory/sellers/100200/products/price-and-inventory",                                 \
        "{\"items\":[{\"barcode\":\"A-1\",\"quantity\":3}]}"
#define AT_ONCE                                                                                    \
    {                                                                                              \
        "POST /control/settings", "{\"batch_delay_min_ms\":0,\"batch_delay_max_ms\":0}", 200, NULL \
    }
#define BOOK_A(n)                                                                                  \
    {                                                                                              \
        "GET /control/books?seller=100200", NULL, 200, "sellers.0.listings.0.quantity=" #n         \
    }

static const struct play_case fault_cases[] = {
    { "a 429 comes once when asked once",
      { FAULT("{\"kind\":\"429\",\"endpoint\":\"addresses\",\"count\":1}"),
        { ADDRESSES, NULL, 429, "errors.0.key=too.many.requests" },
        { ADDRESSES, NULL, 200 },
        { "GET /control/faults", NULL, 200, "faults.#=0" } } },
    { "a 500 answers JSON, a 503 and a 504 a page, until deleted",
      { FAULT("{\"kind\":\"500\"}"),
        { ADDRESSES, NULL, 500, "errors.0.key=internal.server.error", NULL, 3 },
        { "DELETE /control/faults", NULL, 200, "faults.#=0" },
        FAULT("{\"kind\":\"503\",\"count\":1},{\"kind\":\"504\",\"count\":1}"),
        { ADDRESSES, NULL, 503, "*~<html>" },
        { ADDRESSES, NULL, 504, "*~<html>" },
        { ADDRESSES, NULL, 200 } } },
    { "an HTML page can come with status 200",
      { FAULT("{\"kind\":\"html\",\"count\":1}"), { ADDRESSES, NULL, 200, "*~<html>" } } },
    { "a fault keeps to its endpoint and seller",
      { FAULT("{\"kind\":\"500\",\"endpoint\":\"orders.*\",\"seller\":100201}"),
        { ADDRESSES, NULL, 200 },
        { STREAM, NULL, 200 },
        { "GET /sellers/100201/addresses", NULL, 200, NULL, "100201" },
        { "GET /order/sellers/100201/orders/stream", NULL, 500, NULL, "100201" } } },
    { "a cut line leaves nothing applied",
      { AT_ONCE,
        FAULT("{\"kind\":\"cut\",\"count\":1}"),
        { OFFER, 0 },
        BOOK_A(10),
        { "GET /control/requests?endpoint=offers.push", NULL, 200,
          "items.0.cut=true; items.0.status=0; items.0.fault=cut" } } },
    { "a timeout comes after the change was applied",
      { AT_ONCE,
        FAULT("{\"kind\":\"timeout_after_apply\",\"ms\":1,\"count\":1}"),
        { OFFER, 0 },
        BOOK_A(3) } },
    { "a truncated answer is half a text, and applied",
      { AT_ONCE,
        FAULT("{\"kind\":\"truncated\",\"count\":1}"),
        { OFFER, 200, "*~{\"batchRequestId\"; batchRequestId=missing" },
        BOOK_A(3) } },
    { "a late and a delayed answer come in the end",
      { FAULT("{\"kind\":\"late\",\"ms\":5,\"count\":1},{\"kind\":\"delay\",\"ms\":5,\"count\":1}"),
        { ADDRESSES, NULL, 200, NULL, NULL, 2 },
        { "GET /control/requests", NULL, 200, "items.0.fault=late; items.1.fault=delay" } } },
    { "a gateway time-out strikes large batches only",
      { FAULT("{\"kind\":\"504\",\"endpoint\":\"offers.push\",\"batch_items_over\":1}"),
        { OFFER, 200 },
        { "POST /inventory/sellers/100200/products/price-and-inventory",
          "{\"items\":[{\"barcode\":\"A-1\",\"quantity\":3},{\"barcode\":\"B-1\",\"quantity\":3}]}",
          504 } } },
    { "an unknown field stands in the answer and in its rows",
      { { "POST /control/orders", "{\"seller\":100200,\"lines\":[{\"barcode\":\"A-1\"}]}", 201 },
        FAULT("{\"kind\":\"unknown_field\",\"endpoint\":\"orders.stream\"}"),
        { STREAM, NULL, 200, "novelty.#=2; content.0.surprise.of.0=2027; content.#=1" } } },
    { "an unknown status stands in the first row",
      { { "POST /control/orders", "{\"seller\":100200,\"lines\":[{\"barcode\":\"A-1\"}]}", 201 },
        FAULT("{\"kind\":\"unknown_status\",\"value\":\"OnTheMoon\",\"count\":1}"),
        { STREAM, NULL, 200,
          "content.0.status=OnTheMoon; content.0.shipmentPackageStatus=OnTheMoon" },
        { STREAM, NULL, 200, "content.0.status=Created" } } },
    { "an answer without a body is left as it is",
      { { "POST /control/orders", "{\"seller\":100200,\"lines\":[{\"barcode\":\"A-1\"}]}", 201,
          "$pkg=orders.0.packages.0.shipmentPackageId; $la=orders.0.packages.0.lines.0.lineId" },
        FAULT("{\"kind\":\"unknown_status\",\"count\":1}"),
        { "PUT /order/sellers/100200/shipment-packages/$pkg",
          "{\"lines\":[{\"lineId\":$la,\"quantity\":1}],\"params\":{},\"status\":\"Picking\"}", 200,
          "*=" } } },
    { "a package is missing once and there again",
      { { "POST /control/orders",
          "{\"seller\":100200,\"lines\":[{\"barcode\":\"A-1\"}],\"count\":3}", 201, "made=3" },
        FAULT("{\"kind\":\"missing_once\",\"endpoint\":\"orders.*\",\"count\":2}"),
        { STREAM, NULL, 200, "content.#=2; hasMore=false" },
        { PAGED, NULL, 200, "content.#=2; totalElements=3" },
        { STREAM, NULL, 200, "content.#=3" } } },
    { "what is no fault is refused and nothing is kept",
      { { "POST /control/faults", "[{\"kind\":\"500\"},{\"kind\":\"earthquake\"}]", 400,
          "error~earthquake" },
        { "POST /control/faults", "{\"kind\":\"500\",\"probability\":1.5}", 400 },
        { "GET /control/faults", NULL, 200, "faults.#=0" } } },
};

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, play_run, gate_cases);
    SUITE_ROWS(&s, play_run, limit_cases);
    SUITE_ROWS(&s, play_run, fault_cases);
    return suite_run(&s, "sandbox gate");
}
