/* Threads on a lane: none takes what another has, and each wakes when there is something to do. */
#include <pthread.h>
#include <stdatomic.h>

#include "queue/queue.h"
#include "support/house.h"
#include "support/suite.h"

#define LONG_MS 20000 /* a wait that lasts this long was not woken */
#define THREADS 4
#define JOBS 400

static struct house *h;

static int setup(void **state)
{
    (void)state;
    h = house_new();
    house_serve(h);
    h->clock.fixed = 0; /* real time: threads really sleep */
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_free(h);
    return 0;
}

static void add(enum lane lane, int64_t store_id, utc_ms run_at)
{
    struct err e = { 0 };
    struct job_request r = { .company_id = h->company,
                             .store_id = store_id,
                             .kind = "intake",
                             .lane = lane,
                             .run_at = run_at };
    assert_true(queue_add(h->queue, &r, NULL, &e));
}

static bool claim(struct arena *a, enum lane lane, struct job *out)
{
    struct err e = { 0 };
    struct queue_claim c = { .lane = lane, .owner = "test", .lease_ms = 60000 };
    return queue_claim(h->queue, a, &c, out, &e);
}

/* --- claims --- */

static atomic_int times_claimed[JOBS + 1], claimed;

static void *claimer(void *unused)
{
    (void)unused;
    struct arena *a = arena_new();
    struct job j;
    struct err e = { 0 };
    while (atomic_load(&claimed) < JOBS) {
        if (!claim(a, LANE_NOW, &j)) continue;
        if (j.id >= 1 && j.id <= JOBS) atomic_fetch_add(&times_claimed[j.id], 1);
        atomic_fetch_add(&claimed, 1);
        queue_done(h->queue, &j, (str){ 0 }, &e);
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

static void no_two_threads_claim_the_same_job(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct db_tx *tx = db_begin(h->db, &e);
    for (int i = 0; i < JOBS; i++) add(LANE_NOW, i % 7, 0);
    assert_true(db_commit(&tx, &e));
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, claimer, NULL);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 1; i <= JOBS; i++) assert_int_equal(times_claimed[i], 1);
}

/* --- waking --- */

struct sleeper {
    pthread_t thread;
    enum lane lane;
    atomic_bool is_up;
    int64_t slept_ms;
    bool has_job;
};

static void *sleeps(void *argument)
{
    struct sleeper *s = argument;
    struct arena *a = arena_new();
    struct job j;
    int64_t start = mono_ms();
    s->has_job = claim(a, s->lane, &j);
    while (!s->has_job && mono_ms() - start < LONG_MS) {
        atomic_store(&s->is_up, true);
        queue_wait(h->queue, s->lane, LONG_MS);
        s->has_job = claim(a, s->lane, &j);
    }
    s->slept_ms = mono_ms() - start;
    arena_free(a);
    return NULL;
}

static void start(struct sleeper *s, enum lane lane)
{
    *s = (struct sleeper){ .lane = lane };
    pthread_create(&s->thread, NULL, sleeps, s);
    while (!atomic_load(&s->is_up)) {}
}

static void must_have_woken(struct sleeper *s)
{
    pthread_join(s->thread, NULL);
    assert_true(s->has_job);
    assert_true(s->slept_ms < LONG_MS / 2);
}

static void a_sleeper_wakes_for_a_job_that_is_added(void **state)
{
    (void)state;
    struct sleeper s;
    start(&s, LANE_SOON);
    add(LANE_SOON, 0, 0);
    must_have_woken(&s);
}

static void each_of_many_sleepers_gets_one_of_many_jobs(void **state)
{
    (void)state;
    struct sleeper s[THREADS];
    struct err e = { 0 };
    for (int i = 0; i < THREADS; i++) start(&s[i], LANE_NOW);
    struct db_tx *tx = db_begin(h->db, &e);
    for (int i = 0; i < THREADS; i++) add(LANE_NOW, 0, 0);
    assert_true(db_commit(&tx, &e));
    for (int i = 0; i < THREADS; i++) must_have_woken(&s[i]);
}

static void sleepers_wake_when_what_waits_falls_due(void **state)
{
    (void)state;
    struct sleeper s[THREADS];
    for (int i = 0; i < THREADS; i++) start(&s[i], LANE_BULK);
    utc_ms now = clock_now(&h->clock);
    /* The later ones first: each new one comes before those the keeper knows of. */
    for (int i = THREADS; i-- > 0;) add(LANE_BULK, 0, now + 30 + i * 20);
    for (int i = 0; i < THREADS; i++) must_have_woken(&s[i]);
}

static void a_run_put_off_wakes_a_sleeper_when_its_time_comes(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct arena *a = arena_new();
    struct job j;
    struct sleeper s;
    add(LANE_NOW, 0, 0);
    assert_true(claim(a, LANE_NOW, &j));
    start(&s, LANE_NOW);
    assert_true(queue_later(h->queue, &j, clock_now(&h->clock) + 50, NULL, &e));
    must_have_woken(&s);
    arena_free(a);
}

static void a_busy_store_that_has_room_again_is_looked_at_once_more(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct arena *a = arena_new();
    struct job j;
    int64_t busy = 5;
    add(LANE_NOW, busy, 0);
    struct queue_claim c = {
        .lane = LANE_NOW, .owner = "t", .lease_ms = 1000, .busy_stores = &busy, .busy_count = 1
    };
    assert_false(queue_claim(h->queue, a, &c, &j, &e));
    int64_t before = mono_ms();
    queue_wait(h->queue, LANE_NOW, 30); /* due, but passed over: no reason to look again at once */
    assert_true(mono_ms() - before >= 25);
    queue_store_freed(h->queue);
    queue_wait(h->queue, LANE_NOW, LONG_MS);
    assert_true(mono_ms() - before < LONG_MS / 2);
    c.busy_count = 0;
    assert_true(queue_claim(h->queue, a, &c, &j, &e));
    arena_free(a);
}

static void nobody_wakes_before_the_commit_or_for_what_was_rolled_back(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct arena *a = arena_new();
    struct job j;
    assert_false(claim(a, LANE_NOW, &j));
    struct db_tx *tx = db_begin(h->db, &e);
    add(LANE_NOW, 0, 0);
    db_rollback(tx);
    int64_t before = mono_ms();
    queue_wait(h->queue, LANE_NOW, 30);
    assert_true(mono_ms() - before >= 25);
    arena_free(a);
}

static void stopping_wakes_all_for_good(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct job j;
    assert_false(claim(a, LANE_SWEEP, &j));
    queue_stop(h->queue);
    int64_t before = mono_ms();
    queue_wait(h->queue, LANE_SWEEP, LONG_MS);
    queue_wait(h->queue, LANE_NOW, LONG_MS);
    assert_true(mono_ms() - before < LONG_MS / 2);
    arena_free(a);
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(no_two_threads_claim_the_same_job),
        IN_HOUSE(a_sleeper_wakes_for_a_job_that_is_added),
        IN_HOUSE(each_of_many_sleepers_gets_one_of_many_jobs),
        IN_HOUSE(sleepers_wake_when_what_waits_falls_due),
        IN_HOUSE(a_run_put_off_wakes_a_sleeper_when_its_time_comes),
        IN_HOUSE(a_busy_store_that_has_room_again_is_looked_at_once_more),
        IN_HOUSE(nobody_wakes_before_the_commit_or_for_what_was_rolled_back),
        IN_HOUSE(stopping_wakes_all_for_good),
    };
    return cmocka_run_group_tests_name("wake", tests, NULL, NULL);
}
