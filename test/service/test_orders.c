/* Orders as they arrive, and what they leave of the stock. */
#include "db/db.h"
#include "repo/trace_repo.h"
#include "service/offer.h"
#include "service/order.h"
#include "service/stock.h"
#include "support/suite.h"
#include "support/told.h"

static const struct arrival_case {
    const char *name;
    const char *told[8];
    const char *left;
} arrivals[] = {
    { "an order takes its stock", { "1 P @1 NEW | a:0:2, b:3:1" }, "0:8+2 3:9+1 | 1 NEW" },
    { "an unpaid order takes it too", { "1 P @1 HELD | a:0:2" }, "0:8+2 | 1 HELD" },
    { "told twice it takes once", { "1 P @1 NEW | a:0:2", "1 P @1 NEW | a:0:2" }, "0:8+2 | 1 NEW" },
    { "older news changes nothing",
      { "1 P @5 PICKING | a:0:2", "1 P @1 NEW | a:0:3" },
      "0:8+2 | 1 PICKING" },
    { "shipping ends what is reserved",
      { "1 P @1 NEW | a:0:2", "1 P @2 SHIPPED | a:0:2" },
      "0:8+0 | 1 SHIPPED" },
    { "an order first seen shipped takes and reserves nothing",
      { "1 P @2 SHIPPED | a:0:2" },
      "0:8+0 | 1 SHIPPED" },
    { "delivered, it stays taken",
      { "1 P @1 SHIPPED | a:0:2", "1 P @2 DELIVERED | a:0:2" },
      "0:8+0 | 1 DELIVERED" },
    { "what comes back undelivered waits for a person",
      { "1 P @1 SHIPPED | a:0:2", "1 P @2 UNDELIVERED | a:0:2", "1 P @3 RETURNED | a:0:2" },
      "0:8+0 | 1 RETURNED" },

    { "cancelling gives back",
      { "1 P @1 NEW | a:0:2", "1 P @2 CANCELLED | a:0:2x" },
      "| 1 CANCELLED" },
    { "a cancelled package gives back though its lines do not say so",
      { "1 P @1 NEW | a:0:2", "1 P @2 CANCELLED | a:0:2/NEW" },
      "| 1 CANCELLED" },
    { "cancelled before it was known takes nothing and gives nothing",
      { "1 P @2 CANCELLED | a:0:2x", "1 P @1 NEW | a:0:2" },
      "| 1 CANCELLED" },
    { "cancelling one line gives that one back",
      { "1 P @1 NEW | a:0:2, b:3:1", "1 P @2 NEW | a:0:2, b:3:1x" },
      "0:8+2 | 1 NEW" },
    { "cancelling twice gives back once",
      { "1 P @1 NEW | a:0:2", "1 P @2 CANCELLED | a:0:2x", "1 P @3 CANCELLED | a:0:2x" },
      "| 1 CANCELLED" },
    { "one line told twice in a package, a piece of it cancelled",
      { "1 P @1 NEW | a:0:3", "1 P @2 NEW | a:0:2, a:0:1x" },
      "0:8+2 | 1 NEW" },
    { "cancelled after all, and alive again",
      { "1 P @1 NEW | a:0:2", "1 P @2 CANCELLED | a:0:2x", "1 P @3 NEW | a:0:2" },
      "0:8+2 | 1 NEW" },

    { "partial cancellation in one payload",
      { "1 P @1 NEW | a:0:2, b:3:1", "1 P @2 CANCELLED | a:0:2x, b:3:1x; 1 Q<P @2 NEW | a:0:2" },
      "0:8+2 | 1 NEW" },
    { "partial cancellation, the new package first",
      { "1 P @1 NEW | a:0:2, b:3:1", "1 Q<P @3 NEW | a:0:2", "1 P @2 CANCELLED | a:0:2x, b:3:1x" },
      "0:8+2 | 1 NEW" },
    { "partial cancellation, the old package first",
      { "1 P @1 NEW | a:0:2, b:3:1", "1 P @2 CANCELLED | a:0:2x, b:3:1x", "1 Q<P @2 NEW | a:0:2" },
      "0:8+2 | 1 NEW" },
    { "a cancelled package that calls one line so moved the other on",
      { "1 P @1 NEW | a:0:2, b:3:1", "1 P @2 CANCELLED | a:0:2/NEW, b:3:1x" },
      "0:8+2 | 1 CANCELLED" },
    { "a piece of two cancelled",
      { "1 P @1 NEW | a:0:2", "1 P @2 CANCELLED | a:0:2x; 1 Q<P @2 NEW | a:0:1" },
      "0:9+1 | 1 NEW" },

    { "a split parent gives nothing back",
      { "1 P @1 NEW | a:0:2, b:3:1", "1 P @2 SUPERSEDED | a:0:2, b:3:1" },
      "0:8+2 3:9+1 | 1 NEW" },
    { "nor do its children take anew",
      { "1 P @1 NEW | a:0:2, b:3:1", "1 P @2 SUPERSEDED | a:0:2, b:3:1", "1 Q<P @3 NEW | a:0:2",
        "1 R<P @3 NEW | b:3:1" },
      "0:8+2 3:9+1 | 1 NEW" },
    { "one child shipped, the other cancelled",
      { "1 P @1 NEW | a:0:2, b:3:1", "1 Q<P @3 SHIPPED | a:0:2; 1 R<P @3 CANCELLED | b:3:1x" },
      "0:8+0 | 1 SHIPPED" },
    { "split by quantity, one id",
      { "1 P @1 NEW | a:0:3", "1 P @2 SUPERSEDED | a:0:3", "1 Q<P @3 NEW | a:0:1",
        "1 R<P @3 SHIPPED | a:0:2" },
      "0:7+1 | 1 NEW" },
    { "split by quantity, new ids",
      { "1 P @1 NEW | a:0:3", "1 Q<P @3 NEW | a1:0:1", "1 R<P @3 NEW | a2:0:2" },
      "0:7+3 | 1 NEW" },
    { "all that there is, split by quantity, stays whole",
      { "1 P @1 NEW | a:0:10", "1 Q<P @3 NEW | a1:0:4; 1 R<P @3 NEW | a2:0:6" },
      "0:0+10 | 1 NEW" },
    { "an old word of the parent after its children",
      { "1 Q<P @3 PICKING | a:0:2", "1 P @1 NEW | a:0:2" },
      "0:8+2 | 1 PICKING" },

    { "what cannot be taken is short", { "1 P @1 NEW | a:0:11" }, "| 1 NEW short" },
    { "its other lines take", { "1 P @1 NEW | a:0:11, b:3:1" }, "3:9+1 | 1 NEW short" },
    { "a line takes all or nothing",
      { "1 P @1 NEW | a:0:8", "2 P2 @1 NEW | a:0:3" },
      "0:2+8 | 1 NEW, 2 NEW short" },
    { "newer news of a short order tries again",
      { "1 P @1 NEW | a:0:8", "2 P2 @1 NEW | a:0:3", "1 P @2 CANCELLED | a:0:8x",
        "2 P2 @2 PICKING | a:0:3" },
      "0:7+3 | 1 CANCELLED, 2 PICKING" },
    { "a short order cancelled is short no more",
      { "1 P @1 NEW | a:0:11", "1 P @2 CANCELLED | a:0:11x" },
      "| 1 CANCELLED" },
    { "a short order made smaller takes",
      { "1 P @1 NEW | a:0:11", "1 P @2 NEW | a:0:9" },
      "0:1+9 | 1 NEW" },

    { "an unknown SKU waits, its neighbours take",
      { "1 P @1 NEW | a:?XYZ:2, b:3:1" },
      "3:9+1 | 1 NEW unmapped" },
    { "cancelled, it waits no more",
      { "1 P @1 NEW | a:?XYZ:2", "1 P @2 CANCELLED | a:?XYZ:2x" },
      "| 1 CANCELLED" },

    { "an unknown status takes", { "1 P @1 Dispatching | a:0:2" }, "0:8+2 | 1 UNKNOWN" },
    { "an unknown status gives nothing back",
      { "1 P @1 NEW | a:0:2", "1 P @2 CANCELLED | a:0:2x", "1 P @3 Frozen | a:0:2" },
      "| 1 UNKNOWN" },
    { "nor reserves what has left",
      { "1 P @1 SHIPPED | a:0:2", "1 P @2 InOrbit | a:0:2" },
      "0:8+0 | 1 UNKNOWN" },

    { "our own notice is not undone by a page that crossed it",
      { "1 P @1 READY | a:0:2", "1 P @2 NEW | a:0:2" },
      "0:8+2 | 1 READY" },
    { "without times, what is further along is newer",
      { "1 P @0 NEW | a:0:2", "1 P @0 SHIPPED | a:0:2", "1 P @0 NEW | a:0:2" },
      "0:8+0 | 1 SHIPPED" },
    { "without times, cancelling a line is news",
      { "1 P @0 NEW | a:0:2, b:3:1", "1 P @0 NEW | a:0:2, b:3:1x", "1 P @0 NEW | a:0:2, b:3:1" },
      "0:8+2 | 1 NEW" },
    { "two orders in one payload",
      { "1 P @1 NEW | a:0:2; 2 P2 @1 NEW | a:0:1, b:3:4" },
      "0:7+3 3:6+4 | 1 NEW, 2 NEW" },
    { "what one gives back another may take, in one payload",
      { "1 P @1 NEW | a:0:10", "2 P2 @2 NEW | a:0:9; 1 P @2 CANCELLED | a:0:10x" },
      "0:1+9 | 1 CANCELLED, 2 NEW" },
};

static void orders_leave_their_stock(void **state)
{
    const struct arrival_case *c = *state;
    AUTO(house) h = house_new();
    house_serve(h);
    for (size_t i = 0; i < 8 && c->told[i]; i++) told_accept(h, 0, c->told[i]);
    assert_text(told_left(h), c->left);
    told_ledger_is_clean(h);
}

/* The same again, all of it, changes nothing at all: no row of the ledger, no event. */
static void told_again_they_change_nothing(void **state)
{
    static const struct sql_text events = {
        .both = "SELECT (SELECT COUNT(*) FROM {p}mp_event) * 1000 +"
                " (SELECT COUNT(*) FROM {p}mp_ledger) WHERE ? = 0",
    };
    const struct arrival_case *c = *state;
    AUTO(house) h = house_new();
    house_serve(h);
    for (size_t i = 0; i < 8 && c->told[i]; i++) told_accept(h, 0, c->told[i]);
    int64_t before = house_number(h, &events, 0);
    for (size_t i = 0; i < 8 && c->told[i]; i++) told_accept(h, 0, c->told[i]);
    assert_text(told_left(h), c->left);
    assert_int_equal(house_number(h, &events, 0), before);
}

/* --- what else stands in the same transaction --- */

static const struct sql_text faults_open = {
    .both = "SELECT COUNT(*) FROM {p}mp_fault WHERE open_key IS NOT NULL AND id > ?",
};

static struct stored_order find_order(struct house *h, size_t store, const char *number)
{
    struct err e = { 0 };
    struct stored_order o;
    assert_true(order_repo_find_remote(h->db, h->arena, &h->system, h->stores[store],
                                       str_from(number), &o, &e));
    return o;
}

static str time_line(struct house *h, int64_t order_id)
{
    struct err e = { 0 };
    struct order_event *events;
    size_t count;
    struct text t = { .arena = h->arena };
    assert_true(order_event_list(h->db, h->arena, &h->admin, order_id, &events, &count, &e));
    for (size_t i = 0; i < count; i++) text_print(&t, "%s%s", i ? " " : "", events[i].kind);
    return text_str(&t);
}

static void the_other_store_is_marked_and_gets_a_job(void **state)
{
    (void)state;
    static const struct sql_text wanted = {
        .both = "SELECT wanted_quantity FROM {p}mp_product_map WHERE id = ? AND"
                " wanted_seq > sent_seq",
    };
    static const struct sql_text jobs = {
        .both = "SELECT COUNT(*) FROM {p}mp_job WHERE kind = 'push_offers' AND store_id = ?",
    };
    AUTO(house) h = house_new();
    house_serve(h);
    told_accept(h, 0, "1 P @1 NEW | a:0:2");
    assert_int_equal(house_number(h, &wanted, h->listings[1][0]), 8);
    assert_int_equal(house_number(h, &wanted, h->listings[0][0]), 8);
    assert_int_equal(house_number(h, &jobs, h->stores[1]), 1);
}

static void a_line_that_changes_its_id_is_no_change_for_listings(void **state)
{
    (void)state;
    static const struct sql_text seq = {
        .both = "SELECT wanted_seq FROM {p}mp_product_map WHERE id = ?",
    };
    AUTO(house) h = house_new();
    house_serve(h);
    told_accept(h, 0, "1 P @1 NEW | a:0:3");
    int64_t before = house_number(h, &seq, h->listings[1][0]);
    told_accept(h, 0, "1 Q<P @3 NEW | a1:0:1; 1 R<P @3 NEW | a2:0:2");
    assert_int_equal(house_number(h, &seq, h->listings[1][0]), before);
}

/* It has lowered its own number by what it sold, and ours stayed: without this it would show too little
 * until the next read-back. */
static void the_store_of_a_short_line_is_told_again(void **state)
{
    (void)state;
    static const struct sql_text seq = {
        .both = "SELECT wanted_seq FROM {p}mp_product_map WHERE id = ?",
    };
    AUTO(house) h = house_new();
    house_serve(h);
    int64_t here = house_number(h, &seq, h->listings[0][0]);
    int64_t there = house_number(h, &seq, h->listings[1][0]);
    told_accept(h, 0, "1 P @1 NEW | a:0:11");
    assert_int_equal(house_number(h, &seq, h->listings[0][0]), here + 1);
    assert_int_equal(house_number(h, &seq, h->listings[1][0]), there);
    told_accept(h, 0, "1 P @2 PICKING | a:0:11"); /* told once */
    assert_int_equal(house_number(h, &seq, h->listings[0][0]), here + 1);
}

static void a_short_order_is_told_settled_and_told_again(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    told_accept(h, 0, "1 P @1 NEW | a:0:11");
    assert_int_equal(house_number(h, &faults_open, 0), 1);
    struct stored_order o = find_order(h, 0, "1");
    assert_true(o.lines[0].is_short);
    assert_int_equal(o.lines[0].taken, 0);
    assert_text(time_line(h, o.id), "received short");

    assert_true(order_settle(&h->service, &h->admin, o.id, &e)); /* nothing has come */
    assert_text(told_left(h), "| 1 NEW short");
    assert_text(time_line(h, o.id), "received short");

    struct stock_edit edit = { .sku = house_sku(h, 0), .amount = 5 };
    struct stock_edit_result result;
    assert_true(stock_edit(&h->service, h->arena, &h->admin, &edit, 1, STR("delivery"), STR("k"),
                           false, &result, &e));
    assert_text(told_left(h), "0:15+0 | 1 NEW short"); /* a person decides who gets it */
    assert_true(order_settle(&h->service, &h->admin, o.id, &e));
    assert_text(told_left(h), "0:4+11 | 1 NEW");
    assert_int_equal(house_number(h, &faults_open, 0), 0);
    assert_text(time_line(h, o.id), "received short stock_taken");
    told_ledger_is_clean(h);
}

static void an_unmapped_line_takes_once_it_is_mapped(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    static const struct sql_text unlist = {
        .both = "DELETE FROM {p}mp_product_map WHERE id = ?",
    };
    house_run(h, &unlist, h->listings[0][5]);
    told_accept(h, 0, "1 P @1 NEW | a:?XYZ:2");
    told_accept(h, 0, "2 P2 @1 NEW | a:?XYZ:3");
    assert_text(told_left(h), "| 1 NEW unmapped, 2 NEW unmapped");
    assert_int_equal(house_number(h, &faults_open, 0), 1); /* one a SKU */
    int64_t listing;
    assert_true(
        offer_list(&h->service, &h->admin, h->stores[0], h->variants[5], STR("XYZ"), &listing, &e));
    int64_t next = 0;
    struct err unsettled = { 0 };
    assert_true(
        offer_settle(&h->service, &h->system, h->stores[0], STR("XYZ"), 0, &next, &unsettled, &e));
    assert_text(told_left(h), "5:5+5 | 1 NEW, 2 NEW");
    assert_int_equal(house_number(h, &faults_open, 0), 0);
    assert_text(time_line(h, find_order(h, 0, "1").id), "received unmapped stock_taken mapped");
    told_ledger_is_clean(h);
}

static void the_time_line_tells_it_all(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    told_accept(h, 0, "1 P @1 NEW | a:0:2, b:3:1");
    told_accept(h, 0, "1 P @2 PICKING | a:0:2, b:3:1");
    told_accept(h, 0, "1 P @3 CANCELLED | a:0:2x, b:3:1x; 1 Q<P @3 NEW | a:0:2");
    assert_text(time_line(h, find_order(h, 0, "1").id),
                "received stock_taken status status package stock_returned");
}

static void equal_numbers_of_two_stores_are_two_orders(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    told_accept(h, 0, "1 P @1 NEW | a:0:2");
    told_accept(h, 1, "1 P @1 NEW | a:0:3");
    assert_text(told_left(h), "0:5+5 | 1 NEW, 1 NEW");
}

static void totals_follow_the_packages_that_go_out(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    told_accept(h, 0, "1 P @1 NEW | a:0:2, b:3:1");
    assert_int_equal(find_order(h, 0, "1").total.e4, 3000000);
    told_accept(h, 0, "1 Q<P @2 NEW | a:0:2; 1 R<P @2 NEW | b:3:1");
    assert_int_equal(find_order(h, 0, "1").total.e4, 3000000);
    told_accept(h, 0, "1 R<P @3 CANCELLED | b:3:1x");
    assert_int_equal(find_order(h, 0, "1").total.e4, 2000000);
    told_accept(h, 0, "1 Q<P @4 CANCELLED | a:0:2x");
    assert_int_equal(find_order(h, 0, "1").total.e4, 2000000); /* what it was worth */
}

static void an_unknown_status_is_reported(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    told_accept(h, 0, "1 P @1 Dispatching | a:0:2");
    told_accept(h, 0, "2 P2 @1 Dispatching | a:0:1");
    assert_int_equal(house_number(h, &faults_open, 0), 1); /* one a status */
    struct stored_order o = find_order(h, 0, "1");
    assert_text(o.packages[0].remote_status, "Dispatching");
}

static const struct bad_case {
    const char *name;
    struct order order;
} bad_cases[] = {
    { "an order without a number", { .remote_package_id = STR_INIT("P") } },
    { "a package without an id", { .remote_number = STR_INIT("1") } },
    { "a line without an id",
      { .remote_number = STR_INIT("1"),
        .remote_package_id = STR_INIT("P"),
        .lines = &(const struct order_line){ .remote_sku = STR_INIT("X"), .quantity = 1 },
        .line_count = 1 } },
    { "a line without a SKU",
      { .remote_number = STR_INIT("1"),
        .remote_package_id = STR_INIT("P"),
        .lines = &(const struct order_line){ .remote_line_id = STR_INIT("a"), .quantity = 1 },
        .line_count = 1 } },
    { "a negative quantity",
      { .remote_number = STR_INIT("1"),
        .remote_package_id = STR_INIT("P"),
        .lines = &(const struct order_line){ .remote_line_id = STR_INIT("a"),
                                             .remote_sku = STR_INIT("X"),
                                             .quantity = -1 },
        .line_count = 1 } },
};

static void impossible_orders_are_refused(void **state)
{
    const struct bad_case *c = *state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    assert_false(order_accept(&h->service, &h->system, h->stores[0], 0, &c->order, 1, &e));
    assert_int_equal(e.kind, ERR_INVALID);
    assert_string_equal(e.code, "order.invalid");
    assert_text(told_left(h), "");
}

static void a_package_of_another_order_is_refused_whole(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    size_t count;
    told_accept(h, 0, "1 P @1 NEW | a:0:2");
    const struct order *orders = told_orders(h, "2 P @1 NEW | a:0:2", &count);
    assert_false(order_accept(&h->service, &h->system, h->stores[0], 0, orders, count, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_text(told_left(h), "0:8+2 | 1 NEW");
}

static void strangers_bring_and_settle_nothing(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    size_t count, news;
    int64_t job;
    told_accept(h, 1, "1 P @1 NEW | a:0:11");
    int64_t id = find_order(h, 1, "1").id;
    const struct order *orders = told_orders(h, "2 P2 @1 NEW | a:0:2", &count);
    struct raw_order raw = { .dedupe_key = STR("k"), .payload = STR("{}") };
    const struct actor *others[] = { &h->stranger, &h->clerk };
    for (size_t i = 0; i < 2; i++) {
        const struct actor *by = others[i];
        assert_false(order_accept(&h->service, by, h->stores[1], 0, orders, count, &e));
        assert_string_equal(e.code, "store.not_found");
        assert_false(order_receive(&h->service, by, h->stores[1], "poll", &raw, 1, &news, &e));
        assert_string_equal(e.code, "store.not_found");
        assert_false(order_settle(&h->service, by, id, &e));
        assert_false(order_action(&h->service, by, id, ORDER_ACKNOWLEDGE, STR(""), &job, &e));
        assert_false(order_action_done(&h->service, by, id, STR("P"), ORDER_ACKNOWLEDGE, 0, &e));
        assert_string_equal(e.code, "order.not_found");
    }
    assert_text(told_left(h), "| 1 NEW short");
}

/* --- payloads and actions --- */

static void payloads_are_stored_once_with_one_job(void **state)
{
    (void)state;
    static const struct sql_text jobs = {
        .both = "SELECT COUNT(*) FROM {p}mp_job WHERE kind = 'intake' AND open_key IS NOT NULL"
                " AND store_id = ?",
    };
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 }, why = { 0 };
    struct raw_order raws[] = { { .dedupe_key = STR("a"), .payload = STR("{}") },
                                { .dedupe_key = STR("b"), .payload = STR("{}") },
                                { .dedupe_key = STR("a"), .payload = STR("{}") } },
                     *found;
    size_t news = 0, count = 0;
    assert_true(
        order_receive(&h->service, &h->system, h->stores[0], "webhook", raws, 3, &news, &e));
    assert_int_equal(news, 2);
    assert_int_equal(house_number(h, &jobs, h->stores[0]), 1);
    assert_true(order_receive(&h->service, &h->system, h->stores[0], "poll", raws, 3, &news, &e));
    assert_int_equal(news, 0);

    assert_true(raw_repo_new(h->db, h->arena, h->keys, &h->system, h->stores[0], 0, 10, &found,
                             &count, &e));
    assert_int_equal(count, 2);
    assert_text(found[0].source, "webhook");
    assert_int_equal(found[0].received_at, HOUSE_NOW);
    const struct order *orders = told_orders(h, "1 P @1 NEW | a:0:2", &count);
    assert_true(order_accept(&h->service, &h->system, h->stores[0], found[0].id, orders, 1, &e));
    err_set(&why, ERR_INVALID, "json.syntax", "not JSON");
    assert_true(order_raw_failed(&h->service, &h->system, h->stores[0], found[1].id, &why, &e));
    assert_int_equal(house_number(h, &faults_open, 0), 1);
    assert_true(raw_repo_new(h->db, h->arena, h->keys, &h->system, h->stores[0], 0, 10, &found,
                             &count, &e));
    assert_int_equal(count, 0);
    assert_true(raw_repo_list_failed(h->db, h->arena, &h->admin, &found, &count, &e));
    assert_int_equal(count, 1);
    assert_true(order_raw_retry(&h->service, &h->admin, found[0].id, &e));
    assert_int_equal(house_number(h, &faults_open, 0), 0);
    assert_true(raw_repo_new(h->db, h->arena, h->keys, &h->system, h->stores[0], 0, 10, &found,
                             &count, &e));
    assert_int_equal(count, 1);
}

static void actions_are_queued_done_and_seen(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    struct job job;
    int64_t id = 0, again = 0;
    told_accept(h, 0, "1 P @1 NEW | a:0:2; 1 Q @1 SHIPPED | b:3:1");
    int64_t order = find_order(h, 0, "1").id;
    assert_true(order_action(&h->service, &h->admin, order, ORDER_ACKNOWLEDGE, STR(""), &id, &e));
    assert_true(queue_find(h->queue, h->arena, h->company, id, &job, &e));
    assert_text(job.kind, JOB_ORDER_ACTION);
    const struct json *payload;
    assert_true(json_parse(h->arena, job.payload, NULL, &payload, &e));
    assert_text(json_text_at(payload, "package_id"), "P");
    assert_text(json_text_at(payload, "action"), "acknowledge");
    assert_true(
        order_action(&h->service, &h->admin, order, ORDER_ACKNOWLEDGE, STR(""), &again, &e));
    assert_int_equal(again, id); /* one open job a package and action */

    assert_true(
        order_action_done(&h->service, &h->system, order, STR("P"), ORDER_ACKNOWLEDGE, 7, &e));
    struct stored_order o = find_order(h, 0, "1");
    assert_int_equal(o.status, ORDER_PICKING);
    assert_int_equal(o.packages[0].status, ORDER_PICKING);
    assert_int_equal(o.lines[0].line.status, ORDER_PICKING);
    assert_int_equal(o.lines[1].line.status, ORDER_SHIPPED);
    assert_text(time_line(h, order), "received package stock_taken action action action_done");
    assert_false(order_action(&h->service, &h->admin, order, ORDER_ACKNOWLEDGE, STR(""), &id, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_string_equal(e.code, "order.wrong_state");
    assert_true(order_action(&h->service, &h->admin, order, ORDER_INVOICE, STR("BDS1"), &id, &e));
    assert_true(order_action_done(&h->service, &h->system, order, STR("P"), ORDER_INVOICE, 8, &e));
    assert_int_equal(find_order(h, 0, "1").status, ORDER_READY);

    /* Too late: cancelled meanwhile. Only the time line says so. */
    told_accept(h, 0, "1 P @9 CANCELLED | a:0:2x");
    assert_true(order_action_done(&h->service, &h->system, order, STR("P"), ORDER_INVOICE, 9, &e));
    assert_int_equal(find_order(h, 0, "1").packages[0].status, ORDER_CANCELLED);
    assert_false(order_action_done(&h->service, &h->system, order, STR("Z"), ORDER_INVOICE, 9, &e));
    assert_text(told_left(h), "3:9+0 | 1 SHIPPED");
}

static void a_replaced_package_takes_no_action(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    struct job job;
    int64_t id;
    told_accept(h, 0, "1 P @1 NEW | a:0:2");
    told_accept(h, 0, "1 Q<P @2 NEW | a:0:2");
    assert_true(order_action(&h->service, &h->admin, find_order(h, 0, "1").id, ORDER_ACKNOWLEDGE,
                             STR(""), &id, &e));
    assert_true(queue_find(h->queue, h->arena, h->company, id, &job, &e));
    assert_true(str_has(job.payload, STR("\"Q\"")));
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, orders_leave_their_stock, arrivals);
    SUITE_ROWS(&s, told_again_they_change_nothing, arrivals);
    SUITE_TEST(&s, the_other_store_is_marked_and_gets_a_job);
    SUITE_TEST(&s, a_line_that_changes_its_id_is_no_change_for_listings);
    SUITE_TEST(&s, the_store_of_a_short_line_is_told_again);
    SUITE_TEST(&s, a_short_order_is_told_settled_and_told_again);
    SUITE_TEST(&s, an_unmapped_line_takes_once_it_is_mapped);
    SUITE_TEST(&s, the_time_line_tells_it_all);
    SUITE_TEST(&s, equal_numbers_of_two_stores_are_two_orders);
    SUITE_TEST(&s, totals_follow_the_packages_that_go_out);
    SUITE_TEST(&s, an_unknown_status_is_reported);
    SUITE_ROWS(&s, impossible_orders_are_refused, bad_cases);
    SUITE_TEST(&s, a_package_of_another_order_is_refused_whole);
    SUITE_TEST(&s, strangers_bring_and_settle_nothing);
    SUITE_TEST(&s, payloads_are_stored_once_with_one_job);
    SUITE_TEST(&s, actions_are_queued_done_and_seen);
    SUITE_TEST(&s, a_replaced_package_takes_no_action);
    return suite_run(&s, "orders");
}
