/*
 * service.h: what must happen together. The only opener of transactions.
 *
 * Every function here is one or more whole transactions without effect outside them, so that it may
 * be repeated (architecture, rule 5). None calls a marketplace.
 */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

#include "base/crypto.h"
#include "domain/actor.h"
#include "queue/queue.h"

struct service {
    struct db *db;
    struct queue *queue;
    const struct keyring *keys;
    const struct clock *clock;
    /* Called after the commit of what wrote events: the live feed's bell. May be NULL. */
    void (*ring)(void *context);
    void *ring_context;
    /* The run on whose behalf this is: units that write its results first ask whether its lease is
     * still ours (architecture, rule 10; unit.h). NULL: no job's. A worker sets it in a copy of its own. */
    const struct job *run;
};

/* Kinds of jobs, and who adds them. */
#define JOB_PULL_ORDERS "pull_orders"     /* scheduler; key pull_orders:<store> */
#define JOB_INTAKE "intake"               /* raw payloads to understand; key intake:<store> */
#define JOB_PUSH_OFFERS "push_offers"     /* marked listings; key push_offers:<store> */
#define JOB_FOLLOW_PUSHES "follow_pushes" /* batch results; key follow_pushes:<store> */
#define JOB_SWEEP "sweep"                 /* read-back and matching; key sweep:<store> */
#define JOB_HOOKS "hooks"                 /* register or mend the webhook; key hooks:<store> */
#define JOB_CHECK_STORE "check_store"     /* a live check that a person waits for */
#define JOB_ORDER_ACTION                                                                           \
    "order_action"                /* acknowledge, invoice; key order_action:<package>:<action> */
#define JOB_RECOMPUTE "recompute" /* a store's listings, when more than 200 change */
/* Orders that waited for a mapping; key settle_orders:<listing>; payload {"remote_sku"}. */
#define JOB_SETTLE_ORDERS "settle_orders"

#endif
