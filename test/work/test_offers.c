/*
 * Pushes and their results, from marked listings to what the marketplace's books say.
 */
#include "net/http_server.h"
#include "work/market.h"

#define PUSH "offers.push"
#define FIRST 0 /* the house's first variant */

static void all_in_sync(struct market *m, size_t store)
{
    for (size_t i = 0; i < HOUSE_VARIANTS; i++)
        assert_string_equal(market_sync(m, store, i), "in_sync");
}

/* Everything listed, pushed and confirmed: where most stories begin. */
static struct market *market_in_sync(void)
{
    struct market *m = market_open();
    for (size_t i = 0; i < HOUSE_STORES; i++) market_want_all(m, i);
    market_pass(m, UTC_MINUTE);
    for (size_t i = 0; i < HOUSE_STORES; i++) all_in_sync(m, i);
    return m;
}

static int64_t shown(struct market *m, size_t store, size_t variant)
{
    return market_shows(m, store, house_remote(m->house, variant), "quantity");
}

/* --- pushing --- */

static void all_marked_listings_go_in_one_batch(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_want_all(m, 0);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, PUSH), 1);
    for (size_t i = 0; i < HOUSE_VARIANTS; i++) assert_int_equal(shown(m, 0, i), HOUSE_STOCK);
    assert_int_equal(market_shows(m, 1, house_remote(m->house, 0), "offersApplied"), 0);
    all_in_sync(m, 0);
    assert_int_equal(market_violations(m), 0);
}

static void a_listing_is_confirmed_only_when_the_result_says_so(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_want_all(m, 0);
    market_work(m);
    assert_string_equal(market_sync(m, 0, FIRST), "sent");
    market_pass(m, UTC_MINUTE);
    assert_string_equal(market_sync(m, 0, FIRST), "in_sync");
}

static void the_newest_state_wins(void **state)
{
    AUTO(market) m = market_in_sync();
    int64_t before = market_requests(m, 0, PUSH);
    (void)state;
    for (int64_t n = 1; n <= 30; n++) market_stock(m, FIRST, n);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(shown(m, 0, FIRST), 30);
    assert_int_equal(shown(m, 1, FIRST), 30);
    assert_int_equal(market_requests(m, 0, PUSH) - before, 1);
}

static void a_failed_item_fails_alone(void **state)
{
    AUTO(market) m = market_open();
    struct listing l;
    (void)state;
    market_post(m, "listings",
                "{\"seller\":100200,\"items\":[{\"barcode\":\"8690000000003\",\"locked\":true}]}");
    market_want_all(m, 0);
    market_pass(m, UTC_MINUTE);
    l = market_listing(m, 0, 2);
    assert_string_equal(market_sync(m, 0, 2), "refused");
    assert_true(str_has(l.outcome_message, STR("kilitli")));
    assert_true(market_has_fault(m, "listing.refused", NULL));
    assert_string_equal(market_sync(m, 0, 1), "in_sync");
    assert_string_equal(market_sync(m, 0, 3), "in_sync");
    assert_int_equal(market_requests(m, 0, PUSH), 1);
}

static void a_refused_item_that_is_mended_closes_its_fault(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_post(m, "listings",
                "{\"seller\":100200,\"items\":[{\"barcode\":\"8690000000003\",\"locked\":true}]}");
    market_want_all(m, 0);
    market_pass(m, UTC_MINUTE);
    market_post(m, "listings",
                "{\"seller\":100200,\"items\":[{\"barcode\":\"8690000000003\",\"locked\":false}]}");
    market_stock(m, 2, 4);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(shown(m, 0, 2), 4);
    assert_false(market_has_fault(m, "listing.refused", NULL));
}

/* --- lost replies and repeated bodies --- */

static void a_lost_reply_is_unknown_and_sent_again_with_the_newest_value(void **state)
{
    AUTO(market) m = market_in_sync();
    (void)state;
    market_fault(m, "{\"kind\":\"timeout_after_apply\",\"ms\":0,\"endpoint\":\"offers.push\","
                    "\"seller\":100200,\"count\":1}");
    market_stock(m, FIRST, 7);
    market_work(m);
    assert_string_equal(market_sync(m, 0, FIRST), "unknown");
    market_stock(m, FIRST, 6);
    market_pass(m, UTC_MINUTE);
    assert_string_equal(market_sync(m, 0, FIRST), "in_sync");
    assert_int_equal(shown(m, 0, FIRST), 6);
    assert_int_equal(market_violations(m), 0);
}

static void a_lost_reply_sent_again_unchanged_is_another_body(void **state)
{
    AUTO(market) m = market_in_sync();
    (void)state;
    market_fault(m, "{\"kind\":\"timeout_after_apply\",\"ms\":0,\"endpoint\":\"offers.push\","
                    "\"seller\":100200,\"count\":1}");
    market_stock(m, FIRST, 7);
    market_pass(m, UTC_MINUTE);
    assert_string_equal(market_sync(m, 0, FIRST), "in_sync");
    assert_int_equal(shown(m, 0, FIRST), 7);
    assert_int_equal(market_violations(m), 0);
}

/* Fifteen minutes are never waited out: each value is there within seconds of being wanted. */
static void going_back_and_forth_holds_no_value_back(void **state)
{
    AUTO(market) m = market_in_sync();
    (void)state;
    for (int i = 0; i < 24; i++) {
        market_stock(m, FIRST, i % 2 ? 5 : 4);
        market_pass(m, 10 * UTC_SECOND);
        assert_int_equal(shown(m, 0, FIRST), i % 2 ? 5 : 4);
        assert_int_equal(shown(m, 1, FIRST), i % 2 ? 5 : 4);
    }
    assert_int_equal(market_violations(m), 0);
}

static void a_lone_listing_goes_back_without_its_prices(void **state)
{
    AUTO(market) m = market_open();
    static const struct sql_text others = {
        .both = "DELETE FROM {p}mp_product_map WHERE variant_id <> ?",
    };
    (void)state;
    house_run(m->house, &others, m->house->variants[FIRST]);
    market_want_all(m, 0);
    market_pass(m, UTC_MINUTE);
    market_stock(m, FIRST, 9);
    market_pass(m, UTC_MINUTE);
    market_stock(m, FIRST, HOUSE_STOCK);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(shown(m, 0, FIRST), HOUSE_STOCK);
    assert_string_equal(market_sync(m, 0, FIRST), "in_sync");
    assert_false(str_has(market_request(m, 0, PUSH, 2, "body"), STR("salePrice")));
    assert_int_equal(market_violations(m), 0);
}

/* Somebody else's software with the same keys: a body that we did not know of. */
static void a_body_refused_as_repeated_is_changed_at_once(void **state)
{
    AUTO(market) m = market_in_sync();
    static const struct sql_text forget = {
        .both = "UPDATE {p}mp_push SET body_digest = 'forgotten' WHERE store_id > ?",
    };
    (void)state;
    market_stock(m, FIRST, 4);
    market_pass(m, UTC_MINUTE);
    market_stock(m, FIRST, 5);
    market_pass(m, UTC_MINUTE);
    house_run(m->house, &forget, 0);
    market_stock(m, FIRST, 4);
    market_pass(m, 10 * UTC_SECOND);
    assert_int_equal(shown(m, 0, FIRST), 4);
    assert_string_equal(market_sync(m, 0, FIRST), "in_sync");
    assert_false(market_has_fault(m, "listing.refused", NULL));
}

/* --- refusals --- */

static void a_storm_of_429_loses_nothing_and_is_not_answered_in_kind(void **state)
{
    AUTO(market) m = market_in_sync();
    int64_t before = market_requests(m, 0, PUSH);
    (void)state;
    market_fault(m, "{\"kind\":\"429\",\"endpoint\":\"offers.push\",\"seller\":100200,"
                    "\"count\":4}");
    for (size_t i = 0; i < HOUSE_VARIANTS; i++) market_stock(m, i, 3);
    market_pass(m, 4 * UTC_SECOND); /* the hold lasts at least five */
    assert_int_equal(market_requests(m, 0, PUSH) - before, 1);
    assert_true(market_has_fault(m, "store.trouble", "trendyol.rate_limited"));
    market_stock(m, FIRST, 2);
    market_pass(m, 10 * UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, PUSH) - before, 5);
    assert_int_equal(shown(m, 0, FIRST), 2);
    all_in_sync(m, 0);
    assert_false(market_has_fault(m, "store.trouble", NULL));
    assert_int_equal(market_violations(m), 0);
}

static void the_limit_is_used_up_but_never_passed(void **state)
{
    AUTO(market) m = market_in_sync();
    struct job job;
    int64_t before = market_requests(m, 0, PUSH);
    (void)state;
    for (int i = 0; i < 70; i++) { /* 50 in ten seconds are allowed */
        market_stock(m, (size_t)i % HOUSE_VARIANTS, 100 + i);
        market_work(m);
    }
    assert_int_equal(market_requests(m, 0, PUSH) - before, 24); /* half at once */
    assert_true(market_job(m, 0, JOB_PUSH_OFFERS, &job));
    assert_string_equal(job.error_code.at, "limit.wait");
    assert_int_equal(job.tries, 0); /* waiting for room is no failure */
    assert_false(market_has_fault(m, "store.trouble", NULL));
    for (int i = 0; i < 99; i++) { /* the other half spread over the ten seconds */
        market_stock(m, (size_t)i % HOUSE_VARIANTS, 200 + i);
        market_pass(m, 100);
    }
    assert_in_range(market_requests(m, 0, PUSH) - before, 47, 49);
    market_pass(m, UTC_MINUTE);
    all_in_sync(m, 0);
    assert_int_equal(shown(m, 0, 98 % HOUSE_VARIANTS), 298);
    assert_int_equal(market_violations(m), 0);
}

static void a_refusal_of_the_store_as_a_whole_blames_no_listing(void **state)
{
    AUTO(market) m = market_in_sync();
    struct job job;
    int64_t before = market_requests(m, 0, PUSH);
    (void)state;
    market_fault(m, "{\"kind\":\"html\",\"status\":403,\"endpoint\":\"offers.push\","
                    "\"seller\":100200,\"count\":1}");
    market_stock(m, FIRST, 3);
    market_stock(m, 1, 3);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, PUSH) - before, 1);
    assert_string_equal(market_sync(m, 0, FIRST), "waiting");
    assert_true(market_has_fault(m, "store.trouble", "trendyol.forbidden"));
    assert_true(market_job(m, 0, JOB_PUSH_OFFERS, &job));
    assert_int_equal(job.state, JOB_DEAD);
    market_stock(m, 1, 2); /* the next fact revives it, and what works closes the fault */
    market_pass(m, UTC_MINUTE);
    assert_int_equal(shown(m, 0, FIRST), 3);
    assert_int_equal(shown(m, 0, 1), 2);
    assert_false(market_has_fault(m, "store.trouble", NULL));
}

static void a_batch_too_large_is_halved_until_it_fits(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_fault(m, "{\"kind\":\"504\",\"endpoint\":\"offers.push\",\"batch_items_over\":3}");
    market_want_all(m, 0);
    market_pass(m, UTC_MINUTE);
    all_in_sync(m, 0);
    /* 8 and 4 are too many; then 2, 4 again, 2, 4 again, 2, and the last 2. */
    assert_true(market_requests(m, 0, PUSH) <= 8);
    assert_int_equal(market_violations(m), 0);
}

/* A marketplace that refuses a batch as a whole for one item of it: no marketplace of ours does, so
 * it is played here. */
static void refuse_whole(struct http_exchange *x)
{
    int *requests = x->context;
    ++*requests;
    if (str_has(x->body, STR("8690000000006")))
        http_reply(x, 400, "application/json",
                   STR("{\"errors\":[{\"key\":\"bad.item\",\"message\":\"an item is wrong\"}]}"));
    else
        http_reply(x, 200, "application/json",
                   str_print(x->arena, "{\"batchRequestId\":\"b-%d\"}", *requests));
}

/* Whatever batch is asked for: all that is good has been taken. */
static void accept_all(struct http_exchange *x)
{
    struct text t = { .arena = x->arena };
    text_add(&t, STR("{\"items\":["));
    for (int i = 1; i <= HOUSE_VARIANTS; i++)
        text_print(&t,
                   "%s{\"requestItem\":{\"barcode\":\"86900000000%02d\"},"
                   "\"status\":\"SUCCESS\"}",
                   i > 1 ? "," : "", i);
    text_add(&t, STR("]}"));
    http_reply(x, 200, "application/json", text_str(&t));
}

static const struct http_route refusing_routes[] = {
    { .method = "POST", .pattern = "/{rest*}", .handle = refuse_whole },
    { .method = "GET", .pattern = "/{rest*}", .handle = accept_all },
    { 0 },
};

static void only_the_sixth_is_refused(struct market *m)
{
    for (size_t i = 0; i < HOUSE_VARIANTS; i++)
        assert_string_equal(market_sync(m, 0, i), i == 5 ? "refused" : "in_sync");
    assert_text(market_listing(m, 0, 5).outcome_code, "bad.item");
}

static void one_bad_item_ends_alone_by_halving(void **state)
{
    static const struct http_route *const tables[] = { refusing_routes, NULL };
    static const struct sql_text move = {
        .both = "UPDATE {p}marketplace SET base_url = 'http://127.0.0.1:' || ?",
    };
    AUTO(market) m = market_open();
    struct err e = { 0 };
    int requests = 0;
    (void)state;
    struct http_server *server = http_server_start(
        &(struct http_server_options){
            .listen = "127.0.0.1:0", .tables = tables, .context = &requests, .handler_threads = 1 },
        &e);
    market_must(server, &e);
    house_run(m->house, &move, http_server_port(server));
    market_want_all(m, 0);
    market_pass(m, UTC_MINUTE);
    only_the_sixth_is_refused(m);
    assert_in_range(requests, 4, 12);

    /* A person wants it sent again within the quarter of an hour: it goes joined with others, which
     * must not be blamed with it. */
    market_must(offer_resend(&m->house->service, &m->house->system, m->house->listings[0][5], &e),
                &e);
    market_pass(m, 2 * UTC_MINUTE);
    only_the_sixth_is_refused(m);
    assert_in_range(requests, 6, 16);
    http_server_stop(server, 1000);
}

/* --- results --- */

static void results_that_are_gone_are_unknown_and_sent_again(void **state)
{
    AUTO(market) m = market_open();
    struct job job;
    (void)state;
    market_want_all(m, 0);
    market_work(m);
    assert_true(market_job(m, 0, JOB_FOLLOW_PUSHES, &job));
    market_clock(m, market_now(m) + 4 * UTC_HOUR + UTC_SECOND); /* nobody asked in time */
    market_pass(m, UTC_MINUTE);
    all_in_sync(m, 0);
    assert_int_equal(market_requests(m, 0, PUSH), 2);
}

static void an_empty_result_of_an_old_batch_is_gone_too(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_post(m, "settings", "{\"batch_expired\":\"empty\"}");
    market_want_all(m, 0);
    market_work(m);
    market_clock(m, market_now(m) + 4 * UTC_HOUR + UTC_SECOND);
    market_pass(m, UTC_MINUTE);
    all_in_sync(m, 0);
}

static void a_batch_that_cannot_be_asked_for_keeps_no_other_waiting(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_want_all(m, 0);
    market_work(m);
    market_stock(m, FIRST, 3);
    market_work(m);
    market_fault(m, "{\"kind\":\"500\",\"endpoint\":\"batch.read\",\"count\":1}");
    market_clock(m, market_now(m) + 4 * UTC_SECOND);
    market_work(m); /* the first one fails, the second one is asked for all the same */
    assert_int_equal(market_requests(m, 0, "batch.read"), 2);
    assert_string_equal(market_sync(m, 0, FIRST), "in_sync");
    market_pass(m, UTC_MINUTE);
    all_in_sync(m, 0);
}

static void unreadable_results_are_asked_for_again(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_fault(m, "{\"kind\":\"html\",\"status\":200,\"endpoint\":\"batch.read\",\"count\":2}");
    market_want_all(m, 0);
    market_pass(m, 2 * UTC_MINUTE);
    all_in_sync(m, 0);
    assert_int_equal(market_requests(m, 0, PUSH), 1);
    assert_false(market_has_fault(m, "store.trouble", NULL));
}

/* --- interrupted, paused --- */

static void a_run_that_died_before_its_answer_is_taken_up_again(void **state)
{
    AUTO(market) m = market_in_sync();
    struct err e = { 0 };
    struct offer *offers;
    struct job job;
    size_t count;
    int64_t taken_back = 0;
    (void)state;
    market_stock(m, FIRST, 3);
    assert_true(market_claim(m, &job));
    market_must(listing_repo_marked(m->house->db, m->arena, &m->house->system, job.store_id, 10,
                                    &offers, &count, &e),
                &e);
    struct push push = { .store_id = job.store_id, .body_digest = STR("x"), .item_count = count };
    market_must(offer_push_begin(&m->house->service, &m->house->system, &push, offers, &e), &e);
    struct attempt attempt = { .company_id = m->house->company,
                               .store_id = job.store_id,
                               .job_id = job.id,
                               .kind = STR("offers.push"),
                               .target = STR("push_offers"),
                               .started_at = market_now(m) };
    market_must(attempt_repo_begin(m->house->db, &attempt, &e), &e);
    assert_string_equal(market_sync(m, 0, FIRST), "sent");

    market_must(queue_take_back(m->house->queue, true, &taken_back, &e), &e);
    assert_int_equal(taken_back, 1);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(shown(m, 0, FIRST), 3);
    all_in_sync(m, 0);
    assert_int_equal(COUNT_OF(m, "SELECT COUNT(*) FROM {p}mp_attempt WHERE outcome IS NULL"
                                 " AND ? = 0"),
                     0);
    assert_int_equal(COUNT_OF(m, "SELECT COUNT(*) FROM {p}mp_attempt WHERE outcome = 'unknown'"
                                 " AND ? = 0"),
                     1);
}

static void a_run_whose_lease_was_lost_writes_nothing(void **state)
{
    AUTO(market) m = market_in_sync();
    struct err e = { 0 };
    struct job job;
    int64_t taken_back = 0;
    (void)state;
    market_stock(m, FIRST, 3);
    assert_true(market_claim(m, &job));
    market_must(queue_take_back(m->house->queue, true, &taken_back, &e), &e);
    int64_t before = market_requests(m, 0, PUSH);
    run_job(&m->work, m->runs, &job);
    assert_int_equal(market_requests(m, 0, PUSH), before);
    assert_string_equal(market_sync(m, 0, FIRST), "waiting");
    assert_false(market_has_fault(m, "store.trouble", NULL));
    market_pass(m, UTC_MINUTE);
    assert_int_equal(shown(m, 0, FIRST), 3);
}

static void a_paused_store_is_not_told_until_it_is_resumed(void **state)
{
    AUTO(market) m = market_in_sync();
    struct err e = { 0 };
    int64_t store = m->house->stores[0], before;
    (void)state;
    market_stock(m, 1, 8);
    market_work(m); /* its results are still to come */
    market_must(store_pause(&m->house->service, &m->house->system, store, &e), &e);
    before = market_requests(m, 0, NULL);
    market_stock(m, FIRST, 3);
    market_pass(m, 20 * UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, NULL), before);
    assert_int_equal(shown(m, 1, FIRST), 3);
    assert_int_equal(shown(m, 0, FIRST), HOUSE_STOCK);
    market_must(store_resume(&m->house->service, &m->house->system, store, &e), &e);
    market_pass(m, 2 * UTC_MINUTE);
    assert_int_equal(shown(m, 0, FIRST), 3);
    all_in_sync(m, 0);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, all_marked_listings_go_in_one_batch);
    SUITE_TEST(&s, a_listing_is_confirmed_only_when_the_result_says_so);
    SUITE_TEST(&s, the_newest_state_wins);
    SUITE_TEST(&s, a_failed_item_fails_alone);
    SUITE_TEST(&s, a_refused_item_that_is_mended_closes_its_fault);
    SUITE_TEST(&s, a_lost_reply_is_unknown_and_sent_again_with_the_newest_value);
    SUITE_TEST(&s, a_lost_reply_sent_again_unchanged_is_another_body);
    SUITE_TEST(&s, going_back_and_forth_holds_no_value_back);
    SUITE_TEST(&s, a_lone_listing_goes_back_without_its_prices);
    SUITE_TEST(&s, a_body_refused_as_repeated_is_changed_at_once);
    SUITE_TEST(&s, a_storm_of_429_loses_nothing_and_is_not_answered_in_kind);
    SUITE_TEST(&s, the_limit_is_used_up_but_never_passed);
    SUITE_TEST(&s, a_refusal_of_the_store_as_a_whole_blames_no_listing);
    SUITE_TEST(&s, a_batch_too_large_is_halved_until_it_fits);
    SUITE_TEST(&s, one_bad_item_ends_alone_by_halving);
    SUITE_TEST(&s, results_that_are_gone_are_unknown_and_sent_again);
    SUITE_TEST(&s, an_empty_result_of_an_old_batch_is_gone_too);
    SUITE_TEST(&s, a_batch_that_cannot_be_asked_for_keeps_no_other_waiting);
    SUITE_TEST(&s, unreadable_results_are_asked_for_again);
    SUITE_TEST(&s, a_run_that_died_before_its_answer_is_taken_up_again);
    SUITE_TEST(&s, a_run_whose_lease_was_lost_writes_nothing);
    SUITE_TEST(&s, a_paused_store_is_not_told_until_it_is_resumed);
    return suite_run(&s, "offers");
}
