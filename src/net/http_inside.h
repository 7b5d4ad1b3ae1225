/*
 * http_inside.h: what the files of the HTTP server share. Nobody else's.
 *
 * Shape    a server owns listeners (one MHD daemon each), connections with their deadlines, a pool
 *          of handler threads and the WebSocket loop. One request is a `served`.
 * Threads  MHD's threads run http_request.c and never wait; the pool runs handlers; one sweeper ends
 *          what is late. A suspended connection belongs to the pool until it is resumed.
 */
#ifndef NET_HTTP_INSIDE_H
#define NET_HTTP_INSIDE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "net/http_gate.h"
#include "net/http_route.h"
#include "net/http_server.h"

struct ws_loop;

/* ---- http_connection.c: accepted sockets, their deadlines, their number per address ---- */

#define ADDRESS_SIZE 48
#define ADDRESS_BUCKETS 1024
#define LINGER_MAX 64

struct connection {
    struct connection *next, **holder;
    int fd;
    bool is_local;   /* of the Unix socket */
    bool is_refused; /* of the Unix socket, from a stranger */
    bool is_fresh;   /* no request was completed yet */
    bool lingers;    /* closes while the client may still be sending */
    _Atomic bool is_idle;
    _Atomic int64_t deadline_ms; /* monotonic; 0: none */
    char address[ADDRESS_SIZE];
    bool is_counted;
};

struct address_count {
    struct address_count *next;
    int connections;
    char address[ADDRESS_SIZE];
};

struct connections {
    pthread_mutex_t lock;
    struct connection *all;
    struct address_count *counts[ADDRESS_BUCKETS];
    int per_address_limit;
    pthread_t sweeper;
    bool has_sweeper;
    int wake_fd;
    int tick_ms;
    bool is_stopping;
    struct lingering {
        int fd;
        int64_t until_ms;
    } lingering[LINGER_MAX];
    size_t lingering_count;
};

bool connections_start(struct connections *c, int per_address_limit, int tick_ms, struct err *e);
void connections_stop(struct connections *c);
/* Whether one more connection of this address may be accepted. */
bool connections_admit(struct connections *c, const struct sockaddr *address);
struct connection *connection_new(struct connections *c, int fd, const struct sockaddr *address,
                                  int head_timeout_ms);
/* Before MHD closes the descriptor. */
void connection_end(struct connections *c, struct connection *connection);
void connection_deadline(struct connection *connection, int64_t in_ms); /* 0: none */
/* Shuts those down that wait for a next request. */
void connections_end_idle(struct connections *c);

/* ---- http_request.c: one request, from its head to its reply ---- */

enum served_step { SERVED_HEAD, SERVED_BODY, SERVED_DISCARD, SERVED_HANDLED, SERVED_ANSWERED };

struct served {
    struct http_server *server;
    struct connection *connection;
    struct MHD_Connection *mhd;
    struct served *next; /* in the pool's queue */
    enum served_step step;
    bool is_running; /* counted in server->running */
    int64_t begun_us;

    char *target; /* a copy: the parser decodes its own in place */
    struct http_head_layout layout;
    const char *method;
    struct http_header *headers; /* names and values are the parser's, until the end */
    size_t header_count;
    struct http_head_facts facts;
    char request_id[27];

    const struct http_route *route;
    size_t body_limit, discarded;
    int64_t body_begun_ms;
    char *body;
    size_t body_len, body_room;
    int refusal; /* answered when the body is read */
    char allow[64];

    /* What the pool left. */
    int status;
    bool is_cut;
    struct MHD_Response *response;
    size_t reply_size;
    char ws_key[32];
    void *socket_user;
    bool has_socket_user; /* not handed to the WebSocket loop yet */
};

void *request_begins(void *server, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result request_goes_on(void *server, struct MHD_Connection *mhd, const char *url,
                                const char *method, const char *version, const char *data,
                                size_t *size, void **context);
void request_ends(void *server, struct MHD_Connection *mhd, void **context,
                  enum MHD_RequestTerminationCode why);
/* Runs the handler; on a thread of the pool, with the connection suspended. */
void request_run(struct served *r, struct arena *a);
/* Answers 503 instead. */
void request_skip(struct served *r);

/* ---- http_pool.c: the handler threads ---- */

struct handler_pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct served *first, **end;
    size_t waiting, limit;
    bool is_stopping;
    pthread_t *threads;
    int thread_count;
};

bool pool_start(struct handler_pool *p, int threads, size_t limit, struct err *e);
/* False when it is full. */
bool pool_add(struct handler_pool *p, struct served *r);
/* What still waits is answered 503; what runs is waited for. */
void pool_stop(struct handler_pool *p);

/* ---- http_listen.c: sockets ---- */

/* A bound, listening, non-blocking socket, or -1. */
int listen_on_address(const char *listen, bool is_plain, bool may_be_open, int *port,
                      struct err *e);
int listen_on_path(const char *path, struct err *e);
bool peer_is_us(int fd); /* our uid or root at the other end */

/* ---- ws_handshake.c, websocket.c ---- */

/* Whether the request is a good handshake: 0, or the status to refuse with (400, 426). */
int ws_check_handshake(const char *method, const struct http_header *headers, size_t count,
                       char key[32]);
#define WS_ACCEPT_SIZE 29
void ws_accept_value(const char *key, char out[WS_ACCEPT_SIZE]);

struct ws_loop *ws_loop_start(int ping_ms, struct err *e);
/* Takes an upgraded descriptor; `extra` is what the client sent after its head. With fd -1 the
 * socket came to nothing: it is opened and closed, so that its user ends. */
void ws_loop_take(struct ws_loop *l, const struct ws_events *events, void *user, int fd,
                  struct MHD_UpgradeResponseHandle *handle, const char *extra, size_t extra_len);
/* Closes all with 1001 and waits, at most wait_ms; then cuts. What is taken later closes at once. */
void ws_loop_stop(struct ws_loop *l, int wait_ms);
void ws_loop_free(struct ws_loop *l);

/* ---- http_server.c ---- */

struct http_server {
    struct http_server_options options;
    struct connections connections;
    struct handler_pool pool;
    struct ws_loop *sockets;
    struct MHD_Daemon *tcp, *local;
    int port;
    char *tls_certificate, *tls_key; /* PEM texts: MHD reads them as long as it runs */

    _Atomic bool is_draining;
    pthread_mutex_t lock;
    pthread_cond_t fewer; /* running fell to 0 */
    int running;
};

#endif
