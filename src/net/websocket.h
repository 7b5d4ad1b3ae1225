/*
 * websocket.h: WebSockets on the HTTP server: one encoded frame, many receivers.
 *
 * Threads  ws_send() from any thread, never blocks. Events come one at a time, on the server's one
 *          WebSocket thread: they must not wait. ws_send() and ws_close() may be called in them.
 * Bounds   64 KB a message in, 256 KB waiting out (then closed 1013), ping every 30 s, closed when
 *          two pings go unanswered.
 */
#ifndef NET_WEBSOCKET_H
#define NET_WEBSOCKET_H

#include "base/str.h"

struct ws_socket;

struct ws_events {
    void (*opened)(struct ws_socket *s, void *user); /* user: exchange.socket_user */
    void (*text)(struct ws_socket *s, str message);
    /* The last call for this socket; user still belongs to the caller, who ends it here. */
    void (*closed)(struct ws_socket *s);
};

void *ws_user(const struct ws_socket *s);

/* A text frame, encoded once, counted. */
struct ws_frame;
struct ws_frame *ws_frame_new(str text);
void ws_frame_release(struct ws_frame *f);

/* Queues the frame (taking a count of its own); false when the socket is closing. */
bool ws_send(struct ws_socket *s, struct ws_frame *f);
void ws_close(struct ws_socket *s, int code, const char *reason);

#endif
