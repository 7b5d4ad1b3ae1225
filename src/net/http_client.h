/*
 * http_client.h: one curl-multi loop on its own thread, used by callers that block.
 *
 * Threads  any number of callers; each sleeps until its call is answered, cancelled or timed out. A
 *          cancelled call returns only after the loop has let go of its handle (architecture, rule 14).
 * Errors   see http.h. Also ERR_INVALID "http.plain_refused" for plain HTTP off loopback. TLS is
 *          always verified; there is no switch.
 */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H

#include "net/http.h"

struct http_client;

struct http_client_options {
    const char *user_agent;  /* used when a request has none */
    const char *ca_file;     /* NULL: the system's; tests bring their own */
    int per_host;            /* connections; 0: 64 */
    int total;               /* 0: 2,000 */
    const char *unix_socket; /* all calls go to this socket instead of TCP: our own commands */
};

struct http_client *http_client_new(const struct http_client_options *options, struct err *e);
/* Cancels what runs, then ends the loop. */
void http_client_free(struct http_client *c);
AUTO_CLOSE(http_client, http_client_free)

/* Cancels every call made with it, now and later. */
struct http_cancel;
struct http_cancel *http_cancel_new(void);
void http_cancel_now(struct http_cancel *c);
void http_cancel_free(struct http_cancel *c);
AUTO_CLOSE(http_cancel, http_cancel_free)

/* cancel may be NULL. */
bool http_client_send(struct http_client *c, struct http_cancel *cancel, struct arena *a,
                      const struct http_request *request, struct http_reply *reply, struct err *e);

/* The same as the interface of http.h. */
struct http_over_client {
    struct http http;
    struct http_client *client;
    struct http_cancel *cancel;
};
struct http_over_client http_over_client(struct http_client *client, struct http_cancel *cancel);

#endif
