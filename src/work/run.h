/*
 * run.h: inside work only: one run of one job, and what its steps share.
 */
#ifndef WORK_RUN_H
#define WORK_RUN_H

#include "connector/connector.h"
#include "repo/store_repo.h"
#include "repo/trace_repo.h"
#include "service/trace.h"
#include "work/breaker.h"
#include "work/mask.h"
#include "work/work.h"

struct push_sizes;

struct work {
    struct work_options options;
    struct service *service;
    struct breakers *breakers;
    struct push_sizes *push_sizes; /* push_offers.c: how much a store's marketplace takes at once */
    struct http_cancel *cancel;
    struct work_threads *threads; /* work.c's */
};

#define VISIT_LASTS (60 * UTC_SECOND)               /* a run asks for no call after this */
#define LEASE_LASTS (VISIT_LASTS + 45 * UTC_SECOND) /* outlasts the visit and its last call */

struct run;

/* The HTTP interface of a visit: admission, breaker, attempt, call, trace. */
struct visit_http {
    struct http http;
    struct run *run;
    str about; /* words to find the call by: SKUs, order number, batch id */
    /* Runs once before the first call that changes something leaves: what must stand by then. */
    bool (*before_write)(struct run *r, void *context, struct err *e);
    void *context;
    int64_t last_call_id; /* the row of the last call; 0: none */
};

struct run {
    struct work *work;
    struct service *service; /* a copy that knows the run: results only while the lease is ours */
    struct arena *arena;
    const struct job *job;
    struct actor by;
    struct store store;                /* id 0: a job of no store */
    const struct connector *connector; /* NULL likewise */
    struct visit visit;
    struct visit_http http;
    struct mask mask;
    utc_ms deadline;
    bool was_left_unknown; /* an earlier run of the job died before it knew what its call did */
    int answers;           /* calls of this run that went well */
    utc_ms held_until;     /* what was refused for excess does not leave before; 0: nothing was */
    utc_ms again_at;       /* set by a step: done for now, more at this time */
    str result;            /* JSON for whoever waits */
};

utc_ms run_now(const struct run *r);
int64_t run_chance(void); /* 0 to 999,999 */
/* Longer lease between pages; ERR_CONFLICT ends the run without writing. */
bool run_renew(struct run *r, struct err *e);

bool visit_open(struct run *r, struct err *e);
/* Attempts that earlier runs of this job left without outcome are closed as unknown. */
bool visit_close_left(struct run *r, struct err *e);
/* Why a call did not leave, when the reason is ours: no room in a limit; the run lasted its time;
 * any of the two, or an open breaker. */
bool visit_found_no_room(const struct err *why);
bool visit_is_over(const struct err *why);
bool visit_stayed(const struct err *why);
/* Stopped by us while it asked, as we end: nothing was learnt, nothing was changed. */
bool visit_was_stopped(const struct err *why);

/* The kinds of jobs; one file each. */
typedef bool job_step(struct run *r, struct err *e);
job_step job_pull_orders, job_intake, job_push_offers, job_follow_pushes, job_sweep, job_hooks,
    job_check_store, job_order_action, job_recompute, job_settle_orders;

/* Which stores there are, by ascending id: for the shares of the lanes' threads. */
void work_know_stores(struct work *w, const struct store *stores, size_t count);

/* Schedules that are due become jobs. False: the database would not; logged. */
bool schedule_turn(struct work *w, struct arena *a);
/* The rest: leases that ran out are taken back, limits saved, old rows forgotten. */
void keeper_turn(struct work *w);

struct push_sizes *push_sizes_new(void);
void push_sizes_free(struct push_sizes *p);

#endif
