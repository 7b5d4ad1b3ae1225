/*
 * http_server.h: an HTTP/1.1 server behind an interface that names no library.
 *
 * Shape    a table of routes; handlers run on the server's own pool, each with an arena that ends
 *          with the reply, and may block on a commit. Network threads never wait.
 * Errors   what the strict gate refuses is answered 400 and closed; 404, 405, 413, 431 and 503 (full
 *          or draining) are the server's own, through options.refuse so that they look like the rest.
 * Source   the gate and the deadlines: RFC 9112.
 */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H

#include "net/http.h"
#include "net/websocket.h"

struct http_exchange {
    struct arena *arena;
    /* The request. */
    const char *method;
    str path, query; /* raw, without '?' */
    const struct http_header *headers;
    size_t header_count;
    str body;
    str remote_address;   /* text; empty over the Unix socket */
    bool is_local_socket; /* came over the Unix socket from our own uid */
    str params[4];        /* {id} places of the route's pattern, decoded */
    void *context;        /* the server's */
    const struct http_route *route;
    char request_id[27]; /* from X-Request-Id when sane, else random; sent back */
    /* The reply: 200 and no body unless set. */
    int status;
    const char *content_type; /* NULL: none; default for a body is application/json */
    struct http_header reply_headers[16];
    size_t reply_header_count;
    str reply_body;
    void *socket_user; /* handed to websocket->opened when the reply is 101 */
    bool cut;          /* closes the connection without a reply: how a simulator plays a cut line */
};

typedef void http_handler(struct http_exchange *x);

#define HTTP_BODY_DEFAULT ((size_t)1 << 20)

struct http_route {
    const char *method;  /* NULL ends a table */
    const char *pattern; /* "/api/v1/stores/{id}/check"; a last "{rest*}" takes all */
    http_handler *handle;
    size_t body_limit;                 /* 0: HTTP_BODY_DEFAULT */
    const struct ws_events *websocket; /* handler answers 101 to accept the upgrade */
    const void *facts;                 /* the caller's own, e.g. what right the route needs */
};

struct http_server_options {
    const char *listen;                     /* "127.0.0.1:8080", "[::1]:0"; NULL: none */
    const char *unix_socket;                /* path, mode 0600, peer's uid checked; NULL: none */
    const char *tls_certificate, *tls_key;  /* PEM files, both or none */
    const struct http_route *const *tables; /* ends with NULL */
    void *context;
    http_handler *before, *after; /* round every handler; `before` may answer: then status != 0 */
    http_handler *refuse;         /* fills the body for a status the server itself answers */
    int handler_threads;          /* 0: 32 */
    int connection_limit;         /* 0: 4,096 */
    int per_address_limit;        /* 0: 512; loopback is not counted */
    int head_timeout_ms;          /* 0: 10,000: total, not between bytes */
    int body_timeout_ms;          /* 0: 10,000 plus size at 1 KB/s: total */
    int idle_timeout_ms;          /* 0: 60,000: between two requests */
    int ws_ping_ms;               /* 0: 30,000 */
    bool allow_plain_beyond_loopback; /* false: plain HTTP listens on loopback only */
};

struct http_server;
struct http_server *http_server_start(const struct http_server_options *o, struct err *e);
int http_server_port(const struct http_server *s);
/* Stops accepting, finishes running requests (at most wait_ms), closes WebSockets with 1001. */
void http_server_stop(struct http_server *s, int wait_ms);

/* Runs the exchange through the same tables without a socket: a command's call when no server runs,
 * and tests. The request part of x is filled by the caller. */
void http_dispatch(const struct http_server_options *o, struct http_exchange *x);

/* For handlers. */
str http_query_value(struct http_exchange *x, const char *name); /* decoded, "" when missing */
bool http_query_has(struct http_exchange *x, const char *name);
str http_cookie(struct http_exchange *x, const char *name);
void http_reply_header(struct http_exchange *x, const char *name, str value);
void http_reply(struct http_exchange *x, int status, const char *content_type, str body);
/* The path the exchange matched, for metrics ("/api/v1/stores/{id}"). */
const char *http_route_pattern(const struct http_exchange *x);

/* Static files: a folder, or a bundle linked in. Answers ETag, 304, gzip/br where the client takes
 * it, `immutable` for /assets/, `no-cache` for pages; a missing path without an extension gets
 * index.html, one with an extension 404. */
struct static_file {
    const char *path;           /* "/assets/x.js" */
    const unsigned char *bytes; /* as stored */
    size_t size;
    const char *encoding; /* NULL, "gzip" or "br" */
};
struct static_files;
struct static_files *static_files_from_folder(const char *folder, struct err *e);
struct static_files *static_files_from_bundle(const struct static_file *files, size_t count);
void static_files_free(struct static_files *f);
void static_files_serve(const struct static_files *f, struct http_exchange *x);

#endif
