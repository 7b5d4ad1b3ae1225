/*
 * queue.h: work to be done: job rows in the database, and who wakes up for them.
 *
 * Shape    a job is written in the transaction of the fact that needs it, with a key of which one
 *          may be open. Waking is only sooner, never needed: polling finds every due row.
 * Threads  any.
 * Source   docs/architecture.md, rules 10 to 13.
 */
#ifndef QUEUE_QUEUE_H
#define QUEUE_QUEUE_H

#include "base/err.h"

struct db;

enum lane { LANE_NOW, LANE_SOON, LANE_BULK, LANE_SWEEP, LANE_COUNT };
const char *lane_name(enum lane l); /* "now" */
bool lane_from(str name, enum lane *out);

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_DEAD, JOB_STATE_COUNT };
const char *job_state_name(enum job_state s);
bool job_state_from(str name, enum job_state *out);

struct job_request {
    int64_t company_id, store_id; /* store_id 0: of no store */
    const char *kind;             /* "push_offers" */
    enum lane lane;
    str key;       /* empty: not single */
    str payload;   /* JSON object; empty: {} */
    utc_ms run_at; /* 0: now */
};

struct job {
    int64_t id, company_id, store_id;
    str kind, payload;
    enum lane lane;
    enum job_state state;
    int tries; /* runs so far, this one included */
    utc_ms run_at, lease_until, created_at, started_at, ended_at;
    enum err_kind error_kind;
    str error_code, error_message, result;
    str owner;
};

struct queue;
struct queue *queue_new(struct db *db, const struct clock *clock);
void queue_free(struct queue *q);
AUTO_CLOSE(queue, queue_free)

/* Adds a job in the caller's transaction, or in its own. When one with this key is open, it takes the
 * newest payload, and: a waiting one is pulled forward to run_at, unless it waits out an error
 * (queue_retry() is for a person who knows better); a running one runs once more afterwards; a dead
 * one lives again. Wakes the lane after the commit. id may be NULL; else the open job's. */
bool queue_add(struct queue *q, const struct job_request *r, int64_t *id, struct err *e);

/* Claims the next due job of a lane under a lease: conditional update, so any number of workers may
 * ask. Stores in `busy_stores` (ids, sorted) are passed over, but for jobs of `local_kinds`, which ask
 * no marketplace and need not wait for one. False with ERR_NOT_FOUND: none due. */
struct queue_claim {
    enum lane lane;
    const char *owner;
    utc_ms lease_ms;
    const int64_t *busy_stores;
    size_t busy_count;
    const char *const *local_kinds; /* ends with NULL; NULL: none */
};
bool queue_claim(struct queue *q, struct arena *a, const struct queue_claim *c, struct job *out,
                 struct err *e);
/* Longer lease; ERR_CONFLICT when it is no longer ours: results must not be written. */
bool queue_renew(struct queue *q, const struct job *j, utc_ms lease_ms, struct err *e);
/* Whether the lease is still ours, asked inside the transaction that writes the results. */
bool queue_holds(struct queue *q, const struct job *j, struct err *e);

/* Ends a run. All are conditional on the lease: ERR_CONFLICT "job.lost". done: with a result (JSON)
 * for whoever waits, or empty. later: waits until run_at, the error kept for display (NULL: no error,
 * tries start anew, and what was asked for meanwhile may come sooner). dead: a person must look; it
 * keeps its key, so that the next fact revives it. */
bool queue_done(struct queue *q, const struct job *j, str result, struct err *e);
bool queue_later(struct queue *q, const struct job *j, utc_ms run_at, const struct err *why,
                 struct err *e);
bool queue_dead(struct queue *q, const struct job *j, const struct err *why, struct err *e);
/* Like later with an error, for a run that found no room in a limit of our own: it counts as no try,
 * and when some of its work was done tries start anew. */
bool queue_postpone(struct queue *q, const struct job *j, utc_ms run_at, bool has_worked,
                    const struct err *why, struct err *e);

/* Jobs whose lease ran out go back to waiting; says how many. Done at start (owner's own leftovers:
 * all running ones of this database, on SQLite) and every few seconds. */
bool queue_take_back(struct queue *q, bool all_running, int64_t *count, struct err *e);
/* Ended jobs (done or dead) older than this are deleted, a bounded number a call. */
bool queue_forget(struct queue *q, utc_ms ended_before, int64_t *count, struct err *e);

/* After queue_claim() found none: sleeps until a job of the lane may be due, somebody wakes the lane,
 * or max_ms passed. */
void queue_wait(struct queue *q, enum lane lane, int max_ms);
/* A store that claims passed over as busy has room again: lanes that did so look once more. */
void queue_store_freed(struct queue *q);
/* Wakes all and lets queue_wait() return at once from now on. */
void queue_stop(struct queue *q);

/* For the panel: of one company, newest first, before_id 0 from the top. */
struct job_filter {
    int64_t store_id; /* 0: all */
    int state;        /* enum job_state, or -1 */
    int64_t before_id;
    size_t limit;
};
bool queue_list(struct queue *q, struct arena *a, int64_t company_id, const struct job_filter *f,
                struct job **out, size_t *count, struct err *e);
bool queue_find(struct queue *q, struct arena *a, int64_t company_id, int64_t id, struct job *out,
                struct err *e);
/* A dead or waiting job runs now; ERR_CONFLICT when it is running or done. */
bool queue_retry(struct queue *q, int64_t company_id, int64_t id, struct err *e);

/* Numbers for /metrics and health. */
struct queue_depth {
    int64_t waiting[LANE_COUNT], running[LANE_COUNT], dead;
    utc_ms oldest_due[LANE_COUNT]; /* 0: none */
};
bool queue_depth(struct queue *q, struct queue_depth *out, struct err *e);

#endif
