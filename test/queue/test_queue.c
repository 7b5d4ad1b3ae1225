/* Jobs: one open a key, leases, what becomes of a run, and who sees them. */
#include "queue/queue.h"
#include "support/house.h"
#include "support/suite.h"

static struct house *h;

static int setup(void **state)
{
    (void)state;
    h = house_new();
    house_serve(h);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_free(h);
    return 0;
}

static int64_t add(const char *key, const char *payload, utc_ms run_at)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct job_request r = { .company_id = h->company,
                             .store_id = h->stores[0],
                             .kind = "push_offers",
                             .lane = LANE_NOW,
                             .key = str_from(key),
                             .payload = str_from(payload),
                             .run_at = run_at };
    assert_true(queue_add(h->queue, &r, &id, &e));
    return id;
}

static int64_t add_for(int64_t store_id, enum lane lane, utc_ms run_at)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct job_request r = { .company_id = h->company,
                             .store_id = store_id,
                             .kind = "intake",
                             .lane = lane,
                             .run_at = run_at };
    assert_true(queue_add(h->queue, &r, &id, &e));
    return id;
}

static bool claim(struct job *out)
{
    struct err e = { 0 };
    struct queue_claim c = { .lane = LANE_NOW, .owner = "test", .lease_ms = 60000 };
    if (queue_claim(h->queue, h->arena, &c, out, &e)) return true;
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    return false;
}

static struct job must_claim(void)
{
    struct job j = { 0 };
    assert_true(claim(&j));
    return j;
}

static struct job find(int64_t id)
{
    struct job j = { 0 };
    struct err e = { 0 };
    assert_true(queue_find(h->queue, h->arena, h->company, id, &j, &e));
    return j;
}

static struct err failure(enum err_kind kind)
{
    struct err e = { 0 };
    err_set(&e, kind, "test.failed", "it went wrong");
    return e;
}

static void a_job_runs_once_and_frees_its_key(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t first = add("a", "{\"n\":1}", 0);
    struct job j = must_claim();
    assert_int_equal(j.id, first);
    assert_int_equal(j.state, JOB_RUNNING);
    assert_int_equal(j.tries, 1);
    assert_int_equal(j.lease_until, HOUSE_NOW + 60000);
    assert_int_equal(j.store_id, h->stores[0]);
    assert_text(j.kind, "push_offers");
    assert_text(j.payload, "{\"n\":1}");
    struct job none;
    assert_false(claim(&none));
    assert_true(queue_done(h->queue, &j, STR("{\"ok\":true}"), &e));
    j = find(first);
    assert_int_equal(j.state, JOB_DONE);
    assert_text(j.result, "{\"ok\":true}");
    assert_int_equal(j.ended_at, HOUSE_NOW);
    assert_int_not_equal(add("a", "", 0), first);
}

static void an_open_job_is_not_added_twice_and_takes_the_newest_payload(void **state)
{
    (void)state;
    int64_t first = add("a", "{\"n\":1}", HOUSE_NOW + 5000);
    assert_int_equal(add("a", "{\"n\":2}", HOUSE_NOW + 9000), first);
    assert_int_equal(find(first).run_at, HOUSE_NOW + 5000);
    assert_int_equal(add("a", "{\"n\":3}", 0), first);
    assert_int_equal(find(first).run_at, HOUSE_NOW);
    assert_text(must_claim().payload, "{\"n\":3}");
    assert_int_not_equal(add("b", "", 0), first);
}

static void a_job_without_key_is_not_single(void **state)
{
    (void)state;
    assert_int_not_equal(add("", "", 0), add("", "", 0));
}

static void what_is_asked_for_while_it_runs_runs_afterwards(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t id = add("a", "{\"n\":1}", 0);
    struct job j = must_claim();
    assert_int_equal(add("a", "{\"n\":2}", 0), id);
    assert_int_equal(find(id).state, JOB_RUNNING);
    assert_true(queue_done(h->queue, &j, (str){ 0 }, &e));
    assert_int_equal(find(id).state, JOB_WAITING);
    j = must_claim();
    assert_int_equal(j.tries, 1);
    assert_text(j.payload, "{\"n\":2}");
    assert_true(queue_done(h->queue, &j, (str){ 0 }, &e));
    assert_int_equal(find(id).state, JOB_DONE);
}

static void later_without_an_error_comes_as_soon_as_anyone_wants(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t id = add("a", "", 0);
    struct job j = must_claim();
    add("a", "", HOUSE_NOW + 2000);
    assert_true(queue_later(h->queue, &j, HOUSE_NOW + 5000, NULL, &e));
    assert_int_equal(find(id).run_at, HOUSE_NOW + 2000);
    add("a", "", HOUSE_NOW + 1000);
    assert_int_equal(find(id).run_at, HOUSE_NOW + 1000);
    h->clock.fixed += 1000;
    j = must_claim();
    assert_int_equal(j.tries, 1); /* nothing had failed */
    assert_true(queue_later(h->queue, &j, HOUSE_NOW + 9000, NULL, &e));
    assert_int_equal(find(id).run_at, HOUSE_NOW + 9000);
}

static void an_error_is_waited_out_whatever_is_asked_for(void **state)
{
    (void)state;
    struct err e = { 0 }, why = failure(ERR_RATE_LIMITED);
    int64_t id = add("a", "", 0);
    struct job j = must_claim();
    add("a", "", 0);
    assert_true(queue_later(h->queue, &j, HOUSE_NOW + 5000, &why, &e));
    add("a", "", 0);
    j = find(id);
    assert_int_equal(j.state, JOB_WAITING);
    assert_int_equal(j.run_at, HOUSE_NOW + 5000);
    assert_int_equal(j.error_kind, ERR_RATE_LIMITED);
    assert_text(j.error_code, "test.failed");
    assert_text(j.error_message, "it went wrong");
    assert_true(queue_retry(h->queue, h->company, id, &e)); /* a person knows better */
    j = must_claim();
    assert_int_equal(j.tries, 2);
    assert_true(queue_done(h->queue, &j, (str){ 0 }, &e));
    assert_int_equal(find(id).error_kind, ERR_NONE);
}

static void a_dead_job_waits_for_a_person_or_the_next_fact(void **state)
{
    (void)state;
    struct err e = { 0 }, why = failure(ERR_REFUSED);
    int64_t id = add("a", "", 0);
    struct job j = must_claim();
    assert_true(queue_dead(h->queue, &j, &why, &e));
    assert_int_equal(find(id).state, JOB_DEAD);
    assert_false(claim(&j));
    assert_true(queue_retry(h->queue, h->company, id, &e));
    j = must_claim();
    assert_int_equal(j.tries, 1);
    assert_true(queue_dead(h->queue, &j, &why, &e));
    assert_int_equal(add("a", "", 0), id);
    j = must_claim();
    add("a", "", 0); /* while it runs: it does not end dead */
    assert_true(queue_dead(h->queue, &j, &why, &e));
    assert_int_equal(find(id).state, JOB_WAITING);
}

static void nothing_is_retried_that_runs_or_is_done(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t id = add("a", "", 0);
    struct job j = must_claim();
    assert_false(queue_retry(h->queue, h->company, id, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_true(queue_done(h->queue, &j, (str){ 0 }, &e));
    assert_false(queue_retry(h->queue, h->company, id, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_false(queue_retry(h->queue, h->company, 999, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void a_lease_that_ran_out_is_another_workers(void **state)
{
    (void)state;
    struct err e = { 0 }, why = failure(ERR_UNAVAILABLE);
    int64_t count = -1;
    add("a", "", 0);
    struct job late = must_claim();
    assert_true(queue_take_back(h->queue, false, &count, &e));
    assert_int_equal(count, 0);
    assert_true(queue_renew(h->queue, &late, 90000, &e));
    h->clock.fixed += 60001;
    assert_true(queue_take_back(h->queue, false, &count, &e));
    assert_int_equal(count, 0); /* renewed */
    h->clock.fixed += 30000;
    assert_true(queue_take_back(h->queue, false, &count, &e));
    assert_int_equal(count, 1);
    assert_false(queue_holds(h->queue, &late, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    struct job j = must_claim(); /* by the same owner: still another lease */
    assert_int_equal(j.id, late.id);
    assert_int_equal(j.tries, 2);
    assert_false(queue_renew(h->queue, &late, 1000, &e));
    assert_false(queue_done(h->queue, &late, (str){ 0 }, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_false(queue_later(h->queue, &late, 0, &why, &e));
    assert_false(queue_dead(h->queue, &late, &why, &e));
    assert_true(queue_holds(h->queue, &j, &e));
    assert_true(queue_done(h->queue, &j, (str){ 0 }, &e));
}

static void leftovers_of_the_only_process_are_taken_back_at_once(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t count = 0;
    add("a", "", 0);
    must_claim();
    assert_true(queue_take_back(h->queue, true, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(must_claim().tries, 2);
}

static void the_longest_due_comes_first_and_busy_stores_are_passed_over(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t a = add_for(h->stores[0], LANE_NOW, HOUSE_NOW - 30);
    int64_t b = add_for(h->stores[1], LANE_NOW, HOUSE_NOW - 20);
    int64_t c = add_for(0, LANE_NOW, HOUSE_NOW - 10);
    add_for(h->stores[0], LANE_NOW, HOUSE_NOW + 1);
    add_for(h->stores[0], LANE_BULK, HOUSE_NOW - 99);
    int64_t busy[2] = { h->stores[0], h->stores[1] };
    struct queue_claim claim_of = {
        .lane = LANE_NOW, .owner = "test", .lease_ms = 1000, .busy_stores = busy, .busy_count = 2
    };
    struct job j;
    assert_true(queue_claim(h->queue, h->arena, &claim_of, &j, &e));
    assert_int_equal(j.id, c);
    claim_of.busy_count = 1;
    assert_true(queue_claim(h->queue, h->arena, &claim_of, &j, &e));
    assert_int_equal(j.id, b);
    assert_false(queue_claim(h->queue, h->arena, &claim_of, &j, &e));
    assert_int_equal(must_claim().id, a);
    assert_false(claim(&j));
}

static void a_busy_store_with_a_long_row_of_jobs_hides_nobody(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct job j;
    struct db_tx *tx = db_begin(h->db, &e);
    for (int i = 0; i < 300; i++) add_for(7, LANE_NOW, HOUSE_NOW - 1000 + i);
    int64_t late = add_for(8, LANE_NOW, HOUSE_NOW - 2), later = add_for(0, LANE_NOW, HOUSE_NOW - 1);
    int64_t early = add_for(9, LANE_NOW, HOUSE_NOW - 3);
    add_for(10, LANE_NOW, HOUSE_NOW + 1); /* not due */
    assert_true(db_commit(&tx, &e));
    int64_t busy[] = { 7 };
    struct queue_claim c = {
        .lane = LANE_NOW, .owner = "t", .lease_ms = 1000, .busy_stores = busy, .busy_count = 1
    };
    const int64_t wanted[] = { early, late, later };
    for (size_t i = 0; i < 3; i++) {
        assert_true(queue_claim(h->queue, h->arena, &c, &j, &e));
        assert_int_equal(j.id, wanted[i]);
    }
    assert_false(queue_claim(h->queue, h->arena, &c, &j, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
}

/* What asks no marketplace does not wait for one: orders are understood while its calls hang. */
static void a_local_job_of_a_busy_store_is_claimed(void **state)
{
    (void)state;
    static const char *const local[] = { "intake", NULL };
    struct err e = { 0 };
    struct job j;
    int64_t busy[] = { 7 }, id = 0;
    struct queue_claim c = { .lane = LANE_NOW,
                             .owner = "t",
                             .lease_ms = 1000,
                             .busy_stores = busy,
                             .busy_count = 1,
                             .local_kinds = local };
    for (int i = 0; i < 200; i++) {
        struct job_request r = { .company_id = h->company,
                                 .store_id = 7,
                                 .kind = i == 3 || i == 199 ? "intake" : "pull_orders",
                                 .lane = LANE_NOW };
        assert_true(queue_add(h->queue, &r, &id, &e));
    }
    assert_true(queue_claim(h->queue, h->arena, &c, &j, &e));
    assert_text(j.kind, "intake");
    assert_true(queue_claim(h->queue, h->arena, &c, &j, &e)); /* behind a long row */
    assert_text(j.kind, "intake");
    assert_int_equal(j.id, id);
    assert_false(queue_claim(h->queue, h->arena, &c, &j, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void a_store_is_not_busy_for_the_digits_of_its_id(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t id = add_for(12, LANE_NOW, 0);
    int64_t busy[3] = { 1, 2, 121 };
    struct queue_claim c = {
        .lane = LANE_NOW, .owner = "t", .lease_ms = 1, .busy_stores = busy, .busy_count = 3
    };
    struct job j;
    assert_true(queue_claim(h->queue, h->arena, &c, &j, &e));
    assert_int_equal(j.id, id);
}

static void a_job_stands_or_falls_with_the_fact_it_follows_from(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct job j;
    struct db_tx *tx = db_begin(h->db, &e);
    add("a", "", 0);
    db_rollback(tx);
    assert_false(claim(&j));
    tx = db_begin(h->db, &e);
    add("a", "", 0);
    assert_true(db_commit(&tx, &e));
    assert_true(claim(&j));
}

static void a_company_sees_its_own_jobs_newest_first(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t a = add("a", "", 0), b = add("b", "", 0);
    int64_t c = add_for(h->stores[1], LANE_BULK, 0);
    struct job *jobs, j;
    size_t count;
    must_claim();
    struct job_filter f = { .state = -1, .limit = 2 };
    assert_true(queue_list(h->queue, h->arena, h->company, &f, &jobs, &count, &e));
    assert_int_equal(count, 2);
    assert_int_equal(jobs[0].id, c);
    assert_int_equal(jobs[1].id, b);
    f.before_id = b;
    assert_true(queue_list(h->queue, h->arena, h->company, &f, &jobs, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(jobs[0].id, a);
    f = (struct job_filter){ .state = JOB_WAITING, .limit = 10 };
    assert_true(queue_list(h->queue, h->arena, h->company, &f, &jobs, &count, &e));
    assert_int_equal(count, 2);
    f.store_id = h->stores[1];
    assert_true(queue_list(h->queue, h->arena, h->company, &f, &jobs, &count, &e));
    assert_int_equal(count, 1);
    f.state = -1;
    assert_true(queue_list(h->queue, h->arena, h->company, &f, &jobs, &count, &e));
    assert_int_equal(count, 1);
    assert_true(queue_list(h->queue, h->arena, h->other_company, &f, &jobs, &count, &e));
    assert_int_equal(count, 0);
    assert_false(queue_find(h->queue, h->arena, h->other_company, a, &j, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_false(queue_retry(h->queue, h->other_company, b, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void depth_counts_what_waits_runs_and_is_dead(void **state)
{
    (void)state;
    struct err e = { 0 }, why = failure(ERR_REFUSED);
    struct queue_depth d;
    add_for(1, LANE_NOW, HOUSE_NOW - 50);
    add_for(1, LANE_NOW, HOUSE_NOW - 40);
    add_for(1, LANE_NOW, HOUSE_NOW - 30);
    add_for(1, LANE_BULK, HOUSE_NOW + 50);
    must_claim();
    struct job j = must_claim();
    assert_true(queue_dead(h->queue, &j, &why, &e));
    assert_true(queue_depth(h->queue, &d, &e));
    assert_int_equal(d.waiting[LANE_NOW], 1);
    assert_int_equal(d.running[LANE_NOW], 1);
    assert_int_equal(d.waiting[LANE_BULK], 1);
    assert_int_equal(d.waiting[LANE_SOON], 0);
    assert_int_equal(d.dead, 1);
    assert_int_equal(d.oldest_due[LANE_NOW], HOUSE_NOW - 30);
    assert_int_equal(d.oldest_due[LANE_BULK], 0); /* not due yet */
}

static void ended_jobs_are_forgotten_open_ones_never(void **state)
{
    (void)state;
    struct err e = { 0 }, why = failure(ERR_REFUSED);
    int64_t count;
    add("a", "", 0);
    struct job j = must_claim();
    assert_true(queue_done(h->queue, &j, (str){ 0 }, &e));
    add("b", "", 0);
    j = must_claim();
    assert_true(queue_dead(h->queue, &j, &why, &e));
    add("c", "", 0);
    must_claim();
    add("d", "", 0);
    int64_t revived = add("e", "", 0);
    j = must_claim(); /* d */
    assert_true(queue_done(h->queue, &j, (str){ 0 }, &e));
    j = must_claim(); /* e */
    assert_true(queue_dead(h->queue, &j, &why, &e));
    add("e", "", 0);
    assert_true(queue_forget(h->queue, HOUSE_NOW, &count, &e));
    assert_int_equal(count, 0);
    assert_true(queue_forget(h->queue, HOUSE_NOW + 1, &count, &e));
    assert_int_equal(count, 3);
    assert_int_equal(find(revived).state, JOB_WAITING);
}

static void names_are_read_back(void **state)
{
    (void)state;
    enum lane lane;
    enum job_state job_state;
    for (int i = 0; i < LANE_COUNT; i++) {
        assert_true(lane_from(str_from(lane_name((enum lane)i)), &lane));
        assert_int_equal(lane, i);
    }
    for (int i = 0; i < JOB_STATE_COUNT; i++) {
        assert_true(job_state_from(str_from(job_state_name((enum job_state)i)), &job_state));
        assert_int_equal(job_state, i);
    }
    assert_false(lane_from(STR("never"), &lane));
    assert_false(job_state_from(STR(""), &job_state));
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(a_job_runs_once_and_frees_its_key),
        IN_HOUSE(an_open_job_is_not_added_twice_and_takes_the_newest_payload),
        IN_HOUSE(a_job_without_key_is_not_single),
        IN_HOUSE(what_is_asked_for_while_it_runs_runs_afterwards),
        IN_HOUSE(later_without_an_error_comes_as_soon_as_anyone_wants),
        IN_HOUSE(an_error_is_waited_out_whatever_is_asked_for),
        IN_HOUSE(a_dead_job_waits_for_a_person_or_the_next_fact),
        IN_HOUSE(nothing_is_retried_that_runs_or_is_done),
        IN_HOUSE(a_lease_that_ran_out_is_another_workers),
        IN_HOUSE(leftovers_of_the_only_process_are_taken_back_at_once),
        IN_HOUSE(the_longest_due_comes_first_and_busy_stores_are_passed_over),
        IN_HOUSE(a_busy_store_with_a_long_row_of_jobs_hides_nobody),
        IN_HOUSE(a_local_job_of_a_busy_store_is_claimed),
        IN_HOUSE(a_store_is_not_busy_for_the_digits_of_its_id),
        IN_HOUSE(a_job_stands_or_falls_with_the_fact_it_follows_from),
        IN_HOUSE(a_company_sees_its_own_jobs_newest_first),
        IN_HOUSE(depth_counts_what_waits_runs_and_is_dead),
        IN_HOUSE(ended_jobs_are_forgotten_open_ones_never),
        cmocka_unit_test(names_are_read_back),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
