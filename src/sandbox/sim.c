#include "sandbox/sim.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

utc_ms sim_clock_read(const struct sandbox *s)
{
    int64_t passed_us = mono_us() - s->clock.since_us;
    return s->clock.base + (utc_ms)((__int128)passed_us * s->clock.speed_e4 / 10000 / 1000);
}

void sim_clock_set(struct sandbox *s, utc_ms now)
{
    s->clock.base = now;
    s->clock.since_us = mono_us();
    pthread_cond_signal(&s->wake);
}

void sim_clock_speed(struct sandbox *s, int64_t speed_e4)
{
    sim_clock_set(s, sim_clock_read(s));
    s->clock.speed_e4 = speed_e4;
}

void sim_settle(struct sandbox *s)
{
    utc_ms now = sim_clock_read(s);
    struct sim_event event;
    while (sim_events_take(&s->events, now, &event)) {
        /* An event asked for in the past (the clock was set back and forth) runs now. */
        s->at = event.due > s->at ? event.due : s->at;
        event.run(s, event.what, event.tag);
    }
    s->at = now;
}

void sim_lock(struct sandbox *s)
{
    pthread_mutex_lock(&s->lock);
    sim_settle(s);
}

void sim_unlock(struct sandbox *s)
{
    pthread_mutex_unlock(&s->lock);
}

void sim_later(struct sandbox *s, utc_ms due, sim_event_run *run, void *what, int64_t tag)
{
    struct sim_event event = { .due = due, .run = run, .what = what, .tag = tag };
    if (sim_events_add(&s->events, event)) pthread_cond_signal(&s->wake);
}

void sim_cond_setup(pthread_cond_t *cond)
{
    pthread_condattr_t how;
    pthread_condattr_init(&how);
    pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &how);
    pthread_condattr_destroy(&how);
}

static struct timespec deadline_in(int64_t us)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += us / 1000000;
    at.tv_nsec += us % 1000000 * 1000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

bool sim_wait(struct sandbox *s, pthread_cond_t *cond, int64_t ms)
{
    struct timespec until = deadline_in(ms * 1000);
    return pthread_cond_timedwait(cond, &s->lock, &until) == 0;
}

void sim_pause(struct sandbox *s, int64_t ms)
{
    struct timespec until = deadline_in(ms * 1000);
    while (!s->stopping && pthread_cond_timedwait(&s->stopped, &s->lock, &until) == 0) {}
    sim_settle(s);
}

uint64_t sim_mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

struct sim_random sim_random_of(uint64_t seed, const char *purpose)
{
    uint64_t state = sim_mix(seed);
    for (const char *c = purpose; *c; c++) state = sim_mix(state ^ (unsigned char)*c);
    return (struct sim_random){ .state = state };
}

uint64_t sim_random_next(struct sim_random *r)
{
    uint64_t drawn = sim_mix(r->state);
    r->state += 0x9e3779b97f4a7c15u;
    return drawn;
}

int64_t sim_random_below(struct sim_random *r, int64_t bound)
{
    if (bound < 1) return 0;
    return (int64_t)(((unsigned __int128)sim_random_next(r) * (uint64_t)bound) >> 64);
}

void *sim_alloc(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p) abort();
    return p;
}

char *sim_text(str s)
{
    char *copy = sim_alloc(s.len + 1, 1);
    if (s.len) memcpy(copy, s.at, s.len);
    return copy;
}
