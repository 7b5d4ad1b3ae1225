/*
 * work.c: the threads: lanes of workers, one scheduler.
 */
#include "work/work.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "work/run_job.h"

/* Design §16.13. Both count jobs that call a marketplace, within a lane: what waits in a lower one never takes a thread from a
 * higher one, so a store's slow sweep cannot delay its stock. */
#define STORE_THREADS 2     /* no store holds more */
#define MARKETPLACE_SHARE 4 /* no marketplace holds more than a quarter of a lane's */
#define THREADS_MOST 64
#define STACK_SIZE ((size_t)512 << 10)
#define IDLE_POLL_MS 1000
#define TROUBLE_REST_MS 2000 /* while the database refuses */
#define TURN_MS 200          /* of the scheduler */
#define KEEPER_TURNS 25      /* every few seconds */

static const int default_threads[LANE_COUNT] = {
    [LANE_NOW] = 16, [LANE_SOON] = 8, [LANE_BULK] = 4, [LANE_SWEEP] = 8
};

/* A thread's job, so that others know whose store is busy. */
struct seat {
    struct work *work;
    pthread_t thread;
    enum lane lane;
    bool is_taken;
    int64_t store_id;     /* of its job; 0: none, or the job calls no marketplace */
    char marketplace[32]; /* of the store; empty: not known yet */
};

struct store_place {
    int64_t id;
    char marketplace[32];
};

struct work_threads {
    /* Held from looking who is busy to the claim's end, so that two threads of a lane cannot both
     * see one place left; before `lock`. */
    pthread_mutex_t claiming[LANE_COUNT];
    pthread_mutex_t lock;
    pthread_cond_t stopping; /* on the monotonic clock */
    bool is_stopping;
    struct seat seats[LANE_COUNT * THREADS_MOST];
    size_t seat_count;
    struct store_place *stores; /* which store is on which marketplace; the scheduler keeps it */
    size_t store_count;
    pthread_t scheduler;
    bool has_scheduler;
};

static const char *marketplace_of(const struct work_threads *t, int64_t store_id)
{
    for (size_t i = 0; i < t->store_count; i++)
        if (t->stores[i].id == store_id) return t->stores[i].marketplace;
    return "";
}

static int threads_of_lane(const struct work *w, enum lane lane)
{
    int wanted = w->options.lane_threads[lane];
    if (!wanted) wanted = default_threads[lane];
    return wanted < THREADS_MOST ? wanted : THREADS_MOST;
}

/* Whether a further thread of the lane would be one too many for the store or its marketplace. */
static bool is_full(const struct work *w, enum lane lane, int64_t store_id, const char *marketplace)
{
    const struct work_threads *t = w->threads;
    int of_store = 0, of_marketplace = 0, share = threads_of_lane(w, lane) / MARKETPLACE_SHARE;
    for (size_t i = 0; i < t->seat_count; i++) {
        const struct seat *s = &t->seats[i];
        if (s->lane != lane || !s->store_id) continue;
        of_store += s->store_id == store_id;
        of_marketplace += strcmp(s->marketplace, marketplace) == 0;
    }
    return of_store >= STORE_THREADS || of_marketplace >= (share ? share : 1);
}

static int by_id(const void *left, const void *right)
{
    int64_t x = *(const int64_t *)left, y = *(const int64_t *)right;
    return (x > y) - (x < y);
}

/* Stores that may have no further thread of the lane now, sorted. A store that was just connected
 * counts by its seats until the scheduler knows it. Under the lock. */
static size_t busy_stores(const struct work *w, enum lane lane, struct arena *arena, int64_t **out)
{
    const struct work_threads *t = w->threads;
    int64_t *busy = ARENA_ARRAY(arena, int64_t, t->store_count + t->seat_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < t->store_count; i++)
        if (is_full(w, lane, t->stores[i].id, t->stores[i].marketplace))
            busy[count++] = t->stores[i].id;
    for (size_t i = 0; i < t->seat_count; i++) {
        const struct seat *s = &t->seats[i];
        if (s->store_id && s->lane == lane && !*s->marketplace &&
            is_full(w, lane, s->store_id, s->marketplace))
            busy[count++] = s->store_id;
    }
    qsort(busy, count, sizeof(*busy), by_id);
    *out = busy;
    return count;
}

void work_know_stores(struct work *w, const struct store *stores, size_t count)
{
    struct store_place *places = calloc(count ? count : 1, sizeof(*places));
    if (!places) abort();
    for (size_t i = 0; i < count; i++) {
        places[i].id = stores[i].id;
        str_fill(places[i].marketplace, sizeof(places[i].marketplace), stores[i].marketplace);
    }
    pthread_mutex_lock(&w->threads->lock);
    free(w->threads->stores);
    w->threads->stores = places;
    w->threads->store_count = count;
    pthread_mutex_unlock(&w->threads->lock);
}

static bool is_stopping(struct work *w)
{
    pthread_mutex_lock(&w->threads->lock);
    bool yes = w->threads->is_stopping;
    pthread_mutex_unlock(&w->threads->lock);
    return yes;
}

static void sit_down(struct work *w, struct seat *mine, bool is_taken, int64_t store_id)
{
    pthread_mutex_lock(&w->threads->lock);
    mine->is_taken = is_taken;
    mine->store_id = store_id;
    str_fill(mine->marketplace, sizeof(mine->marketplace),
             str_from(marketplace_of(w->threads, store_id)));
    pthread_mutex_unlock(&w->threads->lock);
}

static bool take_seat(struct work *w, struct seat *mine, struct arena *arena, struct job *job,
                      struct err *e)
{
    struct work_threads *t = w->threads;
    struct queue_claim claim = { .lane = mine->lane,
                                 .owner = w->options.owner,
                                 .lease_ms = LEASE_LASTS,
                                 .local_kinds = run_local_kinds };
    int64_t *busy;
    pthread_mutex_lock(&t->claiming[mine->lane]);
    pthread_mutex_lock(&t->lock);
    bool may = !t->is_stopping;
    claim.busy_count = busy_stores(w, mine->lane, arena, &busy);
    claim.busy_stores = busy;
    pthread_mutex_unlock(&t->lock);
    bool is_ours = may && queue_claim(w->service->queue, arena, &claim, job, e);
    if (is_ours) sit_down(w, mine, true, run_is_local(job->kind) ? 0 : job->store_id);
    pthread_mutex_unlock(&t->claiming[mine->lane]);
    return is_ours;
}

/* With the claim's lock, so that a claim which saw the store busy is over before it is told that the
 * store has room again. */
static void leave_seat(struct work *w, struct seat *mine)
{
    pthread_mutex_t *claiming = &w->threads->claiming[mine->lane];
    pthread_mutex_lock(claiming);
    sit_down(w, mine, false, 0);
    pthread_mutex_unlock(claiming);
    queue_store_freed(w->service->queue);
}

/* Sleeps, unless work ends meanwhile. */
static void rest(struct work *w, int ms)
{
    struct work_threads *t = w->threads;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&t->lock);
    while (!t->is_stopping && pthread_cond_timedwait(&t->stopping, &t->lock, &until) == 0) {}
    pthread_mutex_unlock(&t->lock);
}

static void *lane_thread(void *argument)
{
    struct seat *mine = argument;
    struct work *w = mine->work;
    struct arena *arena = arena_new();
    while (!is_stopping(w)) {
        struct job job = { 0 };
        struct err e = { 0 };
        if (take_seat(w, mine, arena, &job, &e)) {
            run_job(w, arena, &job);
            leave_seat(w, mine);
        } else if (e.kind == ERR_NOT_FOUND || e.kind == ERR_NONE) {
            queue_wait(w->service->queue, mine->lane, IDLE_POLL_MS);
        } else {
            log_warning_err("no job could be claimed; tried again soon", &e,
                            LOG_CSTR("lane", lane_name(mine->lane)));
            rest(w, TROUBLE_REST_MS);
        }
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static void *scheduler_thread(void *argument)
{
    struct work *w = argument;
    struct arena *arena = arena_new();
    for (int turn = 0; !is_stopping(w); turn++) {
        bool is_done = schedule_turn(w, arena);
        if (turn % KEEPER_TURNS == 0) keeper_turn(w);
        arena_reset(arena);
        rest(w, is_done ? TURN_MS : TROUBLE_REST_MS);
    }
    keeper_turn(w);
    arena_free(arena);
    return NULL;
}

static bool start_thread(pthread_t *thread, void *(*run)(void *), void *argument, struct err *e)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    int failed = pthread_create(thread, &attributes, run, argument);
    pthread_attr_destroy(&attributes);
    if (failed)
        return err_set(
            e, ERR_UNAVAILABLE, "work.threads",
            "no further thread could be started: raise the limit of processes (ulimit -u)");
    return true;
}

static bool start_threads(struct work *w, struct err *e)
{
    struct work_threads *t = w->threads;
    for (enum lane lane = 0; lane < LANE_COUNT; lane++) {
        for (int i = 0; i < threads_of_lane(w, lane); i++) {
            struct seat *s = &t->seats[t->seat_count];
            *s = (struct seat){ .work = w, .lane = lane };
            if (!start_thread(&s->thread, lane_thread, s, e)) return false;
            pthread_mutex_lock(&t->lock);
            t->seat_count++;
            pthread_mutex_unlock(&t->lock);
        }
    }
    return t->has_scheduler = start_thread(&t->scheduler, scheduler_thread, w, e);
}

static struct work_threads *threads_new(void)
{
    struct work_threads *t = calloc(1, sizeof(*t));
    if (!t) abort();
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&t->stopping, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&t->lock, NULL);
    for (int lane = 0; lane < LANE_COUNT; lane++) pthread_mutex_init(&t->claiming[lane], NULL);
    return t;
}

static void threads_free(struct work_threads *t)
{
    for (int lane = 0; lane < LANE_COUNT; lane++) pthread_mutex_destroy(&t->claiming[lane]);
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->stopping);
    free(t->stores);
    free(t);
}

/* While nobody answered, a marketplace may have switched our webhook off: it is looked at now, not at
 * the next hour. */
static bool look_after_hooks(struct work *w, const struct store *stores, size_t count,
                             struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        struct actor system = actor_system(stores[i].company_id);
        struct err why = { 0 };
        if (schedule_repo_run_now(w->service->db, &system, stores[i].id, "hooks",
                                  clock_now(w->service->clock), &why) ||
            why.kind == ERR_NOT_FOUND)
            continue;
        *e = why;
        return false;
    }
    return true;
}

/* Before any thread claims: which store is on which marketplace, and what the last run left. */
static bool prepare(struct work *w, struct err *e)
{
    AUTO(arena) arena = arena_new();
    struct store *stores;
    size_t count;
    int64_t taken_back = 0;
    if (!store_repo_all(w->service->db, arena, &stores, &count, e)) return false;
    work_know_stores(w, stores, count);
    if (!queue_take_back(w->service->queue, w->options.is_only_process, &taken_back, e))
        return false;
    if (taken_back) log_info("jobs of the last run go on", LOG_INT("jobs", taken_back));
    return look_after_hooks(w, stores, count, e);
}

struct work *work_start(const struct work_options *o, struct err *e)
{
    struct work *w = calloc(1, sizeof(*w));
    if (!w) abort();
    *w = (struct work){ .options = *o,
                        .service = o->service,
                        .breakers = breakers_new(),
                        .push_sizes = push_sizes_new(),
                        .cancel = http_cancel_new(),
                        .threads = threads_new() };
    if (prepare(w, e) && start_threads(w, e)) return w;
    work_stop(w, 0);
    return NULL;
}

static void wait_for_seats(struct work_threads *t, int wait_ms)
{
    int64_t until = mono_ms() + wait_ms;
    bool is_busy = true;
    while (is_busy && mono_ms() < until) {
        is_busy = false;
        pthread_mutex_lock(&t->lock);
        for (size_t i = 0; i < t->seat_count; i++) is_busy |= t->seats[i].is_taken;
        pthread_mutex_unlock(&t->lock);
        struct timespec nap = { .tv_nsec = 5 * 1000 * 1000 };
        if (is_busy) nanosleep(&nap, NULL);
    }
}

void work_stop(struct work *w, int wait_ms)
{
    struct work_threads *t = w->threads;
    pthread_mutex_lock(&t->lock);
    t->is_stopping = true;
    pthread_cond_broadcast(&t->stopping);
    pthread_mutex_unlock(&t->lock);
    queue_stop(w->service->queue);
    wait_for_seats(t, wait_ms);
    http_cancel_now(w->cancel);
    for (size_t i = 0; i < t->seat_count; i++) pthread_join(t->seats[i].thread, NULL);
    if (t->has_scheduler) pthread_join(t->scheduler, NULL);
    http_cancel_free(w->cancel);
    breakers_free(w->breakers);
    push_sizes_free(w->push_sizes);
    threads_free(t);
    free(w);
}
