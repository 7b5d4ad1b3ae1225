/*
 * The threads: lanes that share themselves out among stores, a scheduler, and an end that loses
 * nothing. In real time, so every wait is for a condition and has a bound.
 */
#include <pthread.h>
#include <time.h>

#include "net/http_server.h"
#include "service/order.h"
#include "work/market.h"

#define BOUND_MS 30000

static void nap(int ms)
{
    struct timespec t = { .tv_nsec = ms * 1000000L };
    nanosleep(&t, NULL);
}

static struct work *start(struct market *m)
{
    struct err e = { 0 };
    struct work_options o = m->work.options;
    o.is_only_process = true;
    struct work *w = work_start(&o, &e);
    market_must(w, &e);
    return w;
}

/* --- a slow marketplace of our own, which counts who calls at once --- */

struct slow {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int inside, inside_of[HOUSE_STORES];
    int most, most_of[HOUSE_STORES];
    int served;
    bool hangs; /* calls stay until it is cleared */
};

static void serve_slowly(struct http_exchange *x)
{
    struct slow *s = x->context;
    size_t store = str_has(x->path, STR("100201")) ? 1 : 0;
    pthread_mutex_lock(&s->lock);
    if (++s->inside > s->most) s->most = s->inside;
    if (++s->inside_of[store] > s->most_of[store]) s->most_of[store] = s->inside_of[store];
    pthread_cond_broadcast(&s->changed);
    while (s->hangs) pthread_cond_wait(&s->changed, &s->lock);
    pthread_mutex_unlock(&s->lock);
    nap(20);
    pthread_mutex_lock(&s->lock);
    s->inside--;
    s->inside_of[store]--;
    s->served++;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    http_reply(x, 200, "application/json", STR("{\"supplierAddresses\":[]}"));
}

static const struct http_route slow_routes[] = {
    { .method = "GET", .pattern = "/{rest*}", .handle = serve_slowly },
    { 0 },
};

/* Both stores call it from now on. */
static struct http_server *slow_start(struct slow *s, struct market *m)
{
    static const struct http_route *const tables[] = { slow_routes, NULL };
    static const struct sql_text move = {
        .both = "UPDATE {p}marketplace SET base_url = 'http://127.0.0.1:' || ?",
    };
    static const struct sql_text no_schedules = {
        .both = "DELETE FROM {p}mp_schedule WHERE store_id >= ?",
    };
    struct err e = { 0 };
    *s = (struct slow){ .hangs = false };
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    struct http_server *server = http_server_start(
        &(struct http_server_options){ .listen = "127.0.0.1:0", .tables = tables, .context = s },
        &e);
    market_must(server, &e);
    house_run(m->house, &move, http_server_port(server));
    house_run(m->house, &no_schedules, 0);
    return server;
}

static void slow_stop(struct slow *s, struct http_server *server)
{
    http_server_stop(server, 1000);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
}

/* Until so many calls are inside at once. */
static void wait_inside(struct slow *s, int count)
{
    struct timespec until;
    int failed = 0;
    pthread_mutex_lock(&s->lock);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += BOUND_MS / 1000;
    while (s->inside < count && !failed)
        failed = pthread_cond_timedwait(&s->changed, &s->lock, &until);
    int inside = s->inside;
    pthread_mutex_unlock(&s->lock);
    if (inside < count) fail_msg("%d of %d calls came in", inside, count);
}

static void let_go(struct slow *s)
{
    pthread_mutex_lock(&s->lock);
    s->hangs = false;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void add_checks(struct market *m, int count, enum lane lane)
{
    struct err e = { 0 };
    for (int i = 0; i < count; i++) {
        for (size_t store = 0; store < HOUSE_STORES; store++) {
            struct job_request request = { .company_id = m->house->company,
                                           .store_id = m->house->stores[store],
                                           .kind = JOB_CHECK_STORE,
                                           .lane = lane };
            market_must(queue_add(m->house->queue, &request, NULL, &e), &e);
        }
    }
}

static int64_t jobs_in(struct market *m, const char *state)
{
    static const struct sql_text sql = {
        .both = "SELECT COUNT(*) FROM {p}mp_job WHERE state = ? AND kind = 'check_store'",
    };
    struct db_rows rows;
    struct err e = { 0 };
    market_must(db_query(m->house->db, m->arena, &sql, &rows, &e, db_cstr(state)), &e);
    return db_cell_i64(&rows, 0, 0);
}

static void wait_for_jobs(struct market *m, const char *state, int64_t count)
{
    int64_t until = mono_ms() + BOUND_MS;
    while (jobs_in(m, state) < count && mono_ms() < until) nap(10);
    assert_int_equal(jobs_in(m, state), count);
}

static const struct cap_case {
    const char *name;
    enum lane lane;
    int of_store, of_all; /* of the lane's threads at once; both are reached */
} cap_cases[] = {
    { "of sixteen now-threads a store holds two, a marketplace four", LANE_NOW, 2, 4 },
    { "of eight soon-threads a marketplace holds two", LANE_SOON, 2, 2 },
    { "of four bulk-threads a marketplace holds one", LANE_BULK, 1, 1 },
};

static void a_lane_is_shared_out(void **state)
{
    const struct cap_case *c = *state;
    AUTO(market) m = market_open_at(0);
    struct slow slow;
    struct http_server *server = slow_start(&slow, m);
    slow.hangs = true;
    add_checks(m, 12, c->lane);
    struct work *w = start(m);
    wait_inside(&slow, c->of_all); /* so that it is reached on a busy machine too */
    let_go(&slow);
    wait_for_jobs(m, "done", 12 * HOUSE_STORES);
    work_stop(w, 5000);
    assert_int_equal(slow.served, 12 * HOUSE_STORES);
    assert_int_equal(slow.most, c->of_all);
    for (size_t i = 0; i < HOUSE_STORES; i++) assert_in_range(slow.most_of[i], 1, c->of_store);
    slow_stop(&slow, server);
}

static void a_lower_lane_takes_no_thread_from_a_higher_one(void **state)
{
    AUTO(market) m = market_open_at(0);
    struct slow slow;
    struct http_server *server = slow_start(&slow, m);
    (void)state;
    slow.hangs = true;
    add_checks(m, 6, LANE_SWEEP);
    struct work *w = start(m);
    wait_inside(&slow, 2);
    add_checks(m, 1, LANE_NOW); /* they come in while the sweep hangs */
    wait_inside(&slow, 4);
    let_go(&slow);
    wait_for_jobs(m, "done", 7 * HOUSE_STORES);
    work_stop(w, 5000);
    slow_stop(&slow, server);
}

/* A marketplace that hangs has all the threads it may have; what it told before is understood. */
static void what_was_received_does_not_wait_for_a_slow_marketplace(void **state)
{
    AUTO(market) m = market_open_at(0);
    struct slow slow;
    struct err e = { 0 };
    struct job job = { 0 };
    struct http_server *server = slow_start(&slow, m);
    (void)state;
    slow.hangs = true;
    add_checks(m, 40, LANE_NOW);
    struct work *w = start(m);
    wait_inside(&slow, 4);
    size_t news = 0;
    struct raw_order raw = { .dedupe_key = STR("a"), .payload = STR("<html>not an order</html>") };
    market_must(order_receive(&m->house->service, &m->house->system, m->house->stores[0], "webhook",
                              &raw, 1, &news, &e),
                &e);
    int64_t until = mono_ms() + BOUND_MS;
    while (job.state != JOB_DONE && mono_ms() < until) {
        assert_true(market_job(m, 0, JOB_INTAKE, &job));
        nap(10);
    }
    assert_int_equal(job.state, JOB_DONE);
    assert_int_equal(jobs_in(m, "done"), 0);
    let_go(&slow);
    work_stop(w, 5000);
    slow_stop(&slow, server);
}

/* --- ending --- */

static void an_end_cancels_what_hangs_and_its_job_goes_on_later(void **state)
{
    AUTO(market) m = market_open_at(0);
    struct slow slow;
    struct http_server *server = slow_start(&slow, m);
    (void)state;
    slow.hangs = true;
    add_checks(m, 1, LANE_NOW);
    struct work *w = start(m);
    wait_inside(&slow, HOUSE_STORES);
    int64_t before = mono_ms();
    work_stop(w, 50);
    assert_in_range(mono_ms() - before, 0, 10000); /* not the call's thirty seconds */
    assert_int_equal(jobs_in(m, "waiting"), HOUSE_STORES);
    let_go(&slow);

    queue_free(m->house->queue); /* the next start */
    m->house->queue = queue_new(m->house->db, &m->house->clock);
    m->house->service.queue = m->house->queue;
    w = start(m);
    wait_for_jobs(m, "done", HOUSE_STORES);
    work_stop(w, 5000);
    slow_stop(&slow, server);
}

static void an_end_waits_for_what_runs(void **state)
{
    AUTO(market) m = market_open_at(0);
    struct slow slow;
    struct http_server *server = slow_start(&slow, m);
    (void)state;
    slow.hangs = true;
    add_checks(m, 1, LANE_NOW);
    struct work *w = start(m);
    wait_inside(&slow, 1);
    let_go(&slow);
    work_stop(w, BOUND_MS);
    assert_true(jobs_in(m, "done") >= 1);
    assert_int_equal(jobs_in(m, "running"), 0);
    slow_stop(&slow, server);
}

static void jobs_that_a_dead_process_left_are_taken_up_at_the_start(void **state)
{
    AUTO(market) m = market_open_at(0);
    struct slow slow;
    struct http_server *server = slow_start(&slow, m);
    struct job job;
    (void)state;
    add_checks(m, 1, LANE_NOW);
    assert_true(market_claim(m, &job));
    assert_int_equal(jobs_in(m, "running"), 1);
    struct work *w = start(m);
    wait_for_jobs(m, "done", HOUSE_STORES);
    work_stop(w, 5000);
    slow_stop(&slow, server);
}

/* --- the whole way, by itself --- */

static bool shows_everywhere(struct market *m, size_t variant, int64_t quantity)
{
    for (size_t i = 0; i < HOUSE_STORES; i++)
        if (market_shows(m, i, house_remote(m->house, variant), "quantity") != quantity)
            return false;
    return true;
}

static void an_order_at_one_store_is_told_to_the_other(void **state)
{
    AUTO(market) m = market_open_at(0);
    (void)state;
    market_post(m, "settings", "{\"batch_delay_min_ms\":0,\"batch_delay_max_ms\":0}");
    for (size_t i = 0; i < HOUSE_STORES; i++) market_want_all(m, i);
    for (size_t i = 0; i < HOUSE_VARIANTS; i++) market_order(m, i % HOUSE_STORES, i);
    struct work *w = start(m); /* the schedules are due, so it pulls */
    int64_t until = mono_ms() + BOUND_MS;
    for (size_t i = 0; i < HOUSE_VARIANTS; i++)
        while (!shows_everywhere(m, i, HOUSE_STOCK - 1) && mono_ms() < until) nap(20);
    for (size_t i = 0; i < HOUSE_VARIANTS; i++)
        assert_true(shows_everywhere(m, i, HOUSE_STOCK - 1));
    work_stop(w, 5000);
    for (size_t i = 0; i < HOUSE_VARIANTS; i++)
        assert_int_equal(house_available(m->house, m->house->variants[i]), HOUSE_STOCK - 1);
    assert_int_equal(market_violations(m), 0);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, a_lane_is_shared_out, cap_cases);
    SUITE_TEST(&s, what_was_received_does_not_wait_for_a_slow_marketplace);
    SUITE_TEST(&s, a_lower_lane_takes_no_thread_from_a_higher_one);
    SUITE_TEST(&s, an_end_cancels_what_hangs_and_its_job_goes_on_later);
    SUITE_TEST(&s, an_end_waits_for_what_runs);
    SUITE_TEST(&s, jobs_that_a_dead_process_left_are_taken_up_at_the_start);
    SUITE_TEST(&s, an_order_at_one_store_is_told_to_the_other);
    return suite_run(&s, "threads");
}
