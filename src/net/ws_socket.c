/*
 * One upgraded socket. wslay reads, and writes what is its own (pong, close, ping); our text frames
 * are put between its frames, never inside one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/ws_inside.h"

#define WS_MESSAGE_LIMIT ((size_t)64 << 10)
#define WS_ANSWERS_LIMIT 64                /* pongs that a client does not read */
#define WS_READ_AT_ONCE ((size_t)64 << 10) /* then the next socket has its turn */
#define WS_CLOSE_MS 5000                   /* for the closing handshake */
#define WS_LINGER_MS 2000                  /* for a client to read why we closed */

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

void ws_socket_flush(struct ws_socket *s)
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

void ws_socket_receive(struct ws_socket *s)
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

void ws_socket_free(struct ws_socket *s)
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

void ws_socket_end(struct ws_socket *s)
{
    unmark(s);
    *s->holder = s->next;
    if (s->next) s->next->holder = s->holder;
    if (s->fd >= 0) epoll_ctl(s->loop->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
    s->events->closed(s);
    if (s->handle) MHD_upgrade_action(s->handle, MHD_UPGRADE_ACTION_CLOSE);
    ws_socket_free(s);
}

void ws_socket_settle(struct ws_socket *s)
{
    bool sent = !s->has_failed && wslay_event_get_close_sent(s->wslay);
    bool is_over = s->has_failed || (sent && wslay_event_get_close_received(s->wslay));
    if (is_over || (s->cut_at_ms > 0 && mono_ms() >= s->cut_at_ms)) {
        ws_socket_end(s);
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

void ws_socket_tick(struct ws_socket *s, int64_t now)
{
    if (now >= s->ping_at_ms && !s->close_queued && !s->lingers) {
        struct wslay_event_msg ping = { .opcode = WSLAY_PING };
        s->ping_at_ms = now + s->loop->ping_ms;
        if (s->pings_unanswered >= 2)
            s->has_failed = true;
        else
            wslay_event_queue_msg(s->wslay, &ping);
        s->pings_unanswered++;
        ws_socket_flush(s);
    }
    ws_socket_settle(s);
}

bool ws_socket_begin(struct ws_socket *s)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = on_recv,
        .send_callback = on_send,
        .on_msg_recv_callback = on_message,
    };
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = s };
    if (wslay_event_context_server_init(&s->wslay, &callbacks, s) != 0) return false;
    wslay_event_config_set_max_recv_msg_length(s->wslay, WS_MESSAGE_LIMIT);
    return epoll_ctl(s->loop->epoll_fd, EPOLL_CTL_ADD, s->fd, &event) == 0;
}
