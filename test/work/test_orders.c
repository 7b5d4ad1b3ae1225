/*
 * Orders from the marketplace to the stock they take, and what a seller does with them.
 */
#include "work/market.h"

#define STREAM "orders.stream"
#define STATUS "package.status"

static void act_there(struct market *m, str number, const char *action)
{
    market_ask(m, "POST", str_print(m->arena, "orders/%.*s/%s", STR_ARG(number), action),
               STR("{}"));
}

static struct stored_order order_of(struct market *m, size_t store, str number)
{
    struct stored_order o = { 0 };
    if (!market_find_order(m, store, number, &o))
        fail_msg("order %.*s is not there", STR_ARG(number));
    return o;
}

static int64_t orders_stored(struct market *m)
{
    return COUNT_OF(m, "SELECT COUNT(*) FROM {p}mp_order_map WHERE ? = 0");
}

/* --- pulling --- */

static void an_order_takes_its_stock_and_both_stores_are_told(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    for (size_t i = 0; i < HOUSE_STORES; i++) market_want_all(m, i);
    market_pass(m, UTC_MINUTE);
    str number = market_order(m, 0, 2);
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    struct stored_order o = order_of(m, 0, number);
    assert_int_equal(o.status, ORDER_NEW);
    assert_false(o.is_short);
    assert_int_equal(o.lines[0].taken, 1);
    assert_int_equal(house_available(m->house, m->house->variants[2]), HOUSE_STOCK - 1);
    for (size_t i = 0; i < HOUSE_STORES; i++)
        assert_int_equal(market_shows(m, i, house_remote(m->house, 2), "quantity"),
                         HOUSE_STOCK - 1);
    assert_int_equal(market_violations(m), 0);
}

static void make_many(struct market *m, int count)
{
    market_ask(m, "POST", STR("orders"),
               str_print(m->arena,
                         "{\"seller\":100200,\"count\":%d,\"force\":true,"
                         "\"lines\":[{\"barcode\":\"8690000000001\"}]}",
                         count));
}

static void pages_come_at_the_pace_of_the_stream(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    make_many(m, 410); /* pages of 200 */
    market_pull(m, 0);
    market_work(m);
    assert_int_equal(market_requests(m, 0, STREAM), 1);
    assert_int_equal(orders_stored(m), 200);
    market_pass(m, 5 * UTC_SECOND);
    assert_int_equal(market_requests(m, 0, STREAM), 2);
    assert_int_equal(orders_stored(m), 400);
    market_pass(m, 5 * UTC_SECOND);
    assert_int_equal(market_requests(m, 0, STREAM), 3);
    assert_int_equal(orders_stored(m), 410);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, STREAM), 3);
    assert_int_equal(market_violations(m), 0);

    struct schedule orders;
    struct err e = { 0 };
    market_must(schedule_repo_find(m->house->db, m->arena, &m->house->system, m->house->stores[0],
                                   "orders", &orders, &e),
                &e);
    assert_text(orders.last_result, "410 packages read");
    assert_true(str_has(orders.cursor, STR("\"until\":1790000000000")));
    assert_false(str_has(orders.cursor, STR("walk")));
}

static void a_walk_that_meets_trouble_goes_on_where_it_was(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    make_many(m, 210);
    market_pull(m, 0);
    market_work(m);
    market_fault(m, "{\"kind\":\"500\",\"endpoint\":\"orders.stream\",\"count\":2}");
    market_pass(m, 2 * UTC_MINUTE);
    assert_int_equal(orders_stored(m), 210);
    assert_int_equal(market_requests(m, 0, STREAM), 4); /* the first page was not asked for again */
    for (int64_t i = 1; i < 4; i++)
        assert_true(str_has(market_request(m, 0, STREAM, i, "path"), STR("nextCursor")));
}

static void a_cursor_that_is_no_longer_taken_does_not_stop_the_store(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    make_many(m, 210);
    market_pull(m, 0);
    market_work(m);
    market_fault(m, "{\"kind\":\"html\",\"status\":400,\"endpoint\":\"orders.stream\"}");
    market_pass(m, 5 * UTC_MINUTE);
    assert_int_equal(orders_stored(m), 210);
    assert_int_equal(market_violations(m), 0);
}

static void what_was_seen_before_is_not_stored_again(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    make_many(m, 5);
    for (int i = 0; i < 3; i++) {
        market_pull(m, 0);
        market_pass(m, UTC_MINUTE);
    }
    assert_int_equal(orders_stored(m), 5);
    assert_int_equal(COUNT_OF(m, "SELECT COUNT(*) FROM {p}mp_order_raw WHERE ? = 0"), 5);
    assert_int_equal(house_available(m->house, m->house->variants[0]), HOUSE_STOCK - 5);
}

static void a_package_missing_from_one_poll_comes_with_the_next(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    make_many(m, 3);
    market_fault(m, "{\"kind\":\"missing_once\",\"endpoint\":\"orders.stream\",\"count\":1}");
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(orders_stored(m), 2);
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(orders_stored(m), 3);
}

static void a_cancelled_order_gives_its_stock_back(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    str number = market_order(m, 0, 1);
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(house_available(m->house, m->house->variants[1]), HOUSE_STOCK - 1);
    act_there(m, number, "cancel");
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(order_of(m, 0, number).status, ORDER_CANCELLED);
    assert_int_equal(house_available(m->house, m->house->variants[1]), HOUSE_STOCK);
    assert_int_equal(house_reserved(m->house, m->house->variants[1]), 0);
}

static void a_status_nobody_knows_is_kept_and_told(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    str number = market_order(m, 0, 1);
    market_fault(m, "{\"kind\":\"unknown_status\",\"value\":\"Quarantined\","
                    "\"endpoint\":\"orders.stream\",\"count\":1}");
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(order_of(m, 0, number).status, ORDER_UNKNOWN);
    assert_true(market_has_fault(m, "order.report", "order.not_understood"));
}

/* --- understanding what was stored --- */

/* What the marketplace would say of the seller's newest orders: the packages of one page. */
static struct order_page page_of(struct market *m)
{
    struct order_page page = { 0 };
    struct err e = { 0 };
    struct store s;
    const struct connector *trendyol = connector_find(STR("trendyol"));
    struct http_over_client http = http_over_client(m->client, NULL);
    market_must(store_repo_open(m->house->db, m->arena, m->house->keys, &m->house->system,
                                m->house->stores[0], &s, &e),
                &e);
    struct visit v = { .http = &http.http,
                       .arena = m->arena,
                       .store = &s,
                       .base_url = s.base_url,
                       .now = market_now(m) };
    struct order_query q = { .since = market_now(m) - UTC_HOUR, .until = market_now(m) };
    market_must(trendyol->pull_orders(&v, &q, &page, &e), &e);
    return page;
}

static size_t deliver(struct market *m, const struct raw_order *raws, size_t count)
{
    struct err e = { 0 };
    size_t news = 0;
    market_must(order_receive(&m->house->service, &m->house->system, m->house->stores[0], "webhook",
                              raws, count, &news, &e),
                &e);
    return news;
}

static void a_webhook_delivered_twice_is_one_order(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    str number = market_order(m, 0, 0);
    struct order_page page = page_of(m);
    struct raw_order raw = { .payload = page.orders[0].raw };
    assert_true(connector_find(STR("trendyol"))
                    ->hook_dedupe(m->arena, &page.orders[0], &raw.dedupe_key, NULL));
    assert_int_equal(deliver(m, &raw, 1), 1);
    assert_int_equal(deliver(m, &raw, 1), 0);
    market_work(m);
    assert_int_equal(order_of(m, 0, number).status, ORDER_NEW);
    assert_int_equal(house_available(m->house, m->house->variants[0]), HOUSE_STOCK - 1);

    market_clock(m, market_now(m) + UTC_MINUTE);
    market_pull(m, 0); /* the poll sees it too */
    market_pass(m, UTC_MINUTE);
    assert_int_equal(orders_stored(m), 1);
    assert_int_equal(house_available(m->house, m->house->variants[0]), HOUSE_STOCK - 1);
}

static void one_bad_payload_does_not_block_the_others(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    str numbers[2] = { market_order(m, 0, 0), market_order(m, 0, 1) };
    struct order_page page = page_of(m);
    assert_int_equal(page.count, 2);
    struct raw_order raws[3] = {
        { .payload = page.orders[0].raw, .dedupe_key = STR("a") },
        { .payload = STR("<html>not an order</html>"), .dedupe_key = STR("b") },
        { .payload = page.orders[1].raw, .dedupe_key = STR("c") },
    };
    assert_int_equal(deliver(m, raws, 3), 3);
    market_work(m);
    order_of(m, 0, numbers[0]);
    order_of(m, 0, numbers[1]);
    assert_true(market_has_fault(m, "order.raw", NULL));
    struct raw_order *failed;
    size_t count;
    market_must(
        raw_repo_list_failed(m->house->db, m->arena, &m->house->system, &failed, &count, NULL),
        &(struct err){ 0 });
    assert_int_equal(count, 1);
    struct job job;
    assert_true(market_job(m, 0, JOB_INTAKE, &job));
    assert_int_equal(job.state, JOB_DONE);
}

static void one_damaged_payload_does_not_block_the_others(void **state)
{
    static const struct sql_text damage = {
        .both = "UPDATE {p}mp_order_raw SET payload_box = X'0001020304'"
                " WHERE dedupe_key = 'a' AND ? = 0",
    };
    AUTO(market) m = market_open();
    (void)state;
    str number = market_order(m, 0, 0);
    struct order_page page = page_of(m);
    struct raw_order raws[2] = {
        { .payload = page.orders[0].raw, .dedupe_key = STR("a") },
        { .payload = page.orders[0].raw, .dedupe_key = STR("b") },
    };
    deliver(m, raws, 2);
    house_run(m->house, &damage, 0);
    market_work(m);
    order_of(m, 0, number);
    assert_true(market_has_fault(m, "order.raw", NULL));
    struct job job;
    assert_true(market_job(m, 0, JOB_INTAKE, &job));
    assert_int_equal(job.state, JOB_DONE);
}

static void what_was_received_is_understood_while_the_store_is_paused(void **state)
{
    AUTO(market) m = market_open();
    struct err e = { 0 };
    (void)state;
    str number = market_order(m, 0, 0);
    struct order_page page = page_of(m);
    struct raw_order raw = { .payload = page.orders[0].raw, .dedupe_key = STR("a") };
    market_must(store_pause(&m->house->service, &m->house->system, m->house->stores[0], &e), &e);
    int64_t before = market_requests(m, 0, NULL);
    deliver(m, &raw, 1);
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(order_of(m, 0, number).lines[0].taken, 1);
    assert_int_equal(market_requests(m, 0, NULL), before);
}

static void an_intake_that_was_cut_off_goes_on(void **state)
{
    AUTO(market) m = market_open();
    struct err e = { 0 };
    struct job job;
    int64_t taken_back = 0;
    (void)state;
    str number = market_order(m, 0, 0);
    struct order_page page = page_of(m);
    struct raw_order raw = { .payload = page.orders[0].raw, .dedupe_key = STR("a") };
    deliver(m, &raw, 1);
    assert_true(market_claim(m, &job)); /* and then the power fails */
    market_must(queue_take_back(m->house->queue, true, &taken_back, &e), &e);
    market_work(m);
    assert_int_equal(order_of(m, 0, number).lines[0].taken, 1);
}

/* --- what a seller does --- */

/* An order of the first store that is stored and new, its number. */
static str order_to_work_on(struct market *m)
{
    str number = market_order(m, 0, 0);
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    return number;
}

static int64_t ask_for(struct market *m, str number, enum order_action action)
{
    struct err e = { 0 };
    int64_t job = 0, order = order_of(m, 0, number).id;
    market_must(
        order_action(&m->house->service, &m->house->admin, order, action, STR("FTR-1"), &job, &e),
        &e);
    return job;
}

static struct job job_of(struct market *m, int64_t id)
{
    struct job job;
    struct err e = { 0 };
    market_must(queue_find(m->house->queue, m->arena, m->house->company, id, &job, &e), &e);
    return job;
}

static bool has_event(struct market *m, str number, const char *kind)
{
    struct order_event *events;
    size_t count;
    struct err e = { 0 };
    market_must(order_event_list(m->house->db, m->arena, &m->house->system,
                                 order_of(m, 0, number).id, &events, &count, &e),
                &e);
    for (size_t i = 0; i < count; i++)
        if (strcmp(events[i].kind, kind) == 0) return true;
    return false;
}

static const struct action_case {
    const char *name;
    const char *fault; /* played on the first call of the package's status; NULL: none */
    enum order_action action;
    const char *status; /* there, in the end */
    enum order_status ours;
    int64_t calls, looks; /* status calls, and looks at the order */
} action_cases[] = {
    { "acknowledging tells the marketplace that it is picked", NULL, ORDER_ACKNOWLEDGE, "Picking",
      ORDER_PICKING, 1, 0 },
    { "an invoice is told", NULL, ORDER_INVOICE, "Invoiced", ORDER_READY, 1, 0 },
    { "a lost reply is looked up, not repeated", "{\"kind\":\"timeout_after_apply\",\"ms\":0,%s}",
      ORDER_ACKNOWLEDGE, "Picking", ORDER_PICKING, 1, 1 },
    { "an invoice's lost reply likewise", "{\"kind\":\"timeout_after_apply\",\"ms\":0,%s}",
      ORDER_INVOICE, "Invoiced", ORDER_READY, 1, 1 },
    { "an unreadable reply is as good as lost", "{\"kind\":\"500\",%s}", ORDER_ACKNOWLEDGE,
      "Picking", ORDER_PICKING, 2, 1 },
    { "a call that was cut before it arrived is told again after a look", "{\"kind\":\"cut\",%s}",
      ORDER_ACKNOWLEDGE, "Picking", ORDER_PICKING, 2, 1 },
    { "a 429 is waited out", "{\"kind\":\"429\",%s}", ORDER_ACKNOWLEDGE, "Picking", ORDER_PICKING,
      2, 1 },
};

static void an_action_reaches_the_marketplace_once(void **state)
{
    const struct action_case *c = *state;
    AUTO(market) m = market_open();
    str number = order_to_work_on(m);
    if (c->action == ORDER_INVOICE) { /* what is invoiced was picked before */
        act_there(m, number, "pick");
        market_pull(m, 0);
        market_pass(m, UTC_MINUTE);
    }
    if (c->fault) {
        struct text fault = { .arena = m->arena };
        str before, after;
        str_split(str_from(c->fault), '%', &before, &after);
        text_add(&fault, before);
        text_add(&fault, STR("\"endpoint\":\"package.status\",\"count\":1}"));
        market_fault(m, str_cstr(m->arena, text_str(&fault)));
    }
    int64_t job = ask_for(m, number, c->action);
    market_pass(m, 2 * UTC_MINUTE);
    assert_int_equal(job_of(m, job).state, JOB_DONE);
    assert_text(market_package_status(m, number), c->status);
    assert_int_equal(order_of(m, 0, number).status, c->ours);
    assert_int_equal(market_requests(m, 0, STATUS), c->calls);
    assert_int_equal(market_requests(m, 0, "orders.paged"), c->looks);
    assert_true(has_event(m, number, "action_done"));
    assert_false(market_has_fault(m, "store.trouble", NULL));
    assert_int_equal(market_violations(m), 0);
}

static void a_refused_action_is_told_and_not_repeated(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    str number = order_to_work_on(m);
    act_there(m, number, "cancel"); /* we do not know of it yet */
    int64_t job = ask_for(m, number, ORDER_ACKNOWLEDGE);
    market_pass(m, 10 * UTC_MINUTE);
    assert_int_equal(job_of(m, job).state, JOB_DEAD);
    assert_text(job_of(m, job).error_code, "trendyol.package_state");
    assert_true(has_event(m, number, "action_refused"));
    assert_true(market_has_fault(m, "store.trouble", "trendyol.package_state"));
    assert_int_equal(market_requests(m, 0, STATUS), 1);
}

static void an_action_asked_for_twice_is_done_once(void **state)
{
    AUTO(market) m = market_open();
    struct job job;
    (void)state;
    str number = order_to_work_on(m);
    ask_for(m, number, ORDER_ACKNOWLEDGE);
    assert_true(market_claim(m, &job));
    ask_for(m, number, ORDER_ACKNOWLEDGE); /* while the first runs */
    run_job(&m->work, m->runs, &job);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, STATUS), 1);
    assert_text(market_package_status(m, number), "Picking");
    assert_false(has_event(m, number, "action_refused"));
}

static void leave_attempt(struct market *m, const struct job *job)
{
    struct err e = { 0 };
    int64_t taken_back = 0;
    struct attempt attempt = { .company_id = m->house->company,
                               .store_id = m->house->stores[0],
                               .job_id = job->id,
                               .kind = STR("package.status"),
                               .target = STR("order_action"),
                               .started_at = market_now(m) };
    market_must(attempt_repo_begin(m->house->db, &attempt, &e), &e);
    market_must(queue_take_back(m->house->queue, true, &taken_back, &e), &e);
    assert_int_equal(taken_back, 1);
}

static void an_action_that_was_cut_off_looks_before_it_repeats(void **state)
{
    AUTO(market) m = market_open();
    struct job job;
    (void)state;
    str number = order_to_work_on(m);
    int64_t id = ask_for(m, number, ORDER_ACKNOWLEDGE);
    assert_true(market_claim(m, &job));
    act_there(m, number, "pick"); /* what our call did, before the power failed */
    leave_attempt(m, &job);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(job_of(m, id).state, JOB_DONE);
    assert_int_equal(market_requests(m, 0, STATUS), 0);
    assert_int_equal(market_requests(m, 0, "orders.paged"), 1);
    assert_int_equal(order_of(m, 0, number).status, ORDER_PICKING);
    assert_int_equal(COUNT_OF(m, "SELECT COUNT(*) FROM {p}mp_attempt WHERE outcome IS NULL"
                                 " AND ? = 0"),
                     0);
}

static void an_action_that_was_cut_off_before_it_left_is_repeated(void **state)
{
    AUTO(market) m = market_open();
    struct job job;
    (void)state;
    str number = order_to_work_on(m);
    ask_for(m, number, ORDER_ACKNOWLEDGE);
    assert_true(market_claim(m, &job));
    leave_attempt(m, &job);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, STATUS), 1);
    assert_text(market_package_status(m, number), "Picking");
}

static void an_action_at_a_paused_store_is_refused_and_waits_for_a_person(void **state)
{
    AUTO(market) m = market_open();
    struct err e = { 0 };
    (void)state;
    str number = order_to_work_on(m);
    market_must(store_pause(&m->house->service, &m->house->system, m->house->stores[0], &e), &e);
    int64_t job = ask_for(m, number, ORDER_ACKNOWLEDGE);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(job_of(m, job).state, JOB_DEAD);
    assert_text(job_of(m, job).error_code, "store.not_active");
    assert_int_equal(market_requests(m, 0, STATUS), 0);
    market_must(store_resume(&m->house->service, &m->house->system, m->house->stores[0], &e), &e);
    market_must(queue_retry(m->house->queue, m->house->company, job, &e), &e);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(job_of(m, job).state, JOB_DONE);
    assert_text(market_package_status(m, number), "Picking");
}

static void only_what_the_package_holds_is_told_of(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_post(m, "orders",
                "{\"seller\":100200,\"force\":true,\"lines\":[{\"barcode\":\"8690000000001\","
                "\"quantity\":3},{\"barcode\":\"8690000000002\"}]}");
    str number = json_text_at(
        json_get(json_get(market_get(m, "books?seller=100200"), "sellers")->first, "orders")->first,
        "orderNumber");
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    market_ask(m, "POST", str_print(m->arena, "orders/%.*s/split", STR_ARG(number)), STR("{}"));
    market_clock(m, market_now(m) + 5 * UTC_SECOND);
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    ask_for(m, number, ORDER_ACKNOWLEDGE);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, STATUS), 2); /* one a package of the split */
    for (int64_t i = 0; i < 2; i++) {
        const struct json *v = NULL;
        str body = market_request(m, 0, STATUS, i, "body");
        assert_true(json_parse(m->arena, body, NULL, &v, NULL));
        assert_int_equal(json_get(v, "lines")->count, 1);
    }
    assert_int_equal(order_of(m, 0, number).status, ORDER_PICKING);
    assert_int_equal(market_violations(m), 0);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, an_order_takes_its_stock_and_both_stores_are_told);
    SUITE_TEST(&s, pages_come_at_the_pace_of_the_stream);
    SUITE_TEST(&s, a_walk_that_meets_trouble_goes_on_where_it_was);
    SUITE_TEST(&s, a_cursor_that_is_no_longer_taken_does_not_stop_the_store);
    SUITE_TEST(&s, what_was_seen_before_is_not_stored_again);
    SUITE_TEST(&s, a_package_missing_from_one_poll_comes_with_the_next);
    SUITE_TEST(&s, a_cancelled_order_gives_its_stock_back);
    SUITE_TEST(&s, a_status_nobody_knows_is_kept_and_told);
    SUITE_TEST(&s, a_webhook_delivered_twice_is_one_order);
    SUITE_TEST(&s, one_bad_payload_does_not_block_the_others);
    SUITE_TEST(&s, one_damaged_payload_does_not_block_the_others);
    SUITE_TEST(&s, what_was_received_is_understood_while_the_store_is_paused);
    SUITE_TEST(&s, an_intake_that_was_cut_off_goes_on);
    SUITE_ROWS(&s, an_action_reaches_the_marketplace_once, action_cases);
    SUITE_TEST(&s, a_refused_action_is_told_and_not_repeated);
    SUITE_TEST(&s, an_action_asked_for_twice_is_done_once);
    SUITE_TEST(&s, an_action_that_was_cut_off_looks_before_it_repeats);
    SUITE_TEST(&s, an_action_that_was_cut_off_before_it_left_is_repeated);
    SUITE_TEST(&s, an_action_at_a_paused_store_is_refused_and_waits_for_a_person);
    SUITE_TEST(&s, only_what_the_package_holds_is_told_of);
    return suite_run(&s, "orders");
}
