/*
 * curl_call.h: one outgoing call, from the request to the judged outcome. Only http_client.c's.
 *
 * Shape    the caller prepares and judges, the loop sets up the handle and collects. The request is
 *          borrowed throughout: its caller sleeps until the loop has let go.
 * Memory   head and body are the call's own buffers until call_judge() copies them to the arena.
 */
#ifndef NET_CURL_CALL_H
#define NET_CURL_CALL_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "net/http_client.h"

#define CALL_REPLY_LIMIT ((size_t)8 << 20)
#define CALL_HEAD_LIMIT ((size_t)64 << 10)
#define CALL_TIMEOUT_MS 30000
#define CALL_CONNECT_TIMEOUT_MS 5000

struct call_buffer {
    char *at;
    size_t len, room;
};

struct call {
    const struct http_request *request;
    struct url_parts url;
    char *url_text;
    struct curl_slist *headers;
    const struct http_client_options *options;

    /* The loop's while it runs. */
    CURL *easy;
    struct call_buffer head, body;
    size_t body_sent; /* of the request, handed to curl */
    bool has_left;    /* the request was begun on a connection: it may have arrived */
    bool was_cut;     /* a second sending was refused */
    bool is_too_large;
    bool head_is_whole; /* curl takes a head that ends in the middle for a reply */
    int64_t deadline_ms;
    char curl_message[CURL_ERROR_SIZE];

    /* The outcome, written by the loop before is_done. */
    CURLcode result;
    long status;
    bool was_cancelled;
    bool timed_out_waiting;

    /* Between caller and loop. */
    _Atomic bool is_cancelled;
    bool is_done; /* under the client's lock */
    pthread_cond_t done;
    struct http_client *client;
    struct call *next;                         /* in the loop's lists */
    struct call *cancel_next, **cancel_holder; /* in its canceller's list */
};

/* Checks the request and makes what curl needs; nothing to free when it fails. */
bool call_prepare(struct call *call, const struct http_client_options *options,
                  const struct http_request *request, struct err *e);
/* Sets every option of call->easy, a handle that was just reset. */
bool call_set_up(struct call *call, int timeout_ms);
/* Turns the outcome into the reply or the error. */
bool call_judge(const struct call *call, struct arena *a, struct http_reply *reply, struct err *e);
/* Zeroes what may hold secrets, and frees. */
void call_release(struct call *call);

#endif
