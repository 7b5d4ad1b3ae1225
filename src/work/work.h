/*
 * work.h: the workers: they claim jobs, call the connectors, and write what came of it.
 *
 * Shape    lanes of threads that may block, one scheduler thread; all outgoing calls go through one
 *          HTTP client. The only room that calls connector functions which send.
 * Threads  started and stopped here; everything handed in outlives work_stop().
 * Source   docs/architecture.md, rules 9 to 13.
 */
#ifndef WORK_WORK_H
#define WORK_WORK_H

#include "net/http_client.h"
#include "queue/limit.h"
#include "service/service.h"

struct work_options {
    struct service *service;
    struct limits *limits;
    struct http_client *client;
    str public_url;       /* where marketplaces reach us; empty: no webhooks, polling only */
    const char *owner;    /* names this process in leases */
    bool is_only_process; /* running jobs found at start are leftovers: taken back at once */
    int lane_threads[LANE_COUNT]; /* 0: the default of the lane */
    utc_ms keep_calls_ms;         /* how long API calls are kept; 0: 30 days */
};

struct work;
struct work *work_start(const struct work_options *o, struct err *e);
/* Ends: running calls are cancelled after wait_ms, their jobs go on after the next start. The queue is
 * stopped with it: the next start wants a new one. */
void work_stop(struct work *w, int wait_ms);

#endif
