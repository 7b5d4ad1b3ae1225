#include <stdlib.h>
#include <time.h>

#include "queue/lane.h"

static void cond_open(pthread_cond_t *c)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(c, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

struct queue *queue_new(struct db *db, const struct clock *clock)
{
    struct queue *q = calloc(1, sizeof *q);
    if (!q) abort();
    q->db = db;
    q->clock = clock;
    for (int i = 0; i < LANE_COUNT; i++) {
        struct lane_room *r = &q->rooms[i];
        r->queue = q;
        r->lane = (enum lane)i;
        pthread_mutex_init(&r->lock, NULL);
        pthread_mutex_init(&r->claim_lock, NULL);
        cond_open(&r->bell);
        cond_open(&r->tick);
    }
    return q;
}

void queue_free(struct queue *q)
{
    if (!q) return;
    for (int i = 0; i < LANE_COUNT; i++) {
        struct lane_room *r = &q->rooms[i];
        pthread_cond_destroy(&r->bell);
        pthread_cond_destroy(&r->tick);
        pthread_mutex_destroy(&r->lock);
        pthread_mutex_destroy(&r->claim_lock);
    }
    free(q);
}

void lane_wake(struct lane_room *r)
{
    pthread_mutex_lock(&r->lock);
    r->wakes++;
    r->is_next_known = false;
    if (r->rung < r->followers) {
        r->rung++;
        pthread_cond_signal(&r->bell);
    } else {
        pthread_cond_signal(&r->tick);
    }
    pthread_mutex_unlock(&r->lock);
}

void lane_reckon(struct lane_room *r)
{
    pthread_mutex_lock(&r->lock);
    r->is_next_known = false;
    pthread_cond_signal(&r->tick);
    pthread_mutex_unlock(&r->lock);
}

void queue_store_freed(struct queue *q)
{
    for (int i = 0; i < LANE_COUNT; i++) {
        struct lane_room *r = &q->rooms[i];
        pthread_mutex_lock(&r->lock);
        bool has_passed = r->has_passed;
        r->has_passed = false;
        pthread_mutex_unlock(&r->lock);
        if (has_passed) lane_wake(r);
    }
}

uint64_t lane_wakes(struct lane_room *r)
{
    pthread_mutex_lock(&r->lock);
    uint64_t wakes = r->wakes;
    pthread_mutex_unlock(&r->lock);
    return wakes;
}

void lane_idle(struct lane_room *r, uint64_t wakes, utc_ms at, bool has_passed)
{
    pthread_mutex_lock(&r->lock);
    if (wakes >= r->idle_wakes) {
        r->idle_wakes = wakes;
        r->idle_at = at;
        if (r->next_at && r->next_at <= at) r->is_next_known = false;
    }
    r->has_passed = r->has_passed || has_passed;
    pthread_mutex_unlock(&r->lock);
}

/* Sleeps to `at_mono` (as of mono_ms()) at the latest, on a held lock. */
static void sleep_on(pthread_cond_t *c, pthread_mutex_t *lock, int64_t at_mono)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    int64_t ms = at_mono - mono_ms();
    if (ms < 0) ms = 0;
    at.tv_sec += ms / 1000;
    at.tv_nsec += ms % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(c, lock, &at);
}

static bool has_news(const struct lane_room *r)
{
    return r->is_stopped || r->wakes > r->idle_wakes;
}

/* The next due time, asked of the database when it is not known. The lock is let go meanwhile. */
static utc_ms reckon_next(struct lane_room *r)
{
    while (!r->is_next_known && !has_news(r)) {
        utc_ms after = r->idle_at;
        r->is_next_known = true; /* unless somebody says otherwise while we ask */
        pthread_mutex_unlock(&r->lock);
        utc_ms next = lane_query_next(r->queue, r->lane, after);
        pthread_mutex_lock(&r->lock);
        r->next_at = next;
    }
    return r->next_at;
}

static void keep(struct lane_room *r, int64_t until_mono)
{
    r->has_keeper = true;
    while (!has_news(r) && mono_ms() < until_mono) {
        utc_ms next = reckon_next(r);
        if (has_news(r)) break;
        utc_ms now = clock_now(r->queue->clock);
        if (next && next <= now) break;
        int64_t at = until_mono;
        if (next && next - now < at - mono_ms()) at = mono_ms() + (next - now);
        sleep_on(&r->tick, &r->lock, at);
    }
    r->has_keeper = false;
    /* A follower takes over, with a time of its own to wake at. */
    if (r->followers > 0) pthread_cond_signal(&r->bell);
}

/* True: somebody has to keep, and it may be this one. */
static bool follow(struct lane_room *r, int64_t until_mono)
{
    r->followers++;
    while (!r->is_stopped && !r->rung && r->has_keeper && mono_ms() < until_mono)
        sleep_on(&r->bell, &r->lock, until_mono);
    r->followers--;
    bool is_rung = r->rung > 0;
    if (is_rung) r->rung--;
    if (r->rung > r->followers) r->rung = r->followers;
    bool may_keep = !is_rung && !r->is_stopped && !r->has_keeper && mono_ms() < until_mono;
    if (is_rung && !r->has_keeper && r->followers > 0) pthread_cond_signal(&r->bell);
    return may_keep;
}

void queue_wait(struct queue *q, enum lane lane, int max_ms)
{
    struct lane_room *r = &q->rooms[lane];
    int64_t until = mono_ms() + max_ms;
    pthread_mutex_lock(&r->lock);
    while (!has_news(r) && mono_ms() < until) {
        if (r->has_keeper) {
            if (!follow(r, until)) break;
        } else {
            keep(r, until);
            break;
        }
    }
    pthread_mutex_unlock(&r->lock);
}

void queue_stop(struct queue *q)
{
    for (int i = 0; i < LANE_COUNT; i++) {
        struct lane_room *r = &q->rooms[i];
        pthread_mutex_lock(&r->lock);
        r->is_stopped = true;
        pthread_cond_broadcast(&r->bell);
        pthread_cond_broadcast(&r->tick);
        pthread_mutex_unlock(&r->lock);
    }
}
