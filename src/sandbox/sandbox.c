#include "sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "sandbox/control.h"
#include "sandbox/sim.h"

/* A new marketplace is one more line here. */
static const struct simulator *const simulators[] = { &trendyol_simulator };

#define SIMULATORS (sizeof simulators / sizeof simulators[0])

static const struct simulator *find_simulator(const char *key)
{
    for (size_t i = 0; key && i < SIMULATORS; i++)
        if (strcmp(simulators[i]->key, key) == 0) return simulators[i];
    return NULL;
}

/* Real milliseconds until the next event, within half a second. */
static int64_t ms_to_next_event(const struct sandbox *s)
{
    utc_ms due = 0;
    if (!sim_events_first(&s->events, &due) || !s->clock.speed_e4) return 500;
    utc_ms left = due - sim_clock_read(s);
    if (left <= 0) return 1;
    int64_t real = (int64_t)((__int128)left * 10000 / s->clock.speed_e4) + 1;
    return real < 500 ? real : 500;
}

/* Keeps the marketplace alive while nobody calls it. */
static void *tick(void *arg)
{
    struct sandbox *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        sim_settle(s);
        int64_t work_us = s->kind->work(s);
        int64_t ms = ms_to_next_event(s);
        if (work_us >= 0 && work_us / 1000 < ms) ms = work_us / 1000 + 1;
        sim_wait(s, &s->wake, ms);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* The control API has no sign-in, so it is for this machine only. */
static void guard_control(struct http_exchange *x)
{
    if (!str_starts(x->path, STR("/control/")) || x->is_local_socket) return;
    if (str_starts(x->remote_address, STR("127.")) || str_starts(x->remote_address, STR("::1")) ||
        str_starts(x->remote_address, STR("[::1]")))
        return;
    control_refuse(x, 403, "the control API answers on loopback only");
}

static void refuse(struct http_exchange *x)
{
    control_refuse(x, x->status, "refused by the server");
}

static bool listen_on(struct sandbox *s, const char *address, struct err *e)
{
    s->tables[0] = s->kind->routes;
    s->tables[1] = s->kind->control;
    s->tables[2] = control_routes;
    s->server = http_server_start(
        &(struct http_server_options){
            .listen = address,
            .tables = s->tables,
            .context = s,
            .before = guard_control,
            .refuse = refuse,
            .handler_threads = 64, /* delayed answers hold a thread each */
        },
        e);
    return s->server != NULL;
}

struct sandbox *sandbox_start(const struct sandbox_options *o, struct err *e)
{
    const struct simulator *kind = find_simulator(o->marketplace);
    if (!kind) {
        err_set(e, ERR_INVALID, "sandbox.marketplace", "no simulator of '%s'; there is: %s",
                o->marketplace ? o->marketplace : "", simulators[0]->key);
        return NULL;
    }
    AUTO(sandbox) s = sim_alloc(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    sim_cond_setup(&s->wake);
    sim_cond_setup(&s->stopped);
    s->kind = kind;
    s->seed = o->seed;
    s->keep = arena_new();
    sim_log_open(&s->log);
    struct clock real = { 0 };
    s->clock.speed_e4 = o->clock_stands ? 0 : 10000;
    sim_clock_set(s, o->now ? o->now : clock_now(&real));
    s->at = s->clock.base;
    s->client =
        http_client_new(&(struct http_client_options){ .user_agent = "MarketplaceWebhook/1.0" }, e);
    if (!s->client || !kind->open(s, e) || !listen_on(s, o->listen, e)) return NULL;
    if (pthread_create(&s->ticker, NULL, tick, s) != 0) {
        err_set(e, ERR_UNAVAILABLE, "sandbox.thread", "could not start a thread");
        return NULL;
    }
    s->has_ticker = true;
    struct sandbox *started = s;
    s = NULL;
    return started;
}

int sandbox_port(const struct sandbox *s)
{
    return http_server_port(s->server);
}

void sandbox_stop(struct sandbox *s)
{
    if (!s) return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->stopped);
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    if (s->has_ticker) pthread_join(s->ticker, NULL);
    if (s->state) s->kind->halt(s);
    if (s->server) http_server_stop(s->server, 2000);
    if (s->client) http_client_free(s->client);
    if (s->state) s->kind->close(s);
    sim_events_free(&s->events);
    sim_log_free(&s->log);
    arena_free(s->keep);
    pthread_cond_destroy(&s->wake);
    pthread_cond_destroy(&s->stopped);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
