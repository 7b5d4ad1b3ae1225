/*
 * lane.h: inside queue only: who sleeps on a lane, and until when.
 *
 * Shape    one sleeper of a lane is its keeper and wakes when the next waiting row falls due; the
 *          others follow the bell. An empty claim is remembered (its time, and how often the lane
 *          had been woken before it looked), so that nobody looks again before something changed.
 * Threads  any; lane_query_next() is called without the lock.
 */
#ifndef QUEUE_LANE_H
#define QUEUE_LANE_H

#include <pthread.h>

#include "db/db.h"
#include "queue/queue.h"

/* Claims of one lane under way at once in this process. */
#define LANE_CLAIMS 256

struct lane_room {
    struct queue *queue;
    enum lane lane;
    pthread_mutex_t lock;
    pthread_cond_t bell, tick; /* followers; the keeper */
    uint64_t wakes;            /* times the lane was woken */
    uint64_t idle_wakes;       /* of them, before the newest empty claim looked */
    utc_ms idle_at;            /* when it looked: rows due by then were seen and passed over */
    bool has_passed;           /* an empty claim passed over busy stores */
    bool is_next_known;
    utc_ms next_at; /* the first row due after idle_at; 0: none */
    bool has_keeper, is_stopped;
    int followers, rung;

    pthread_mutex_t claim_lock;
    int64_t claiming[LANE_CLAIMS];
    size_t claiming_count;
};

struct queue {
    struct db *db;
    const struct clock *clock;
    struct lane_room rooms[LANE_COUNT];
};

/* After a row was made or became due: somebody looks. */
void lane_wake(struct lane_room *r);
/* After a row got a time that is still to come: the keeper reckons anew. */
void lane_reckon(struct lane_room *r);

uint64_t lane_wakes(struct lane_room *r);
/* A claim that began at `wakes` found nothing due at `at`. */
void lane_idle(struct lane_room *r, uint64_t wakes, utc_ms at, bool has_passed);

/* db_queue.c: when the first waiting row after `after` falls due; 0: none, or unknown. */
utc_ms lane_query_next(struct queue *q, enum lane lane, utc_ms after);

#endif
