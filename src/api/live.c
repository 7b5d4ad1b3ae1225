/*
 * live.c: what changed, told to the panels that are open.
 *
 * Shape    one thread follows {p}mp_event and sends each row to every socket that may see it. It
 *          alone moves the position, so a socket that resumes gets what it missed up to the position
 *          and from there what comes, in order and once. A socket is told nothing before it said
 *          where it stands; one that knows nothing starts where the feed stood when it was let in.
 * Threads  the lock guards sockets; the database is never asked under it. A socket's
 *          `socket` is NULL before it opened and after it closed.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/live_tickets.h"
#include "api/resources.h"
#include "base/log.h"
#include "base/metrics.h"
#include "repo/store_repo.h"
#include "service/account.h"

#define POLL_MS 500
#define CHECK_MS 60000
#define PAGE 500
#define REPLAY_MOST 1000
#define REPLAY_BYTES ((size_t)160 << 10) /* within what may wait on one socket */
#define RESUME_MOST 4096
#define CLOSE_SIGNED_OUT 4401
#define CLOSE_BREACH 1008

static struct metric open_sockets =
    METRIC(METRIC_GAUGE, "bedesten_live_sockets", "Panels that listen now.");

struct client {
    struct client *next, **holder; /* in the list once it is open */
    struct ws_socket *socket;
    struct live *live;
    int refs;
    char session_id[LIVE_SESSION_SIZE];
    struct actor actor;
    int64_t *stores; /* granted ones; not with all_stores */
    size_t store_count;
    enum { CLIENT_SILENT, CLIENT_RESUMES, CLIENT_LIVE } state;
    int64_t after; /* where it stands while it resumes */
};

struct live {
    struct api *api;
    pthread_mutex_t lock;
    struct client *clients;
    size_t client_count;
    struct live_tickets *tickets;
    _Atomic int64_t position; /* the newest event that was sent */

    sem_t bell;
    _Atomic bool is_rung, is_stopping;
    pthread_t thread;
    bool has_thread, is_failing;
    int64_t check_at_ms;
};

/* ---- Sockets ---- */

static void release_locked(struct client *c)
{
    if (--c->refs > 0) return;
    free(c->stores);
    free(c);
}

static void on_opened(struct ws_socket *s, void *user)
{
    struct client *c = user;
    struct live *l = c->live;
    pthread_mutex_lock(&l->lock);
    c->socket = s;
    c->next = l->clients;
    c->holder = &l->clients;
    if (c->next) c->next->holder = &c->next;
    l->clients = c;
    metric_set(&open_sockets, "", (int64_t)++l->client_count);
    pthread_mutex_unlock(&l->lock);
}

static void on_closed(struct ws_socket *s)
{
    struct client *c = ws_user(s);
    struct live *l = c->live;
    pthread_mutex_lock(&l->lock);
    c->socket = NULL;
    *c->holder = c->next;
    if (c->next) c->next->holder = c->holder;
    metric_set(&open_sockets, "", (int64_t)--l->client_count);
    release_locked(c);
    pthread_mutex_unlock(&l->lock);
}

/* {"resume": "17"} or {"resume": null}; *after stays as it is for null. */
static bool read_resume(str message, int64_t *after)
{
    static const struct json_limits limits = { .bytes = RESUME_MOST, .values = 8, .depth = 2 };
    AUTO(arena) a = arena_new();
    const struct json *v = NULL;
    struct err ignored = { 0 };
    int64_t seq = 0;
    if (!json_parse(a, message, &limits, &v, &ignored)) return false;
    const struct json *resume = json_get(v, "resume");
    if (!resume) return false;
    if (json_is_null(resume)) return true;
    if (!json_i64(resume, &seq) || seq < 0) return false;
    *after = seq;
    return true;
}

static void on_text(struct ws_socket *s, str message)
{
    struct client *c = ws_user(s);
    struct live *l = c->live;
    pthread_mutex_lock(&l->lock);
    bool is_first = c->state == CLIENT_SILENT;
    bool is_good = is_first && read_resume(message, &c->after);
    if (is_good) c->state = CLIENT_RESUMES;
    pthread_mutex_unlock(&l->lock);
    if (is_good)
        live_ring(l);
    else
        ws_close(s, CLOSE_BREACH, "send {\"resume\": \"<seq>\"} or {\"resume\": null}, once");
}

static const struct ws_events socket_events = { .opened = on_opened,
                                                .text = on_text,
                                                .closed = on_closed };

bool live_ticket(struct request *r, str *ticket, struct err *e)
{
    return live_tickets_make(r->api->live->tickets, r->arena, r->session_id, ticket, e);
}

/* ---- Letting in ---- */

/* Who the session is now, and which stores are his. */
static bool read_grants(struct live *l, struct arena *a, const char *session_id,
                        struct actor *actor, struct store **stores, size_t *count, struct err *e)
{
    struct user user;
    struct service *s = l->api->service;
    *stores = NULL;
    *count = 0;
    if (!account_actor(s, a, str_from(session_id), actor, &user, e)) return false;
    if (!actor_may(actor, RIGHT_SEE))
        return err_set(e, ERR_FORBIDDEN, "right.missing", "your role has no right to do this");
    return actor->all_stores || store_repo_list(s->db, a, actor, stores, count, e);
}

static void set_grants(struct client *c, const struct actor *actor, const struct store *stores,
                       size_t count)
{
    free(c->stores);
    c->actor = *actor;
    c->store_count = count;
    c->stores = calloc(count ? count : 1, sizeof *c->stores);
    if (!c->stores) abort();
    for (size_t i = 0; i < count; i++) c->stores[i] = stores[i].id;
}

static bool let_in(struct request *r, struct err *e)
{
    char session_id[LIVE_SESSION_SIZE];
    struct live *l = r->api->live;
    struct actor actor;
    struct store *stores;
    size_t count;
    if (!auth_same_origin(r->x, e)) return false;
    if (!live_tickets_take(l->tickets, http_query_value(r->x, "ticket"), session_id))
        return err_set(e, ERR_SIGNED_OUT, "live.ticket",
                       "the ticket was used, is too old, or never was one: get a new one");
    if (!read_grants(l, r->arena, session_id, &actor, &stores, &count, e)) return false;
    struct client *c = calloc(1, sizeof *c);
    if (!c) abort();
    c->live = l;
    c->refs = 1;
    c->after = atomic_load(&l->position);
    memcpy(c->session_id, session_id, sizeof session_id);
    set_grants(c, &actor, stores, count);
    r->x->socket_user = c;
    http_reply(r->x, 101, NULL, (str){ 0 });
    return true;
}

void live_end_session(struct live *l, str session_id)
{
    pthread_mutex_lock(&l->lock);
    for (struct client *c = l->clients; c; c = c->next)
        if (str_eq(str_from(c->session_id), session_id))
            ws_close(c->socket, CLOSE_SIGNED_OUT, "signed out");
    pthread_mutex_unlock(&l->lock);
    live_tickets_end(l->tickets, session_id);
}

/* ---- Sending ---- */

static bool may_see(const struct client *c, const struct event *ev)
{
    if (ev->company_id != c->actor.company_id || !event_is_for(&c->actor, ev->kind)) return false;
    if (c->actor.all_stores || ev->store_id == 0) return true;
    for (size_t i = 0; i < c->store_count; i++)
        if (c->stores[i] == ev->store_id) return true;
    return false;
}

static str event_text(struct arena *a, const struct event *ev)
{
    struct json_writer w = json_writer(a);
    put_event(&w, NULL, ev);
    return json_written(&w);
}

static void send_text(struct client *c, str text)
{
    struct ws_frame *f = ws_frame_new(text);
    ws_send(c->socket, f);
    ws_frame_release(f);
}

/* To everybody who may see it, encoded once, and only if there is somebody. */
static void tell_all(struct live *l, struct arena *a, const struct event *ev)
{
    struct ws_frame *frame = NULL;
    pthread_mutex_lock(&l->lock);
    for (struct client *c = l->clients; c; c = c->next) {
        if (c->state != CLIENT_LIVE || !may_see(c, ev)) continue;
        if (!frame) frame = ws_frame_new(event_text(a, ev));
        ws_send(c->socket, frame);
    }
    pthread_mutex_unlock(&l->lock);
    if (frame) ws_frame_release(frame);
}

static bool follow(struct live *l, struct arena *a, struct err *e)
{
    struct event *events;
    size_t count;
    do {
        struct arena_mark mark = arena_mark(a);
        int64_t position = atomic_load(&l->position);
        if (!event_repo_after(l->api->service->db, a, position, PAGE, &events, &count, e))
            return false;
        for (size_t i = 0; i < count; i++) tell_all(l, a, &events[i]);
        if (count) atomic_store(&l->position, events[count - 1].id);
        arena_rewind(a, mark);
    } while (count == PAGE);
    return true;
}

/* ---- Resuming ---- */

/* One client that waits, held; NULL: none. */
static struct client *next_resuming(struct live *l, int64_t *after)
{
    pthread_mutex_lock(&l->lock);
    struct client *c = l->clients;
    while (c && c->state != CLIENT_RESUMES) c = c->next;
    if (c) {
        c->refs++;
        *after = c->after;
    }
    pthread_mutex_unlock(&l->lock);
    return c;
}

static void send_reset(struct client *c, struct arena *a, int64_t position)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_bool(&w, "reset", true);
    put_id(&w, "seq", position);
    json_close_object(&w);
    send_text(c, json_written(&w));
}

/* What it may see of what it missed; false when that is too much. */
static bool replay(struct client *c, struct arena *a, const struct event *events, size_t count,
                   int64_t position)
{
    str *texts = ARENA_ARRAY(a, str, count + 1);
    size_t n = 0, bytes = 0;
    for (size_t i = 0; i < count && events[i].id <= position; i++) {
        if (!may_see(c, &events[i])) continue;
        texts[n] = event_text(a, &events[i]);
        bytes += texts[n++].len;
    }
    if (bytes > REPLAY_BYTES) return false;
    for (size_t i = 0; i < n; i++) send_text(c, texts[i]);
    return true;
}

/* Rows that are gone cannot be replayed; a place that never was is somebody else's. */
static bool load_missed(struct live *l, struct arena *a, int64_t after, struct event **events,
                        size_t *count, bool *is_whole, struct err *e)
{
    int64_t oldest = 0, newest = 0, position = atomic_load(&l->position);
    struct db *db = l->api->service->db;
    *events = NULL;
    *count = 0;
    *is_whole = after == position;
    if (*is_whole) return true;
    if (!event_repo_bounds(db, a, &oldest, &newest, e)) return false;
    if (after > position || after < oldest - 1 || oldest == 0) return true;
    if (!event_repo_after(db, a, after, REPLAY_MOST + 1, events, count, e)) return false;
    *is_whole = *count <= REPLAY_MOST;
    return true;
}

static bool resume(struct live *l, struct arena *a, struct err *e)
{
    int64_t after;
    struct client *c;
    while ((c = next_resuming(l, &after)) != NULL) {
        struct arena_mark mark = arena_mark(a);
        struct event *events;
        size_t count;
        bool is_whole;
        bool ok = load_missed(l, a, after, &events, &count, &is_whole, e);
        int64_t position = atomic_load(&l->position);
        pthread_mutex_lock(&l->lock);
        if (ok && c->socket) {
            if (!is_whole || !replay(c, a, events, count, position)) send_reset(c, a, position);
            c->state = CLIENT_LIVE;
        }
        release_locked(c);
        pthread_mutex_unlock(&l->lock);
        arena_rewind(a, mark);
        if (!ok) return false;
    }
    return true;
}

/* ---- Sessions that ended ---- */

static struct client **hold_all(struct live *l, struct arena *a, size_t *count)
{
    pthread_mutex_lock(&l->lock);
    size_t n = 0;
    struct client **held = ARENA_ARRAY(a, struct client *, l->client_count + 1);
    for (struct client *c = l->clients; c; c = c->next) {
        c->refs++;
        held[n++] = c;
    }
    pthread_mutex_unlock(&l->lock);
    *count = n;
    return held;
}

static void check_sessions(struct live *l, struct arena *a)
{
    size_t count;
    struct client **held = hold_all(l, a, &count);
    for (size_t i = 0; i < count; i++) {
        struct client *c = held[i];
        struct actor actor;
        struct store *stores;
        size_t store_count;
        struct err e = { 0 };
        bool ok = read_grants(l, a, c->session_id, &actor, &stores, &store_count, &e);
        bool is_over = !ok && (e.kind == ERR_SIGNED_OUT || e.kind == ERR_FORBIDDEN);
        pthread_mutex_lock(&l->lock);
        if (ok) set_grants(c, &actor, stores, store_count);
        if (is_over && c->socket) ws_close(c->socket, CLOSE_SIGNED_OUT, "signed out");
        release_locked(c);
        pthread_mutex_unlock(&l->lock);
    }
}

/* ---- The thread ---- */

static void wait_for_bell(struct live *l)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)POLL_MS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    sem_clockwait(&l->bell, CLOCK_MONOTONIC, &until);
    atomic_store(&l->is_rung, false);
}

static void turn(struct live *l, struct arena *a)
{
    struct err e = { 0 };
    bool ok = follow(l, a, &e) && resume(l, a, &e);
    if (!ok && !l->is_failing) log_warning_err("live feed waits for the database", &e);
    l->is_failing = !ok;
    if (mono_ms() < l->check_at_ms) return;
    l->check_at_ms = mono_ms() + CHECK_MS;
    check_sessions(l, a);
}

static void *run(void *user)
{
    struct live *l = user;
    AUTO(arena) a = arena_new();
    while (!atomic_load(&l->is_stopping)) {
        wait_for_bell(l);
        if (!atomic_load(&l->is_stopping)) turn(l, a);
        arena_reset(a);
    }
    return NULL;
}

struct live *live_start(struct api *api, struct err *e)
{
    AUTO(arena) a = arena_new();
    int64_t oldest, newest = 0;
    if (!event_repo_bounds(api->service->db, a, &oldest, &newest, e)) return NULL;
    struct live *l = calloc(1, sizeof *l);
    if (!l) abort();
    l->api = api;
    l->tickets = live_tickets_new();
    l->check_at_ms = mono_ms() + CHECK_MS;
    atomic_store(&l->position, newest);
    pthread_mutex_init(&l->lock, NULL);
    sem_init(&l->bell, 0, 0);
    l->has_thread = pthread_create(&l->thread, NULL, run, l) == 0;
    if (l->has_thread) return l;
    live_free(l);
    err_set(e, ERR_UNAVAILABLE, "live.no_thread", "the live feed could not start a thread");
    return NULL;
}

void live_ring(struct live *l)
{
    if (!atomic_exchange(&l->is_rung, true)) sem_post(&l->bell);
}

void live_stop(struct live *l)
{
    if (!l->has_thread) return;
    atomic_store(&l->is_stopping, true);
    sem_post(&l->bell);
    pthread_join(l->thread, NULL);
    l->has_thread = false;
}

void live_free(struct live *l)
{
    live_stop(l);
    live_tickets_free(l->tickets);
    sem_destroy(&l->bell);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

const struct http_route live_routes[] = {
    { .method = "GET",
      .pattern = "/api/v1/live",
      .handle = api_handle,
      .websocket = &socket_events,
      .facts = &(const struct route_facts){ .access = ACCESS_PUBLIC, .run = let_in } },
    { 0 },
};
