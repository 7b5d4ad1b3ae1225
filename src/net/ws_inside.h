/*
 * ws_inside.h: what the WebSocket loop and its sockets share. Nobody else's.
 *
 * Threads  fields under "the loop's own" are touched by its thread only, the others with its lock.
 */
#ifndef NET_WS_INSIDE_H
#define NET_WS_INSIDE_H

#include <wslay/wslay.h>

#include "net/http_inside.h"

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

/* ---- ws_socket.c: one socket, on the loop's thread ---- */

/* Makes it speak; false when it cannot. */
bool ws_socket_begin(struct ws_socket *s);
void ws_socket_receive(struct ws_socket *s);
/* Sends what waits, as far as the socket takes it. */
void ws_socket_flush(struct ws_socket *s);
/* After anything happened to a socket: ends it when both sides have closed, or it failed. A close
 * of ours alone lingers, so that the client can read it before the connection goes. */
void ws_socket_settle(struct ws_socket *s);
/* Pings when it is time, and settles. */
void ws_socket_tick(struct ws_socket *s, int64_t now);
/* The last event; frees it. */
void ws_socket_end(struct ws_socket *s);
void ws_socket_free(struct ws_socket *s);

#endif
