/*
 * schedule.c: schedules that are due become jobs, and the house is kept.
 */
#include "base/log.h"
#include "repo/listing_repo.h"
#include "repo/people_repo.h"
#include "service/store.h"
#include "work/run.h"

#define DUE_AT_ONCE 100
#define KEEP_CALLS (30 * UTC_DAY)
#define KEEP_DONE_JOBS (2 * UTC_DAY)
#define KEEP_EVENTS (7 * UTC_DAY)
#define KEEP_REPLIES (2 * UTC_DAY)
#define KEEP_SESSIONS (30 * UTC_DAY) /* after they ran out */
#define KEEP_FAULTS (90 * UTC_DAY)   /* after they were closed */
#define KEEP_PUSHES (7 * UTC_DAY)    /* longer than any marketplace minds a repeated body */
/* A turn's portions: more than comes in between two turns, little enough for one unit. */
#define FORGET_CALLS 2000
#define FORGET_PUSHES 200

static bool run_due(struct work *w, struct arena *a, struct err *e)
{
    struct schedule *due = NULL;
    size_t count = 0;
    utc_ms now = clock_now(w->service->clock);
    if (!schedule_repo_due(w->service->db, a, now, DUE_AT_ONCE, &due, &count, e)) return false;
    for (size_t i = 0; i < count; i++)
        if (!store_run_due(w->service, &due[i], e)) return false;
    return true;
}

bool schedule_turn(struct work *w, struct arena *a)
{
    struct err e = { 0 };
    struct store *stores = NULL;
    size_t count = 0;
    bool is_done = store_repo_all(w->service->db, a, &stores, &count, &e);
    if (is_done) work_know_stores(w, stores, count);
    is_done = is_done && run_due(w, a, &e);
    if (!is_done) log_warning_err("schedules not read; tried again soon", &e);
    return is_done;
}

static void take_back(struct work *w)
{
    struct err e = { 0 };
    int64_t count = 0;
    if (!queue_take_back(w->service->queue, false, &count, &e))
        log_warning_err("jobs of dead workers not looked for; tried again soon", &e);
    else if (count)
        log_warning("jobs taken back from a worker that died", LOG_INT("jobs", count));
}

void keeper_turn(struct work *w)
{
    struct err e = { 0 };
    struct db *db = w->service->db;
    utc_ms now = clock_now(w->service->clock);
    utc_ms keep_calls = w->options.keep_calls_ms ? w->options.keep_calls_ms : KEEP_CALLS;
    int64_t count = 0;
    take_back(w);
    bool is_done = limits_save(w->options.limits, db, &e) &&
                   queue_forget(w->service->queue, now - KEEP_DONE_JOBS, &count, &e) &&
                   call_repo_forget(db, now - keep_calls, FORGET_CALLS, &count, &e) &&
                   attempt_repo_forget(db, now - keep_calls, FORGET_CALLS, &count, &e) &&
                   push_repo_forget(db, now - KEEP_PUSHES, FORGET_PUSHES, &count, &e) &&
                   event_repo_forget(db, now - KEEP_EVENTS, &e) &&
                   idempotency_repo_forget(db, now - KEEP_REPLIES, &e) &&
                   session_repo_forget(db, now - KEEP_SESSIONS, &e) &&
                   fault_repo_forget(db, now - KEEP_FAULTS, &e) && trace_end_unseen(w->service, &e);
    if (!is_done) log_warning_err("old rows not cleared; tried again soon", &e);
}
