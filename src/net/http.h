/*
 * http.h: an outgoing request and its reply, and the one way connectors reach the world.
 *
 * Shape    `struct http` is an interface with several makers: the curl loop (http_client.h), a
 *          recorder and recorded replies in tests, later a dry run and a pipe.
 * Memory   the reply lives in the arena of the call.
 * Errors   ERR_UNAVAILABLE: nothing left us, or a call that changes nothing got no reply;
 *          ERR_UNCERTAIN: a call that changes something got no (whole) reply: it may have happened;
 *          ERR_RATE_LIMITED: the visit's admission does not cover this call (see architecture, rule 13).
 *          Any HTTP status is a reply, not an error.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/err.h"

struct http_header {
    str name, value;
};

struct http_request {
    const char *method; /* "GET" ... */
    str url;            /* absolute */
    const struct http_header *headers;
    size_t header_count;
    str body;
    const char *limit_group; /* names a row of the connector's limits */
    const char *purpose;     /* "orders.stream": the endpoint's name in logs, breaker and panel */
    bool changes_something;  /* a lost reply is then ERR_UNCERTAIN */
    size_t reply_limit;      /* bytes after decoding; 0: 8 MiB */
    int timeout_ms;          /* 0: 30,000 */
};

struct http_reply {
    int status;
    const struct http_header *headers;
    size_t header_count;
    str body;
    int64_t took_ms;
};

struct http {
    bool (*send)(struct http *h, struct arena *a, const struct http_request *request,
                 struct http_reply *reply, struct err *e);
};

static inline bool http_send(struct http *h, struct arena *a, const struct http_request *request,
                             struct http_reply *reply, struct err *e)
{
    return h->send(h, a, request, reply, e);
}

/* The first value of a header, names compared without case; empty when missing. */
str http_header(const struct http_header *headers, size_t count, const char *name);

/* "https://host[:port]/path": splits and checks; false on anything else than http(s). */
struct url_parts {
    bool is_https;
    str host, path; /* path with query, "/" when none */
    int port;
};
bool url_split(str url, struct url_parts *out);
bool url_is_loopback(const struct url_parts *u); /* localhost, 127.0.0.0/8, ::1 */

#endif
