/*
 * What keeps a store connected: credentials, webhooks, the breaker; and the sweep that reads back what
 * the marketplace really shows.
 */
#include "service/store.h"
#include "work/market.h"

#define WEBHOOKS "webhooks"
#define LIGHT "listings.light"

static struct store store_of(struct market *m, size_t store)
{
    struct store s;
    struct err e = { 0 };
    market_must(store_repo_open(m->house->db, m->arena, m->house->keys, &m->house->system,
                                m->house->stores[store], &s, &e),
                &e);
    return s;
}

static struct schedule schedule_of(struct market *m, const char *purpose)
{
    struct schedule s;
    struct err e = { 0 };
    market_must(schedule_repo_find(m->house->db, m->arena, &m->house->system, m->house->stores[0],
                                   purpose, &s, &e),
                &e);
    return s;
}

static void set_secret(struct market *m, size_t store, str secret)
{
    static const char *const secrets[] = { "api_secret", NULL };
    struct err e = { 0 };
    struct store s = store_of(m, store);
    struct store_value *values = ARENA_ARRAY(m->arena, struct store_value, s.value_count);
    for (size_t i = 0; i < s.value_count; i++) {
        values[i] = s.values[i];
        if (str_eq(values[i].name, STR("api_secret"))) values[i].value = secret;
    }
    s.values = values;
    market_must(store_repo_save(m->house->db, m->arena, m->house->keys, &m->house->system, &s,
                                secrets, market_now(m), &e),
                &e);
}

static void wrong_secret(struct market *m, size_t store)
{
    set_secret(m, store, STR("of-another-shop"));
}

/* --- credentials --- */

static void dead_credentials_stop_the_store_after_a_second_cheap_call(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    wrong_secret(m, 0);
    int64_t before = market_violations(m); /* the gate knows no seller without its keys */
    market_pull(m, 0);
    market_pass(m, 10 * UTC_MINUTE);
    struct store s = store_of(m, 0);
    assert_int_equal(s.state, STORE_DISCONNECTED);
    assert_text(s.state_code, "store.credentials");
    assert_true(market_has_fault(m, "store.credentials", NULL));
    assert_int_equal(market_violations(m) - before, 2); /* the pull, and the check */
    assert_int_equal(store_of(m, 1).state, STORE_ACTIVE);
    market_want_all(m, 0); /* a store that is not active is left alone */
    market_pass(m, 10 * UTC_MINUTE);
    assert_int_equal(market_violations(m) - before, 2);
}

static void results_are_asked_for_again_after_reconnecting(void **state)
{
    AUTO(market) m = market_open();
    struct err e = { 0 };
    (void)state;
    struct store was = store_of(m, 0);
    str secret = store_value(&was, "api_secret");
    market_want_all(m, 0);
    market_work(m);
    assert_string_equal(market_sync(m, 0, 0), "sent");
    wrong_secret(m, 0);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(store_of(m, 0).state, STORE_DISCONNECTED);
    set_secret(m, 0, secret);
    market_must(store_check_passed(&m->house->service, &m->house->system, was.id, &e), &e);
    market_pass(m, 5 * UTC_MINUTE);
    assert_string_equal(market_sync(m, 0, 0), "in_sync");
}

static void one_refusal_alone_does_not_stop_the_store(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_order(m, 0, 0);
    market_fault(m, "{\"kind\":\"html\",\"status\":401,\"endpoint\":\"orders.stream\","
                    "\"count\":1}");
    market_pull(m, 0);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(store_of(m, 0).state, STORE_ACTIVE);
    assert_false(market_has_fault(m, "store.credentials", NULL));
    assert_int_equal(COUNT_OF(m, "SELECT COUNT(*) FROM {p}mp_order_map WHERE ? = 0"), 1);
}

static str check(struct market *m)
{
    struct err e = { 0 };
    struct job job;
    int64_t id = 0;
    market_must(store_check(&m->house->service, &m->house->admin, m->house->stores[0], &id, &e),
                &e);
    market_pass(m, UTC_SECOND);
    market_must(queue_find(m->house->queue, m->arena, m->house->company, id, &job, &e), &e);
    assert_int_equal(job.state, JOB_DONE);
    return job.result;
}

static void a_check_tells_what_it_saw(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    assert_true(str_starts(check(m), STR("{\"ok\":true,")));
    assert_int_equal(store_of(m, 0).checked_at, market_now(m) - UTC_SECOND);
}

static void a_check_that_fails_says_why_and_one_that_passes_reconnects(void **state)
{
    AUTO(market) m = market_open();
    static const struct sql_text keep = {
        .both = "SELECT LENGTH(creds_json) FROM {p}marketplace WHERE id = ?",
    };
    static const char *const secrets[] = { "api_secret", NULL };
    struct err e = { 0 };
    (void)state;
    struct store good = store_of(m, 0);
    assert_true(house_number(m->house, &keep, good.id) > 0);
    wrong_secret(m, 0);
    str result = check(m);
    assert_true(str_starts(result, STR("{\"ok\":false,")));
    assert_true(str_has(result, STR("trendyol.credentials")));
    assert_int_equal(store_of(m, 0).state, STORE_DISCONNECTED);
    market_must(store_repo_save(m->house->db, m->arena, m->house->keys, &m->house->system, &good,
                                secrets, market_now(m), &e),
                &e);
    assert_true(str_starts(check(m), STR("{\"ok\":true,")));
    assert_int_equal(store_of(m, 0).state, STORE_ACTIVE);
    assert_false(market_has_fault(m, "store.credentials", NULL));
}

static void no_secret_is_logged(void **state)
{
    AUTO(market) m = market_open();
    struct err e = { 0 };
    (void)state;
    m->work.options.public_url = STR("https://hub.example");
    market_add(m, 0, JOB_HOOKS, LANE_SOON);
    market_pull(m, 0);
    market_pass(m, UTC_SECOND);
    struct store s = store_of(m, 0);
    str key = hook_key(m->arena, s.hook_secret), secret = store_value(&s, "api_secret");
    int64_t calls = COUNT_OF(m, "SELECT MAX(id) FROM {p}mp_api_call WHERE ? = 0");
    assert_true(calls >= 3);
    for (int64_t id = 1; id <= calls; id++) {
        struct api_call call;
        market_must(call_repo_find(m->house->db, m->arena, m->house->keys, &m->house->system, id,
                                   &call, &e),
                    &e);
        assert_true(str_has(call.request, STR("\"Authorization\",\"value\":\"••••\"")));
        str all = str_print(m->arena, "%.*s%.*s%.*s", STR_ARG(call.url), STR_ARG(call.request),
                            STR_ARG(call.reply));
        assert_false(str_has(all, secret));
        assert_false(str_has(all, key));
        assert_false(str_has(all, s.hook_secret));
    }
}

/* --- limits --- */

static void a_store_without_a_tier_keeps_to_the_smallest(void **state)
{
    AUTO(market) m = market_open();
    struct limit_use *uses;
    int calls = 0;
    (void)state;
    market_want_all(m, 0);
    market_work(m);
    size_t count = limit_uses(m->limits, m->arena, m->house->stores[0], &uses);
    for (size_t i = 0; i < count; i++)
        if (str_eq(uses[i].name, STR("inventory"))) calls = uses[i].calls;
    assert_int_equal(calls, 350);
}

static void what_has_left_is_known_after_a_restart(void **state)
{
    AUTO(market) m = market_open();
    struct err e = { 0 };
    (void)state;
    market_pull(m, 0);
    market_work(m);
    keeper_turn(&m->work);
    limits_free(m->limits);
    m->limits = m->work.options.limits = limits_new(&m->house->clock);
    market_must(limits_load(m->limits, m->house->db, &e), &e);
    market_pull(m, 0);
    market_work(m);
    assert_int_equal(market_requests(m, 0, "orders.stream"), 1);
    market_pass(m, 6 * UTC_SECOND);
    assert_int_equal(market_requests(m, 0, "orders.stream"), 2);
}

/* --- the breaker --- */

/* What we asked for: a read that is cut may be sent once more by the HTTP client underneath. */
static int64_t sweeps_asked(struct market *m, size_t store)
{
    static const struct sql_text sql = {
        .both = "SELECT COUNT(*) FROM {p}mp_api_call WHERE purpose = 'listings.pull'"
                " AND store_id = ?",
    };
    return house_number(m->house, &sql, m->house->stores[store]);
}

static void the_breaker_opens_on_cut_connections_and_closes(void **state)
{
    AUTO(market) m = market_open();
    struct job job;
    (void)state;
    market_fault(m, "{\"kind\":\"cut\",\"endpoint\":\"listings.light\",\"seller\":100200}");
    market_sweep(m, 0);
    market_pass(m, 15 * UTC_SECOND); /* 1, 2, 4, 8 seconds apart at most, then 8 at least */
    assert_int_equal(sweeps_asked(m, 0), 5);
    assert_true(market_has_fault(m, "store.trouble", NULL));
    market_work(m);
    assert_true(market_job(m, 0, JOB_SWEEP, &job));
    assert_int_equal(job.state, JOB_WAITING);

    market_pass(m, 10 * UTC_MINUTE); /* one at a time, further and further apart */
    assert_in_range(sweeps_asked(m, 0), 6, 12);
    market_pull(m, 0); /* other endpoints are none of its business */
    market_sweep(m, 1);
    market_work(m);
    assert_int_equal(market_requests(m, 0, "orders.stream"), 1);
    assert_int_equal(sweeps_asked(m, 1), 1);

    market_no_faults(m);
    market_pass(m, 10 * UTC_MINUTE);
    assert_true(market_job(m, 0, JOB_SWEEP, &job));
    assert_int_equal(job.state, JOB_DONE);
    assert_false(market_has_fault(m, "store.trouble", NULL));
}

static void an_open_breaker_lets_nothing_leave(void **state)
{
    AUTO(market) m = market_open();
    struct job job;
    (void)state;
    for (int i = 0; i < 5; i++)
        breaker_report(m->work.breakers, m->house->stores[0], "listings.pull", market_now(m), true);
    market_sweep(m, 0);
    market_work(m);
    assert_int_equal(market_requests(m, 0, LIGHT), 0);
    assert_true(market_job(m, 0, JOB_SWEEP, &job));
    assert_text(job.error_code, "breaker.open");
    assert_true(job.run_at >= market_now(m) + 5 * UTC_SECOND);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, LIGHT), 1);
}

static void an_html_page_is_no_answer_and_is_asked_again(void **state)
{
    AUTO(market) m = market_open();
    struct job job;
    (void)state;
    market_fault(m, "{\"kind\":\"html\",\"status\":200,\"endpoint\":\"listings.light\","
                    "\"count\":1}");
    market_sweep(m, 0);
    market_work(m);
    assert_true(market_job(m, 0, JOB_SWEEP, &job));
    assert_text(job.error_code, "trendyol.reply_unreadable");
    market_pass(m, UTC_MINUTE);
    assert_true(market_job(m, 0, JOB_SWEEP, &job));
    assert_int_equal(job.state, JOB_DONE);
}

static void a_call_has_a_time_and_a_run_has_an_end(void **state)
{
    AUTO(market) m = market_open();
    struct job job;
    struct run r = { .work = &m->work, .service = &m->house->service, .arena = m->runs };
    struct err e = { 0 };
    (void)state;
    market_sweep(m, 0);
    assert_true(market_claim(m, &job));
    r.job = &job;
    r.by = m->house->system;
    market_must(visit_open(&r, &e), &e);
    market_clock(m, market_now(m) + VISIT_LASTS + 1);
    assert_false(job_sweep(&r, &e));
    assert_true(visit_is_over(&e));
    assert_int_equal(market_requests(m, 0, LIGHT), 0);
}

/* --- webhooks --- */

static const struct json *hooks_there(struct market *m)
{
    return json_get(json_get(market_get(m, "sellers"), "sellers")->first, "webhooks");
}

static void keep_hooks(struct market *m)
{
    market_add(m, 0, JOB_HOOKS, LANE_SOON);
    market_pass(m, UTC_MINUTE);
}

static void a_webhook_is_registered_once(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    m->work.options.public_url = STR("https://hub.example/");
    for (int i = 0; i < 3; i++) keep_hooks(m);
    const struct json *hooks = hooks_there(m);
    assert_int_equal(hooks->count, 1);
    assert_true(str_starts(json_text_at(hooks->first, "url"), STR("https://hub.example/hooks/")));
    assert_true(str_eq(json_text_at(hooks->first, "id"), store_of(m, 0).hook_remote_id));
    assert_text(schedule_of(m, "hooks").last_result, "active");
    assert_int_equal(market_violations(m), 0);
}

static void a_webhook_that_was_switched_off_is_registered_anew(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    m->work.options.public_url = STR("https://127.0.0.1:1/nobody-listens");
    market_post(m, "settings", "{\"webhook_passive_after\":1,\"webhook_timeout_ms\":1000}");
    keep_hooks(m);
    str first = store_of(m, 0).hook_remote_id;
    market_order(m, 0, 0); /* its delivery fails, and the marketplace gives up silently */
    market_post(m, "webhooks/flush", "");
    assert_text(json_text_at(hooks_there(m)->first, "status"), "PASSIVE");
    keep_hooks(m);
    assert_int_equal(hooks_there(m)->count, 1);
    assert_text(json_text_at(hooks_there(m)->first, "status"), "ACTIVE");
    assert_false(str_eq(first, store_of(m, 0).hook_remote_id));
    assert_text(schedule_of(m, "hooks").last_result, "registered");
}

static void a_new_public_address_replaces_the_old_webhook(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    m->work.options.public_url = STR("https://old.example");
    keep_hooks(m);
    m->work.options.public_url = STR("https://new.example");
    keep_hooks(m);
    assert_int_equal(hooks_there(m)->count, 1);
    assert_true(
        str_starts(json_text_at(hooks_there(m)->first, "url"), STR("https://new.example/")));
}

static void a_registration_whose_reply_was_lost_leaves_one_webhook(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    m->work.options.public_url = STR("https://hub.example");
    market_fault(m, "{\"kind\":\"delay\",\"ms\":0,\"endpoint\":\"webhooks\",\"count\":1}");
    market_fault(m, "{\"kind\":\"timeout_after_apply\",\"ms\":0,\"endpoint\":\"webhooks\","
                    "\"count\":1}");
    keep_hooks(m); /* listed, registered with a lost reply, listed, deleted, registered */
    assert_int_equal(market_requests(m, 0, WEBHOOKS), 5);
    assert_int_equal(hooks_there(m)->count, 1);
    assert_true(str_eq(json_text_at(hooks_there(m)->first, "id"), store_of(m, 0).hook_remote_id));
}

static void without_a_public_address_nothing_is_asked(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    keep_hooks(m);
    assert_int_equal(market_requests(m, 0, NULL), 0);
    assert_true(str_has(schedule_of(m, "hooks").last_result, STR("polling only")));
}

/* --- the sweep --- */

static struct market *market_in_sync(void)
{
    struct market *m = market_open();
    market_want_all(m, 0);
    market_pass(m, 10 * UTC_MINUTE); /* past what the marketplace takes to settle */
    return m;
}

static void sweep(struct market *m)
{
    market_sweep(m, 0);
    market_pass(m, 5 * UTC_MINUTE);
}

static void what_is_seen_there_is_kept(void **state)
{
    AUTO(market) m = market_in_sync();
    (void)state;
    sweep(m);
    struct listing l = market_listing(m, 0, 3);
    assert_int_equal(l.seen.quantity, HOUSE_STOCK);
    assert_int_equal(l.seen.price.e4, 1999000);
    assert_true(l.seen.at > 0);
    assert_int_equal(l.drift_since, 0);
    assert_true(str_starts(schedule_of(m, "sweep").last_result, STR("8 seen, 0 drifted")));
}

static void drift_is_found_shown_and_repaired(void **state)
{
    AUTO(market) m = market_in_sync();
    (void)state;
    market_post(m, "listings",
                "{\"seller\":100200,\"items\":[{\"barcode\":\"8690000000004\",\"quantity\":77}]}");
    market_sweep(m, 0);
    market_work(m);
    assert_true(market_has_fault(m, "listing.drifted", NULL));
    assert_true(str_has(schedule_of(m, "sweep").last_result, STR("1 drifted")));
    market_pass(m, 10 * UTC_MINUTE);
    assert_int_equal(market_shows(m, 0, house_remote(m->house, 3), "quantity"), HOUSE_STOCK);
    assert_int_equal(market_shows(m, 0, house_remote(m->house, 2), "offersApplied"), 1);
    assert_false(market_has_fault(m, "listing.drifted", NULL)); /* its own answer said so */
    assert_string_equal(market_sync(m, 0, 3), "in_sync");
    sweep(m); /* and the read-back agrees */
    assert_false(market_has_fault(m, "listing.drifted", NULL));
    assert_string_equal(market_sync(m, 0, 3), "in_sync");
    assert_int_equal(market_violations(m), 0);
}

static void a_read_back_within_the_settling_time_is_no_drift(void **state)
{
    AUTO(market) m = market_open();
    (void)state;
    market_want_all(m, 0);
    market_pass(m, 10 * UTC_SECOND);
    assert_string_equal(market_sync(m, 0, 3), "in_sync");
    market_post(m, "listings",
                "{\"seller\":100200,\"items\":[{\"barcode\":\"8690000000004\",\"quantity\":77}]}");
    market_sweep(m, 0);
    market_work(m);
    assert_false(market_has_fault(m, "listing.drifted", NULL));
}

static void forget_listing(struct market *m, size_t variant)
{
    static const struct sql_text items = {
        .both = "DELETE FROM {p}mp_push_item WHERE listing_id = ?",
    };
    static const struct sql_text listing = {
        .both = "DELETE FROM {p}mp_product_map WHERE id = ?",
    };
    house_run(m->house, &items, m->house->listings[0][variant]);
    house_run(m->house, &listing, m->house->listings[0][variant]);
}

static void what_is_not_listed_is_matched_by_its_barcode(void **state)
{
    AUTO(market) m = market_open();
    struct listing l;
    struct err e = { 0 };
    (void)state;
    forget_listing(m, 5);
    str number = market_order(m, 0, 5); /* sold before we knew what it is */
    market_pull(m, 0);
    market_pass(m, UTC_SECOND);
    struct stored_order o;
    assert_true(market_find_order(m, 0, number, &o));
    assert_true(o.is_unmapped);
    sweep(m);
    market_must(listing_repo_find_remote(m->house->db, m->arena, &m->house->system,
                                         m->house->stores[0], house_remote(m->house, 5), &l, &e),
                &e);
    assert_int_equal(l.variant_id, m->house->variants[5]);
    assert_true(l.remote_id.len > 0);
    assert_true(str_has(schedule_of(m, "sweep").last_result, STR("1 matched")));
    assert_true(market_find_order(m, 0, number, &o)); /* its line takes its stock now */
    assert_false(o.is_unmapped);
    assert_int_equal(o.lines[0].taken, 1);
    market_pass(m, UTC_MINUTE);
    assert_int_equal(market_shows(m, 0, house_remote(m->house, 5), "quantity"), HOUSE_STOCK - 1);
}

static void an_ambiguous_barcode_is_refused_and_shown(void **state)
{
    AUTO(market) m = market_open();
    static const struct sql_text twins = {
        .both = "UPDATE {p}mp_variant SET barcode = 'TWIN' WHERE id >= ?",
    };
    (void)state;
    forget_listing(m, 6);
    forget_listing(m, 7);
    house_run(m->house, &twins, m->house->variants[6]);
    market_post(m, "listings",
                "{\"seller\":100200,\"items\":[{\"barcode\":\"TWIN\",\"quantity\":1}]}");
    sweep(m);
    assert_true(market_has_fault(m, "listing.ambiguous", NULL));
    assert_false(listing_repo_find_remote(m->house->db, m->arena, &m->house->system,
                                          m->house->stores[0], STR("TWIN"), &(struct listing){ 0 },
                                          NULL));
    assert_true(str_has(schedule_of(m, "sweep").last_result, STR("1 ambiguous")));
}

static void the_sweep_pages_and_goes_on_where_it_was(void **state)
{
    AUTO(market) m = market_open();
    struct text t = { .arena = m->arena };
    (void)state;
    text_add(&t, STR("{\"seller\":100200,\"items\":["));
    for (int i = 0; i < 292; i++)
        text_print(&t, "%s{\"barcode\":\"OTHER-%d\",\"quantity\":1}", i ? "," : "", i);
    text_add(&t, STR("]}"));
    market_ask(m, "POST", STR("listings"), text_str(&t));
    market_fault(m, "{\"kind\":\"delay\",\"ms\":0,\"endpoint\":\"listings.light\",\"count\":1}");
    market_fault(m, "{\"kind\":\"503\",\"endpoint\":\"listings.light\",\"count\":1}");
    market_sweep(m, 0);
    market_work(m);
    assert_int_equal(market_requests(m, 0, LIGHT), 2);
    assert_true(str_has(schedule_of(m, "sweep").cursor, STR("page:1")));
    market_pass(m, UTC_MINUTE);
    assert_int_equal(market_requests(m, 0, LIGHT), 4); /* the first page was not read again */
    assert_true(str_has(schedule_of(m, "sweep").last_result, STR("292 not ours")));
    assert_int_equal(schedule_of(m, "sweep").cursor.len, 0);
}

static void a_sweep_whose_cursor_is_no_longer_taken_begins_anew(void **state)
{
    AUTO(market) m = market_open();
    struct err e = { 0 };
    struct job job;
    (void)state;
    market_must(schedule_repo_result(m->house->db, &m->house->system, m->house->stores[0], "sweep",
                                     market_now(m), false, STR("x"),
                                     STR("{\"page\":\"of another time\",\"seen\":500}"), &e),
                &e);
    sweep(m);
    assert_true(market_job(m, 0, JOB_SWEEP, &job));
    assert_int_equal(job.state, JOB_DONE);
    assert_true(str_starts(schedule_of(m, "sweep").last_result, STR("8 seen")));
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, dead_credentials_stop_the_store_after_a_second_cheap_call);
    SUITE_TEST(&s, results_are_asked_for_again_after_reconnecting);
    SUITE_TEST(&s, one_refusal_alone_does_not_stop_the_store);
    SUITE_TEST(&s, a_check_tells_what_it_saw);
    SUITE_TEST(&s, a_check_that_fails_says_why_and_one_that_passes_reconnects);
    SUITE_TEST(&s, no_secret_is_logged);
    SUITE_TEST(&s, a_store_without_a_tier_keeps_to_the_smallest);
    SUITE_TEST(&s, what_has_left_is_known_after_a_restart);
    SUITE_TEST(&s, the_breaker_opens_on_cut_connections_and_closes);
    SUITE_TEST(&s, an_open_breaker_lets_nothing_leave);
    SUITE_TEST(&s, an_html_page_is_no_answer_and_is_asked_again);
    SUITE_TEST(&s, a_call_has_a_time_and_a_run_has_an_end);
    SUITE_TEST(&s, a_webhook_is_registered_once);
    SUITE_TEST(&s, a_webhook_that_was_switched_off_is_registered_anew);
    SUITE_TEST(&s, a_new_public_address_replaces_the_old_webhook);
    SUITE_TEST(&s, a_registration_whose_reply_was_lost_leaves_one_webhook);
    SUITE_TEST(&s, without_a_public_address_nothing_is_asked);
    SUITE_TEST(&s, what_is_seen_there_is_kept);
    SUITE_TEST(&s, drift_is_found_shown_and_repaired);
    SUITE_TEST(&s, a_read_back_within_the_settling_time_is_no_drift);
    SUITE_TEST(&s, what_is_not_listed_is_matched_by_its_barcode);
    SUITE_TEST(&s, an_ambiguous_barcode_is_refused_and_shown);
    SUITE_TEST(&s, the_sweep_pages_and_goes_on_where_it_was);
    SUITE_TEST(&s, a_sweep_whose_cursor_is_no_longer_taken_begins_anew);
    return suite_run(&s, "stores");
}
