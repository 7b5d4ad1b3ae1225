/*
 * All upgraded sockets on one epoll thread; text frames are encoded once and counted.
 */
#include "net/websocket.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/ws_inside.h"

#define WS_OUT_LIMIT ((size_t)256 << 10)

/* ---- Frames ---- */

struct ws_frame *ws_frame_new(str text)
{
    size_t head = text.len < 126 ? 2 : text.len <= UINT16_MAX ? 4 : 10;
    struct ws_frame *f = malloc(sizeof *f + head + text.len);
    if (!f) abort();
    atomic_init(&f->count, 1);
    f->len = head + text.len;
    f->bytes[0] = 0x81; /* the last frame of a text message */
    f->bytes[1] = (unsigned char)(head == 2 ? text.len : head == 4 ? 126 : 127);
    for (size_t i = 2; i < head; i++)
        f->bytes[i] = (unsigned char)((uint64_t)text.len >> (8 * (head - 1 - i)));
    if (text.len > 0) memcpy(f->bytes + head, text.at, text.len);
    return f;
}

void ws_frame_release(struct ws_frame *f)
{
    if (atomic_fetch_sub(&f->count, 1) == 1) free(f);
}

/* ---- From any thread ---- */

void *ws_user(const struct ws_socket *s)
{
    return s->user;
}

/* The caller holds the lock. */
static void mark(struct ws_socket *s)
{
    struct ws_loop *l = s->loop;
    if (s->is_marked) return;
    if (!l->marked) eventfd_write(l->wake_fd, 1);
    s->is_marked = true;
    s->marked_next = l->marked;
    l->marked = s;
}

static void close_locked(struct ws_socket *s, int code, const char *reason)
{
    if (s->is_closing) return;
    s->is_closing = true;
    s->close_code = code;
    str_fill(s->close_reason, sizeof s->close_reason, str_from(reason));
    mark(s);
}

bool ws_send(struct ws_socket *s, struct ws_frame *f)
{
    struct ws_loop *l = s->loop;
    pthread_mutex_lock(&l->lock);
    bool fits = f->len <= WS_OUT_LIMIT - s->waiting;
    if (!s->is_closing && !fits) {
        s->drops_queue = true;
        close_locked(s, 1013, "the client reads too slowly");
    }
    bool may_send = !s->is_closing;
    if (may_send) {
        struct out *out = calloc(1, sizeof *out);
        if (!out) abort();
        atomic_fetch_add(&f->count, 1);
        out->frame = f;
        *s->end = out;
        s->end = &out->next;
        s->waiting += f->len;
        mark(s);
    }
    pthread_mutex_unlock(&l->lock);
    return may_send;
}

void ws_close(struct ws_socket *s, int code, const char *reason)
{
    pthread_mutex_lock(&s->loop->lock);
    close_locked(s, code, reason);
    pthread_mutex_unlock(&s->loop->lock);
}

/* ---- The loop ---- */

static void open_socket(struct ws_loop *l, struct ws_socket *s)
{
    s->next = l->all;
    s->holder = &l->all;
    if (l->all) l->all->holder = &s->next;
    l->all = s;
    s->ping_at_ms = mono_ms() + l->ping_ms;
    s->has_failed = s->fd < 0 || !ws_socket_begin(s);
    s->events->opened(s, s->user);
    if (s->has_failed) {
        ws_socket_end(s);
        return;
    }
    ws_socket_receive(s); /* what came right behind the head */
    ws_socket_flush(s);
    ws_socket_settle(s);
}

static void open_taken(struct ws_loop *l)
{
    pthread_mutex_lock(&l->lock);
    struct ws_socket *taken = l->taken;
    l->taken = NULL;
    pthread_mutex_unlock(&l->lock);
    while (taken) {
        struct ws_socket *s = taken;
        taken = s->next;
        open_socket(l, s);
    }
}

static struct ws_socket *take_marked(struct ws_loop *l)
{
    pthread_mutex_lock(&l->lock);
    struct ws_socket *s = l->marked;
    if (s) {
        l->marked = s->marked_next;
        s->is_marked = false;
    }
    pthread_mutex_unlock(&l->lock);
    return s;
}

static void run_ticks(struct ws_loop *l, bool is_stopping, bool is_late)
{
    struct ws_socket *next;
    int64_t now = mono_ms();
    for (struct ws_socket *s = l->all; s; s = next) {
        next = s->next;
        if (is_stopping) ws_close(s, 1001, "the server stops");
        if (is_late) s->has_failed = true;
        ws_socket_tick(s, now);
    }
}

/* True when all is closed and no more will come. */
static bool is_over(struct ws_loop *l)
{
    pthread_mutex_lock(&l->lock);
    l->is_over = l->is_stopping && !l->all && !l->taken;
    bool over = l->is_over;
    pthread_mutex_unlock(&l->lock);
    return over;
}

static void *run_loop(void *user)
{
    struct ws_loop *l = user;
    int64_t tick_at_ms = 0;
    struct epoll_event events[64];
    while (!is_over(l)) {
        int count = epoll_wait(l->epoll_fd, events, 64, l->tick_ms);
        for (int i = 0; i < count; i++) {
            struct ws_socket *s = events[i].data.ptr;
            eventfd_t wakes;
            if (!s) {
                eventfd_read(l->wake_fd, &wakes);
                continue;
            }
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) ws_socket_receive(s);
            ws_socket_flush(s);
            ws_socket_settle(s);
        }
        struct ws_socket *marked;
        while ((marked = take_marked(l)) != NULL) {
            ws_socket_flush(marked);
            ws_socket_settle(marked);
        }
        open_taken(l);
        pthread_mutex_lock(&l->lock);
        bool is_stopping = l->is_stopping, is_late = is_stopping && mono_ms() >= l->stop_by_ms;
        pthread_mutex_unlock(&l->lock);
        if (mono_ms() < tick_at_ms && !is_stopping) continue;
        tick_at_ms = mono_ms() + l->tick_ms;
        run_ticks(l, is_stopping, is_late);
    }
    return NULL;
}

static struct ws_socket *socket_new(struct ws_loop *l, const struct ws_events *events, void *user)
{
    struct ws_socket *s = calloc(1, sizeof *s);
    if (!s) abort();
    s->loop = l;
    s->events = events;
    s->user = user;
    s->fd = -1;
    s->end = &s->first;
    return s;
}

/* The loop has ended: the user's socket opens and closes here. */
static void refuse_socket(struct ws_socket *s)
{
    s->is_closing = true;
    s->events->opened(s, s->user);
    s->events->closed(s);
    if (s->handle) MHD_upgrade_action(s->handle, MHD_UPGRADE_ACTION_CLOSE);
    ws_socket_free(s);
}

void ws_loop_take(struct ws_loop *l, const struct ws_events *events, void *user, int fd,
                  struct MHD_UpgradeResponseHandle *handle, const char *extra, size_t extra_len)
{
    struct ws_socket *s = socket_new(l, events, user);
    s->fd = fd;
    s->handle = handle;
    if (extra_len > 0) {
        s->early = malloc(extra_len);
        if (!s->early) abort();
        memcpy(s->early, extra, extra_len);
        s->early_len = extra_len;
    }
    pthread_mutex_lock(&l->lock);
    bool is_over = l->is_over;
    if (!is_over) {
        s->next = l->taken;
        l->taken = s;
        eventfd_write(l->wake_fd, 1);
    }
    pthread_mutex_unlock(&l->lock);
    if (is_over) refuse_socket(s);
}

struct ws_loop *ws_loop_start(int ping_ms, struct err *e)
{
    struct ws_loop *l = calloc(1, sizeof *l);
    if (!l) abort();
    struct epoll_event wake = { .events = EPOLLIN };
    l->ping_ms = ping_ms;
    l->tick_ms = ping_ms / 4 > 500 ? 500 : ping_ms / 4 < 5 ? 5 : ping_ms / 4;
    pthread_mutex_init(&l->lock, NULL);
    l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->wake_fd, &wake) == 0 &&
        pthread_create(&l->thread, NULL, run_loop, l) == 0)
        return l;
    l->is_over = true;
    ws_loop_free(l);
    err_set(e, ERR_UNAVAILABLE, "net.no_threads", "the HTTP server could not start a thread");
    return NULL;
}

void ws_loop_stop(struct ws_loop *l, int wait_ms)
{
    pthread_mutex_lock(&l->lock);
    l->is_stopping = true;
    l->stop_by_ms = mono_ms() + wait_ms;
    eventfd_write(l->wake_fd, 1);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
}

void ws_loop_free(struct ws_loop *l)
{
    if (l->epoll_fd >= 0) close(l->epoll_fd);
    if (l->wake_fd >= 0) close(l->wake_fd);
    pthread_mutex_destroy(&l->lock);
    free(l);
}
