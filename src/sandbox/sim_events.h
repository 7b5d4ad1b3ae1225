/*
 * sim_events.h: what will happen later, by simulated time; equal times keep the order of asking.
 *
 * Memory   the heap is the owner's, ended by sim_events_free(); what an event points to must live
 *          until it has run or the simulator ends.
 */
#ifndef SANDBOX_SIM_EVENTS_H
#define SANDBOX_SIM_EVENTS_H

#include <stddef.h>

#include "base/utc.h"

struct sandbox;
typedef void sim_event_run(struct sandbox *s, void *what, int64_t tag);

struct sim_event {
    utc_ms due;
    uint64_t order;
    sim_event_run *run;
    void *what;
    int64_t tag;
};

struct sim_events {
    struct sim_event *heap;
    size_t count, room;
    uint64_t next_order;
};

/* True when the new event is the first one due. */
bool sim_events_add(struct sim_events *q, struct sim_event event);
/* Takes the first event when it is due at `now`. */
bool sim_events_take(struct sim_events *q, utc_ms now, struct sim_event *out);
bool sim_events_first(const struct sim_events *q, utc_ms *due);
void sim_events_free(struct sim_events *q);

#endif
