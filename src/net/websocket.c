/*
 * All upgraded sockets on one epoll thread. wslay reads, and writes what is its own (pong, close,
 * ping); our text frames are encoded once and put between its frames, never inside one.
 */
#include "net/websocket.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wslay/wslay.h>

#include "net/http_inside.h"

#define WS_MESSAGE_LIMIT ((size_t)64 << 10)
#define WS_OUT_LIMIT ((size_t)256 << 10)
#define WS_ANSWERS_LIMIT 64                /* pongs that a client does not read */
#define WS_READ_AT_ONCE ((size_t)64 << 10) /* then the next socket has its turn */
#define WS_CLOSE_MS 5000                   /* for the closing handshake */
#define WS_LINGER_MS 2000                  /* for a client to read why we closed */

struct ws_frame {
    _Atomic int count;
    size_t len;
    unsigned char bytes[];
};

struct out {
    struct out *next;
    struct ws_frame *frame;
};

struct ws_socket {
    struct ws_loop *loop;
    struct ws_socket *next, **holder;
    const struct ws_events *events;
    void *user;
    int fd;
    struct MHD_UpgradeResponseHandle *handle;

    /* Under the loop's lock. */
    struct out *first, **end;
    size_t waiting; /* bytes of frames not wholly sent */
    bool is_closing, drops_queue;
    int close_code;
    char close_reason[124];
    bool is_marked;
    struct ws_socket *marked_next;

    /* The loop's own. */
    wslay_event_context_ptr wslay;
    struct ws_frame *current;
    size_t current_sent;
    bool close_queued, lingers, has_failed, waits_for_room;
    bool is_cut; /* the other end is gone */
    int pings_unanswered;
    int64_t ping_at_ms, cut_at_ms; /* cut_at_ms 0: no end in sight */
    size_t read_now;
    char *early;
    size_t early_len, early_read;
};

struct ws_loop {
    pthread_mutex_t lock;
    struct ws_socket *taken;  /* new ones */
    struct ws_socket *marked; /* have something to send or to close */
    bool is_stopping, is_over;
    int64_t stop_by_ms;

    struct ws_socket *all;
    int epoll_fd, wake_fd, ping_ms, tick_ms;
    pthread_t thread;
};

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

/* ---- wslay's callbacks ---- */

static ssize_t on_recv(wslay_event_context_ptr wslay, uint8_t *to, size_t room, int flags,
                       void *user)
{
    struct ws_socket *s = user;
    (void)flags;
    if (s->early_read < s->early_len) {
        size_t len = s->early_len - s->early_read < room ? s->early_len - s->early_read : room;
        memcpy(to, s->early + s->early_read, len);
        s->early_read += len;
        return (ssize_t)len;
    }
    bool floods = wslay_event_get_queued_msg_count(wslay) > WS_ANSWERS_LIMIT;
    if (s->read_now >= WS_READ_AT_ONCE && !floods) {
        wslay_event_set_error(wslay, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    ssize_t got = floods ? 0 : recv(s->fd, to, room, MSG_DONTWAIT);
    if (got > 0) {
        s->read_now += (size_t)got;
        return got;
    }
    bool is_empty = got < 0 && (errno == EAGAIN || errno == EINTR);
    s->is_cut = !is_empty;
    wslay_event_set_error(wslay, is_empty ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

static ssize_t send_some(int fd, const void *bytes, size_t len)
{
    ssize_t sent = send(fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : sent;
}

static ssize_t on_send(wslay_event_context_ptr wslay, const uint8_t *bytes, size_t len, int flags,
                       void *user)
{
    struct ws_socket *s = user;
    (void)flags;
    ssize_t sent = send_some(s->fd, bytes, len);
    if (sent > 0) return sent;
    wslay_event_set_error(wslay, sent == 0 ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

static void on_message(wslay_event_context_ptr wslay, const struct wslay_event_on_msg_recv_arg *m,
                       void *user)
{
    struct ws_socket *s = user;
    (void)wslay;
    switch (m->opcode) {
    case WSLAY_TEXT_FRAME:
        if (s->events->text) s->events->text(s, (str){ (const char *)m->msg, m->msg_length });
        break;
    case WSLAY_BINARY_FRAME:
        ws_close(s, WSLAY_CODE_UNSUPPORTED_DATA, "text only");
        break;
    case WSLAY_PONG:
        s->pings_unanswered = 0;
        break;
    default:
        break;
    }
}

/* ---- One socket, on the loop ---- */

static struct ws_frame *next_frame(struct ws_socket *s)
{
    pthread_mutex_lock(&s->loop->lock);
    struct out *out = s->first;
    if (out) {
        s->first = out->next;
        if (!s->first) s->end = &s->first;
    }
    pthread_mutex_unlock(&s->loop->lock);
    if (!out) return NULL;
    struct ws_frame *frame = out->frame;
    free(out);
    return frame;
}

static void drop_frame(struct ws_socket *s, struct ws_frame *frame)
{
    pthread_mutex_lock(&s->loop->lock);
    s->waiting -= frame->len;
    pthread_mutex_unlock(&s->loop->lock);
    ws_frame_release(frame);
}

static void drop_queue(struct ws_socket *s)
{
    struct ws_frame *frame;
    while ((frame = next_frame(s)) != NULL) drop_frame(s, frame);
}

/* False when the socket takes no more now, or has failed. */
static bool send_current(struct ws_socket *s)
{
    ssize_t sent =
        send_some(s->fd, s->current->bytes + s->current_sent, s->current->len - s->current_sent);
    if (sent < 0) s->has_failed = true;
    if (sent <= 0) return false;
    s->current_sent += (size_t)sent;
    if (s->current_sent < s->current->len) return false;
    drop_frame(s, s->current);
    s->current = NULL;
    s->current_sent = 0;
    return true;
}

static bool send_wslay(struct ws_socket *s)
{
    if (wslay_event_send(s->wslay) != 0) s->has_failed = true;
    return !s->has_failed && !wslay_event_want_write(s->wslay);
}

/* Queues the closing frame when it is its turn; false when nothing is left to do. */
static bool queue_close(struct ws_socket *s)
{
    pthread_mutex_lock(&s->loop->lock);
    bool is_due = s->is_closing && !s->close_queued;
    pthread_mutex_unlock(&s->loop->lock);
    if (!is_due) return false;
    s->close_queued = true;
    s->cut_at_ms = mono_ms() + WS_CLOSE_MS;
    wslay_event_queue_close(s->wslay, (uint16_t)s->close_code, (const uint8_t *)s->close_reason,
                            strlen(s->close_reason));
    return true;
}

/* Whether ours is over: the rest of the queue is not sent after a closing frame. */
static bool is_closed_for_us(struct ws_socket *s)
{
    return s->close_queued || wslay_event_get_close_received(s->wslay) ||
           !wslay_event_get_read_enabled(s->wslay);
}

static void flush(struct ws_socket *s)
{
    pthread_mutex_lock(&s->loop->lock);
    bool drops = s->drops_queue;
    pthread_mutex_unlock(&s->loop->lock);
    if (drops) drop_queue(s);
    while (!s->has_failed) {
        if (s->current && !send_current(s)) break;
        if (wslay_event_want_write(s->wslay) && !send_wslay(s)) break;
        if (is_closed_for_us(s)) break;
        s->current = next_frame(s);
        if (!s->current && !queue_close(s)) break;
    }
}

static void receive(struct ws_socket *s)
{
    s->read_now = 0;
    if (wslay_event_want_read(s->wslay)) {
        if (wslay_event_recv(s->wslay) == 0) return;
        s->has_failed = s->is_cut;
        wslay_event_shutdown_read(s->wslay); /* else a breach: wslay has queued its close */
        return;
    }
    char away[4096];
    ssize_t got = recv(s->fd, away, sizeof away, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) s->has_failed = true;
}

/* Watches for room only while something waits for it. */
static void watch(struct ws_socket *s)
{
    bool waits = !s->has_failed && (s->current || wslay_event_want_write(s->wslay));
    if (waits == s->waits_for_room) return;
    struct epoll_event event = { .events = EPOLLIN | (waits ? EPOLLOUT : 0u), .data.ptr = s };
    s->waits_for_room = waits;
    epoll_ctl(s->loop->epoll_fd, EPOLL_CTL_MOD, s->fd, &event);
}

static void unmark(struct ws_socket *s)
{
    struct ws_loop *l = s->loop;
    pthread_mutex_lock(&l->lock);
    s->is_closing = true;
    if (s->is_marked) {
        struct ws_socket **at = &l->marked;
        while (*at != s) at = &(*at)->marked_next;
        *at = s->marked_next;
        s->is_marked = false;
    }
    pthread_mutex_unlock(&l->lock);
}

static void free_socket(struct ws_socket *s)
{
    if (s->current) ws_frame_release(s->current);
    while (s->first) {
        struct out *out = s->first;
        s->first = out->next;
        ws_frame_release(out->frame);
        free(out);
    }
    if (s->wslay) wslay_event_context_free(s->wslay);
    free(s->early);
    free(s);
}

static void end(struct ws_socket *s)
{
    unmark(s);
    *s->holder = s->next;
    if (s->next) s->next->holder = s->holder;
    if (s->fd >= 0) epoll_ctl(s->loop->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
    s->events->closed(s);
    if (s->handle) MHD_upgrade_action(s->handle, MHD_UPGRADE_ACTION_CLOSE);
    free_socket(s);
}

/* After anything happened to a socket: ends it when both sides have closed, or it failed. A close
 * of ours alone lingers, so that the client can read it before the connection goes. */
static void settle(struct ws_socket *s)
{
    bool sent = !s->has_failed && wslay_event_get_close_sent(s->wslay);
    bool is_over = s->has_failed || (sent && wslay_event_get_close_received(s->wslay));
    if (is_over || (s->cut_at_ms > 0 && mono_ms() >= s->cut_at_ms)) {
        end(s);
        return;
    }
    if (!s->lingers && !wslay_event_get_read_enabled(s->wslay)) {
        s->lingers = true;
        s->cut_at_ms = mono_ms() + WS_LINGER_MS;
        pthread_mutex_lock(&s->loop->lock);
        s->is_closing = true;
        pthread_mutex_unlock(&s->loop->lock);
    }
    if (s->lingers && sent) shutdown(s->fd, SHUT_WR);
    watch(s);
}

static void tick(struct ws_socket *s, int64_t now)
{
    if (now >= s->ping_at_ms && !s->close_queued && !s->lingers) {
        struct wslay_event_msg ping = { .opcode = WSLAY_PING };
        s->ping_at_ms = now + s->loop->ping_ms;
        if (s->pings_unanswered >= 2)
            s->has_failed = true;
        else
            wslay_event_queue_msg(s->wslay, &ping);
        s->pings_unanswered++;
        flush(s);
    }
    settle(s);
}

/* ---- The loop ---- */

static void open_socket(struct ws_loop *l, struct ws_socket *s)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = on_recv,
        .send_callback = on_send,
        .on_msg_recv_callback = on_message,
    };
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = s };
    s->next = l->all;
    s->holder = &l->all;
    if (l->all) l->all->holder = &s->next;
    l->all = s;
    s->ping_at_ms = mono_ms() + l->ping_ms;
    s->has_failed = s->fd < 0 || wslay_event_context_server_init(&s->wslay, &callbacks, s) != 0 ||
                    epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, s->fd, &event) != 0;
    s->events->opened(s, s->user);
    if (s->has_failed) {
        end(s);
        return;
    }
    wslay_event_config_set_max_recv_msg_length(s->wslay, WS_MESSAGE_LIMIT);
    receive(s); /* what came right behind the head */
    flush(s);
    settle(s);
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
        tick(s, now);
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
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(s);
            flush(s);
            settle(s);
        }
        struct ws_socket *marked;
        while ((marked = take_marked(l)) != NULL) {
            flush(marked);
            settle(marked);
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
    free_socket(s);
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
