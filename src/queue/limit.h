/*
 * limit.h: how much may leave, decided before work starts (architecture, rule 13).
 *
 * Shape    a bucket per store and name. In any sliding window at most limit_allowance(calls) leave:
 *          all but 1 %, rounded up, from 20 calls on; below that 1 % would be a twentieth and more, so
 *          all. Lanes have shares: a lane gets room only while less than its share of the window is
 *          used, by whichever lane (now 100 %, soon 90 %, bulk 70 %, sweep 50 %, at least one call), so
 *          that what is left is there for the lanes above it.
 * Threads  any. State is in memory and saved with limit_save(), so that a restart does not forget
 *          what has left.
 */
#ifndef QUEUE_LIMIT_H
#define QUEUE_LIMIT_H

#include "queue/queue.h"

struct limit_rule {
    str name; /* "order_list", or "*:orders.stream" for a limit of one endpoint */
    int calls, window_ms;
};

/* How many of a rule's calls are ever used, and how far a lane may fill the window. */
int limit_allowance(int calls);
int limit_share(int calls, enum lane lane);

struct limits;
struct limits *limits_new(const struct clock *clock);
void limits_free(struct limits *l);
AUTO_CLOSE(limits, limits_free)

/* Takes one call from every rule's bucket of the store, or from none: then *retry_at says when all
 * would have room for this lane. */
bool limit_admit(struct limits *l, int64_t store_id, enum lane lane, const struct limit_rule *rules,
                 size_t count, utc_ms *retry_at);
/* The marketplace refused for excess: nothing leaves under this rule before `until`. */
void limit_hold(struct limits *l, int64_t store_id, str name, utc_ms until);
/* For the panel: used of the rule's calls in the window that ends now. */
struct limit_use {
    str name;
    int used, calls, window_ms;
    utc_ms held_until;
};
size_t limit_uses(struct limits *l, struct arena *a, int64_t store_id, struct limit_use **out);

/* Kept in {p}mp_setting as one row, times rounded up to a hundredth of their window. */
bool limits_save(struct limits *l, struct db *db, struct err *e);
bool limits_load(struct limits *l, struct db *db, struct err *e);

#endif
