/*
 * work.c: the threads: lanes of workers, one scheduler.
 */
#include "work/work.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "work/run_job.h"

#define STORE_THREADS 2     /* no store holds more (design §16.13) */
#define MARKETPLACE_SHARE 4 /* no marketplace holds more than a quarter of a lane's */
#define THREADS_MOST 64
#define STACK_SIZE ((size_t)512 << 10)
#define IDLE_POLL_MS 1000

static const int default_threads[LANE_COUNT] = {
    [LANE_NOW] = 16, [LANE_SOON] = 8, [LANE_BULK] = 4, [LANE_SWEEP] = 8
};

/* A thread's job, so that others know whose store is busy. */
struct seat {
    struct work *work;
    pthread_t thread;
    enum lane lane;
    int64_t store_id; /* 0: idle, or a job of no store */
};

struct store_place {
    int64_t id;
    char marketplace[32];
};

struct work_threads {
    pthread_mutex_t lock;
    pthread_cond_t stopping;
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

/* How many threads of the lane work for the store, and for its marketplace. */
static void count_held(const struct work_threads *t, enum lane lane, int64_t store_id,
                       const char *marketplace, int *of_store, int *of_marketplace)
{
    *of_store = *of_marketplace = 0;
    for (size_t i = 0; i < t->seat_count; i++) {
        const struct seat *s = &t->seats[i];
        if (s->lane != lane || !s->store_id) continue;
        *of_store += s->store_id == store_id;
        *of_marketplace += strcmp(marketplace_of(t, s->store_id), marketplace) == 0;
    }
}

/* Stores that may have no further thread of the lane now, sorted. Under the lock. */
static size_t busy_stores(const struct work *w, enum lane lane, int64_t *out)
{
    const struct work_threads *t = w->threads;
    int share = threads_of_lane(w, lane) / MARKETPLACE_SHARE;
    size_t count = 0;
    for (size_t i = 0; i < t->store_count; i++) {
        int of_store, of_marketplace;
        count_held(t, lane, t->stores[i].id, t->stores[i].marketplace, &of_store, &of_marketplace);
        if (of_store >= STORE_THREADS || of_marketplace >= (share ? share : 1))
            out[count++] = t->stores[i].id;
    }
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

static bool take_seat(struct work *w, struct seat *mine, struct arena *arena, struct job *job,
                      struct err *e)
{
    struct work_threads *t = w->threads;
    /* The claim stands under the lock, so that two threads cannot both see one place left. */
    pthread_mutex_lock(&t->lock);
    int64_t *busy = ARENA_ARRAY(arena, int64_t, t->store_count + 1);
    struct queue_claim claim = { .lane = mine->lane,
                                 .owner = w->options.owner,
                                 .lease_ms = LEASE_LASTS,
                                 .busy_stores = busy,
                                 .busy_count = busy_stores(w, mine->lane, busy) };
    bool is_ours = !t->is_stopping && queue_claim(w->service->queue, arena, &claim, job, e);
    if (is_ours) mine->store_id = job->store_id;
    pthread_mutex_unlock(&t->lock);
    return is_ours;
}

static void leave_seat(struct work *w, struct seat *mine)
{
    pthread_mutex_lock(&w->threads->lock);
    bool was_full = mine->store_id != 0;
    mine->store_id = 0;
    pthread_mutex_unlock(&w->threads->lock);
    if (was_full) queue_wake(w->service->queue, mine->lane); /* its store may be taken up again */
}

static bool is_stopping(struct work *w)
{
    pthread_mutex_lock(&w->threads->lock);
    bool yes = w->threads->is_stopping;
    pthread_mutex_unlock(&w->threads->lock);
    return yes;
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
        } else {
            if (e.kind != ERR_NOT_FOUND && e.kind != ERR_NONE)
                log_warning_err("no job could be claimed", &e,
                                LOG_CSTR("lane", lane_name(mine->lane)));
            queue_wait(w->service->queue, mine->lane, IDLE_POLL_MS);
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
        schedule_turn(w, arena);
        if (turn % 50 == 0) keeper_turn(w, arena);
        arena_reset(arena);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 200 * 1000 * 1000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_mutex_lock(&w->threads->lock);
        if (!w->threads->is_stopping)
            pthread_cond_timedwait(&w->threads->stopping, &w->threads->lock, &until);
        pthread_mutex_unlock(&w->threads->lock);
    }
    keeper_turn(w, arena);
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

struct work *work_start(const struct work_options *o, struct err *e)
{
    struct work *w = calloc(1, sizeof(*w));
    struct work_threads *t = calloc(1, sizeof(*t));
    if (!w || !t) abort();
    *w = (struct work){ .options = *o,
                        .service = o->service,
                        .breakers = breakers_new(),
                        .push_sizes = push_sizes_new(),
                        .cancel = http_cancel_new(),
                        .threads = t };
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->stopping, NULL);
    int64_t taken_back = 0;
    if (!queue_take_back(o->service->queue, o->is_only_process, &taken_back, e) ||
        !start_threads(w, e)) {
        work_stop(w, 0);
        return NULL;
    }
    if (taken_back) log_info("jobs of the last run go on", LOG_INT("jobs", taken_back));
    return w;
}

static void wait_for_seats(struct work_threads *t, int wait_ms)
{
    int64_t until = mono_ms() + wait_ms;
    bool is_busy = true;
    while (is_busy && mono_ms() < until) {
        is_busy = false;
        pthread_mutex_lock(&t->lock);
        for (size_t i = 0; i < t->seat_count; i++) is_busy |= t->seats[i].store_id != 0;
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
    pthread_cond_destroy(&t->stopping);
    pthread_mutex_destroy(&t->lock);
    free(t->stores);
    free(t);
    free(w);
}
