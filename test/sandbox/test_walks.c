#include "sandbox/play.h"

#define STREAM "GET /order/sellers/100200/orders/stream"
#define PAGED "GET /order/sellers/100200/v2/orders"
#define MAKE(n)                                                                                    \
    {                                                                                              \
        "POST /control/orders",                                                                    \
            "{\"seller\":100200,\"count\":" #n ",\"lines\":[{\"barcode\":\"A-1\"}]}", 201,         \
            "made=" #n "; $order=orders.0.orderNumber; $pkg=orders.0.packages.0.shipmentPackageId" \
    }
#define SETTINGS(text)                                                                             \
    {                                                                                              \
        "POST /control/settings", "{" text "}", 200, NULL                                          \
    }
#define CANCEL                                                                                     \
    {                                                                                              \
        "POST /control/orders/$order/cancel", NULL, 200, NULL                                      \
    }
#define FORTNIGHT ADVANCE(1209600000)
#define WEEK ADVANCE(604800000)

static const struct play_case stream_cases[] = {
    { "the stream is empty at first",
      { { STREAM, NULL, 200, "content.#=0; hasMore=false; nextCursor=null; size=50" } } },
    { "the newest change comes first",
      { MAKE(1),
        ADVANCE(10),
        { "POST /control/orders", "{\"seller\":100200,\"lines\":[{\"barcode\":\"B-1\"}]}", 201 },
        { STREAM, NULL, 200, "content.1.orderNumber=$order" },
        ADVANCE(10),
        CANCEL,
        { STREAM, NULL, 200, "content.#=2; content.0.orderNumber=$order" } } },
    { "a walk goes on where it stood",
      { MAKE(5),
        { STREAM "?size=2", NULL, 200, "content.#=2; hasMore=true; $next=nextCursor" },
        { STREAM "?size=2&nextCursor=$next", NULL, 200,
          "content.#=2; hasMore=true; $next=nextCursor" },
        { STREAM "?size=2&nextCursor=$next", NULL, 200,
          "content.#=1; content.0.orderNumber=$order; hasMore=false; nextCursor=null" } } },
    { "an order made during a walk does not disturb it",
      { MAKE(4),
        { STREAM "?size=2", NULL, 200, "$next=nextCursor; $seen=content.1.orderNumber" },
        { "POST /control/orders", "{\"seller\":100200,\"lines\":[{\"barcode\":\"B-1\"}]}", 201 },
        { STREAM "?size=2&nextCursor=$next", NULL, 200,
          "content.#=2; content.1.orderNumber=$order; hasMore=false" } } },
    { "a row changed during a walk may come again",
      { SETTINGS("\"stream_repeats\":true"),
        MAKE(5),
        { STREAM "?size=2", NULL, 200, "$next=nextCursor; $order=content.0.orderNumber" },
        CANCEL,
        { STREAM "?size=2&nextCursor=$next", NULL, 200,
          "content.#=2; content.0.orderNumber=$order; content.0.status=Cancelled" } } },
    { "a cursor is bound to its filters",
      { MAKE(3),
        { STREAM "?size=1&packageItemStatuses=Created", NULL, 200, "$next=nextCursor" },
        { STREAM "?size=1&packageItemStatuses=Created&nextCursor=$next", NULL, 200, "content.#=1" },
        { STREAM "?size=2&packageItemStatuses=Created&nextCursor=$next", NULL, 200, "content.#=2" },
        { STREAM "?size=1&packageItemStatuses=Picking&nextCursor=$next", NULL, 400,
          "errors.0.key=invalid.cursor" },
        { STREAM "?size=1&nextCursor=$next", NULL, 400 },
        { STREAM "?size=1&packageItemStatuses=Created&lastModifiedStartDate=$now&nextCursor=$next",
          NULL, 400 },
        { "GET /order/sellers/100201/orders/stream?size=1&packageItemStatuses=Created"
          "&nextCursor=$next",
          NULL, 400, NULL, "100201" },
        { STREAM "?nextCursor=rubbish", NULL, 400 } } },
    { "the stream can be asked for states",
      { MAKE(2),
        CANCEL,
        { STREAM "?packageItemStatuses=Cancelled", NULL, 200,
          "content.#=1; content.0.status=Cancelled" },
        { STREAM "?packageItemStatuses=Cancelled,Created", NULL, 200, "content.#=2" },
        { STREAM "?packageItemStatuses=Nonsense", NULL, 400 } } },
    { "numbers that no sum could hold are refused",
      { { STREAM "?lastModifiedStartDate=9223372036854775807", NULL, 400,
          "errors.0.key=invalid.parameter" },
        { PAGED "?size=200&page=9223372036854775807", NULL, 400,
          "errors.0.key=invalid.parameter" } } },
    { "a page of the stream is at most 200 rows",
      { { STREAM "?size=200", NULL, 200 }, { STREAM "?size=201", NULL, 400 } } },
    { "a window of the stream is at most 14 days",
      { { STREAM "?lastModifiedStartDate=1794096000000&lastModifiedEndDate=1795305600000", NULL,
          200 },
        { STREAM "?lastModifiedStartDate=1794095999999&lastModifiedEndDate=1795305600000", NULL,
          400, "errors.0.key=date.range.exceeds.limit" },
        { "GET /control/violations", NULL, 200, "items.0.rule=window.too_long" } } },
    { "without dates the stream shows a week",
      { MAKE(1),
        WEEK,
        { STREAM, NULL, 200, "content.#=1" },
        ADVANCE(1),
        { STREAM, NULL, 200, "content.#=0" } } },
    { "the window is one of changes, not of orders",
      { MAKE(1),
        FORTNIGHT,
        CANCEL,
        { STREAM "?lastModifiedStartDate=1796515200000", NULL, 200, "content.#=1" },
        { STREAM "?lastModifiedStartDate=1796515200001", NULL, 200, "content.#=0" },
        { STREAM "?lastModifiedEndDate=1796515199999", NULL, 200, "content.#=0" } } },
    { "the stream keeps three months",
      { MAKE(1),
        ADVANCE(7776000000),
        CANCEL,
        { STREAM, NULL, 200, "content.#=1" },
        ADVANCE(1),
        { STREAM, NULL, 200, "content.#=0" } } },
    { "changes are found also when the clock was set back",
      { MAKE(1),
        ADVANCE(-172800000),
        MAKE(1),
        { STREAM, NULL, 200, "content.#=1" },
        ADVANCE(172800000),
        { STREAM, NULL, 200, "content.#=2" } } },
};

static const struct play_case paged_cases[] = {
    { "pages have an envelope",
      { MAKE(5),
        { PAGED "?size=2&page=2", NULL, 200,
          "totalElements=5; totalPages=3; page=2; size=2; content.#=1; "
          "content.0.orderNumber=$order" } } },
    { "the order can be turned round",
      { MAKE(3),
        { PAGED "?orderByDirection=ASC", NULL, 200, "content.0.orderNumber=$order" },
        { PAGED "?orderByDirection=DESC", NULL, 200, "content.2.orderNumber=$order" } } },
    { "rows can be ordered by change or by creation",
      { MAKE(3),
        ADVANCE(5),
        CANCEL,
        { PAGED "?orderByField=PackageLastModifiedDate", NULL, 200,
          "content.0.orderNumber=$order" },
        { PAGED "?orderByField=CreatedDate", NULL, 200, "content.2.orderNumber=$order" },
        { PAGED "?orderByField=Colour", NULL, 400 } } },
    { "one order is found whenever it was",
      { MAKE(3),
        FORTNIGHT,
        { PAGED, NULL, 200, "totalElements=0" },
        { PAGED "?orderNumber=$order", NULL, 200,
          "totalElements=1; content.0.orderNumber=$order" } } },
    { "packages can be asked for by id, at most 50",
      { MAKE(3),
        { PAGED "?shipmentPackageIds=$pkg,1", NULL, 200, "totalElements=1" },
        { PAGED "?shipmentPackageIds=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24"
                ",25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51",
          NULL, 400, "errors.0.key=too.many.ids" } } },
    { "one state can be asked for, not two",
      { MAKE(2),
        CANCEL,
        { PAGED "?status=Cancelled", NULL, 200, "totalElements=1" },
        { PAGED "?status=Created,Cancelled", NULL, 400 } } },
    { "a page is at most 200 rows", { { PAGED "?size=201", NULL, 400 } } },
    { "a window is at most two weeks, and not turned round",
      { { PAGED "?startDate=1794095999999&endDate=1795305600000", NULL, 400,
          "errors.0.key=date.range.exceeds.limit" },
        { PAGED "?startDate=1794096000000&endDate=1795305600000", NULL, 200 },
        { PAGED "?startDate=2&endDate=1", NULL, 400 } } },
    { "without dates it is the last week",
      { MAKE(1),
        WEEK,
        { PAGED, NULL, 200, "totalElements=1" },
        ADVANCE(1),
        { PAGED, NULL, 200, "totalElements=0" } } },
    { "no row past 10,000 can be reached",
      { { PAGED "?size=200&page=49", NULL, 200 },
        { PAGED "?size=200&page=50", NULL, 400, "errors.0.key=page.limit.exceeded" },
        { PAGED "?size=1&page=9999", NULL, 200 },
        { PAGED "?size=1&page=10000", NULL, 400 },
        { "GET /control/violations", NULL, 200, "items.0.rule=ceiling" } } },
    { "the paged service keeps one month",
      { MAKE(1),
        ADVANCE(2592000000),
        CANCEL,
        { PAGED "?orderNumber=$order", NULL, 200, "totalElements=1" },
        ADVANCE(1),
        { PAGED "?orderNumber=$order", NULL, 200, "totalElements=0" },
        { STREAM, NULL, 200, "content.#=1" } } },
    { "order dates can be shown three hours ahead",
      { SETTINGS("\"order_date_shift_ms\":10800000"),
        MAKE(1),
        { PAGED, NULL, 200,
          "content.0.orderDate=1795316400000; content.0.lastModifiedDate=$now" } } },
};

static void a_walk_through_many_orders_sees_each_once(void **state)
{
    static const struct step load[] = {
        { "POST /control/listings",
          "{\"seller\":100200,\"items\":[{\"barcode\":\"A-1\",\"quantity\":20000}]}", 201 },
        MAKE(10450),
        { PAGED "?size=200&page=49", NULL, 200,
          "totalElements=10450; totalPages=53; content.#=200" },
        { PAGED "?size=150&page=66", NULL, 200, "content.#=100" },
        SETTINGS("\"limits_on\":false"),
    };
    struct play p;
    int pages = 0;
    (void)state;
    play_start(&p, true);
    for (size_t i = 0; i < sizeof load / sizeof load[0]; i++) play_step(&p, &load[i]);
    AUTO(arena) kept = arena_new();
    int64_t last = INT64_MAX, rows = 0;
    for (str cursor = { 0 }; pages == 0 || cursor.len; pages++) {
        struct http_reply reply;
        const struct json *body = NULL;
        struct arena_mark mark = arena_mark(p.arena);
        const char *call = str_cstr(
            p.arena, str_print(p.arena, STREAM "?size=200&nextCursor=%.*s", STR_ARG(cursor)));
        assert_true(play_send(&p, &(struct step){ pages ? call : STREAM "?size=200" }, &reply));
        assert_true(json_parse(p.arena, reply.body, NULL, &body, NULL));
        for (const struct json *v = json_get(body, "content")->first; v; v = v->next, rows++) {
            int64_t id = 0; /* unchanged packages come in the order of their ids */
            assert_true(json_i64_at(v, "shipmentPackageId", &id) && id < last);
            last = id;
        }
        cursor = str_copy(kept, json_text_at(body, "nextCursor"));
        arena_rewind(p.arena, mark);
    }
    assert_int_equal(rows, 10450);
    assert_int_equal(pages, 53);
    play_end(&p);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, play_run, stream_cases);
    SUITE_ROWS(&s, play_run, paged_cases);
    SUITE_TEST(&s, a_walk_through_many_orders_sees_each_once);
    return suite_run(&s, "sandbox walks");
}
