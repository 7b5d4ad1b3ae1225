/*
 * sim.h: what all simulated marketplaces share: lock, clock, events, chance, and the hook-up.
 *
 * Shape    all state of a simulator stands behind one lock. sim_lock() also brings the state up to
 *          the present: events that fell due meanwhile run in their order, each at its own time.
 * Memory   `keep` lives as long as the simulator (orders, listings, names); what comes and goes in
 *          bulk is malloc'ed by its owner.
 * Threads  everything here is called with the lock held unless a comment says otherwise. Nobody
 *          sleeps with it: sim_pause() and sim_wait() let go of it meanwhile.
 */
#ifndef SANDBOX_SIM_H
#define SANDBOX_SIM_H

#include <pthread.h>

#include "base/json.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "sandbox/sandbox.h"
#include "sandbox/sim_events.h"
#include "sandbox/sim_fault.h"
#include "sandbox/sim_log.h"

/* One marketplace that can be played. */
struct simulator {
    const char *key;
    const struct http_route *routes, *control;
    bool (*open)(struct sandbox *s, struct err *e); /* sets s->state */
    void (*halt)(struct sandbox *s);                /* without the lock: ends its threads */
    void (*close)(struct sandbox *s);               /* frees what open made */
    /* Background work that follows real time; tells when it wants to be called again, in
     * microseconds from now, or -1. */
    int64_t (*work)(struct sandbox *s);
};

extern const struct simulator trendyol_simulator;

struct sim_clock {
    utc_ms base;      /* simulated time at... */
    int64_t since_us; /* ...this monotonic time */
    int64_t speed_e4; /* 10,000 is real time; 0 stands still */
};

struct sandbox {
    pthread_mutex_t lock;
    pthread_cond_t wake;    /* for the ticker: something is due sooner than it thinks */
    pthread_cond_t stopped; /* for those who pause */
    bool stopping;
    bool has_ticker;
    pthread_t ticker;

    uint64_t seed;
    struct sim_clock clock;
    utc_ms at; /* the present, or the time of the event that runs now */
    struct sim_events events;
    struct sim_faults faults;
    struct sim_log log;
    struct arena *keep;

    const struct simulator *kind;
    void *state; /* the marketplace's own */
    const struct http_route *tables[4];
    struct http_server *server;
    struct http_client *client;
};

/* Without the lock. */
void sim_lock(struct sandbox *s);
void sim_unlock(struct sandbox *s);

utc_ms sim_clock_read(const struct sandbox *s);
void sim_clock_set(struct sandbox *s, utc_ms now);
void sim_clock_speed(struct sandbox *s, int64_t speed_e4);
/* Runs all that is due; sim_lock() does it, also after the clock was set. */
void sim_settle(struct sandbox *s);

/* Calls run(s, what, tag) when the simulated clock reaches `due`. */
void sim_later(struct sandbox *s, utc_ms due, sim_event_run *run, void *what, int64_t tag);

/* Lets go of the lock for real milliseconds, or until the simulator stops. */
void sim_pause(struct sandbox *s, int64_t ms);
/* Waits on a condition made by sim_cond_setup, at most real ms; false when the time is over. */
bool sim_wait(struct sandbox *s, pthread_cond_t *cond, int64_t ms);
void sim_cond_setup(pthread_cond_t *cond); /* on the monotonic clock */

/* A repeatable stream of chance (splitmix64); one stream per purpose, so that one use does not
 * disturb another's. */
struct sim_random {
    uint64_t state;
};
struct sim_random sim_random_of(uint64_t seed, const char *purpose);
uint64_t sim_random_next(struct sim_random *r);
int64_t sim_random_below(struct sim_random *r, int64_t bound); /* 0 .. bound-1; 0 when bound < 1 */
uint64_t sim_mix(uint64_t x); /* a fixed scrambling: facts about an id without storing them */

/* calloc that ends the process instead of failing, as arenas do. */
void *sim_alloc(size_t count, size_t size);
char *sim_text(str s); /* a malloc'ed, terminated copy */

#endif
