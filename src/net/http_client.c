#include "net/http_client.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/metrics.h"
#include "net/curl_call.h"

#define SPARE_HANDLES 256
#define KEPT_CONNECTIONS 4096L
#define POLL_MS 1000

struct http_client {
    struct http_client_options options;
    CURLM *multi;
    pthread_t loop;

    pthread_mutex_t lock;
    pthread_cond_t no_callers;
    struct call *incoming; /* newest first */
    size_t callers;
    bool is_stopping;
    _Atomic bool has_cancelled;

    /* The loop's own. */
    struct call *waiting, **waiting_end; /* oldest first: beyond `total` */
    struct call *running;
    size_t running_count;
    CURL *spare[SPARE_HANDLES];
    size_t spare_count;
};

struct http_cancel {
    pthread_mutex_t lock;
    bool is_cancelled;
    struct call *calls;
};

static struct metric out_total =
    METRIC(METRIC_COUNTER, "bedesten_http_out_total", "Outgoing calls by purpose and outcome.");
static struct metric out_seconds =
    METRIC(METRIC_HISTOGRAM, "bedesten_http_out_seconds", "Duration of outgoing calls by purpose.");

/* ---- The loop: runs calls, never waits for a caller ---- */

static void finish(struct http_client *c, struct call *call)
{
    pthread_mutex_lock(&c->lock);
    call->is_done = true;
    pthread_cond_signal(&call->done); /* under the lock: the call ends with its caller's stack */
    pthread_mutex_unlock(&c->lock);
}

static void unlink_call(struct call **list, struct call *call)
{
    while (*list != call) list = &(*list)->next;
    *list = call->next;
}

static CURL *take_handle(struct http_client *c)
{
    return c->spare_count > 0 ? c->spare[--c->spare_count] : curl_easy_init();
}

/* A reset handle forgets the call's headers and credentials; connections live in the multi. */
static void give_handle(struct http_client *c, CURL *easy)
{
    curl_easy_reset(easy);
    if (c->spare_count < SPARE_HANDLES)
        c->spare[c->spare_count++] = easy;
    else
        curl_easy_cleanup(easy);
}

static void end_running(struct http_client *c, struct call *call)
{
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &call->status);
    curl_multi_remove_handle(c->multi, call->easy);
    give_handle(c, call->easy);
    call->easy = NULL;
    unlink_call(&c->running, call);
    c->running_count--;
    finish(c, call);
}

static void start(struct http_client *c, struct call *call)
{
    int64_t left_ms = call->deadline_ms - mono_ms();
    call->easy = take_handle(c);
    if (!call->easy || !call_set_up(call, (int)(left_ms > 1 ? left_ms : 1)) ||
        curl_multi_add_handle(c->multi, call->easy) != CURLM_OK) {
        if (call->easy) give_handle(c, call->easy);
        call->easy = NULL;
        call->result = CURLE_FAILED_INIT;
        finish(c, call);
        return;
    }
    call->next = c->running;
    c->running = call;
    c->running_count++;
}

static void take_incoming(struct http_client *c)
{
    pthread_mutex_lock(&c->lock);
    struct call *newest_first = c->incoming, *oldest_first = NULL;
    c->incoming = NULL;
    pthread_mutex_unlock(&c->lock);
    while (newest_first) {
        struct call *call = newest_first;
        newest_first = call->next;
        call->next = oldest_first;
        oldest_first = call;
    }
    if (!oldest_first) return;
    *c->waiting_end = oldest_first;
    while (*c->waiting_end) c->waiting_end = &(*c->waiting_end)->next;
}

static struct call *take_waiting(struct http_client *c)
{
    struct call *call = c->waiting;
    c->waiting = call->next;
    if (!c->waiting) c->waiting_end = &c->waiting;
    return call;
}

/* Ends the waiting calls that are cancelled or too late. */
static void sift_waiting(struct http_client *c, bool cancel_all)
{
    struct call *call = c->waiting;
    int64_t now = mono_ms();
    c->waiting = NULL;
    c->waiting_end = &c->waiting;
    while (call) {
        struct call *next = call->next;
        call->next = NULL;
        call->was_cancelled = cancel_all || atomic_load(&call->is_cancelled);
        call->timed_out_waiting = now >= call->deadline_ms;
        if (call->was_cancelled || call->timed_out_waiting) {
            finish(c, call);
        } else {
            *c->waiting_end = call;
            c->waiting_end = &call->next;
        }
        call = next;
    }
}

static void cancel_running(struct http_client *c, bool cancel_all)
{
    struct call *next;
    for (struct call *call = c->running; call; call = next) {
        next = call->next;
        if (!cancel_all && !atomic_load(&call->is_cancelled)) continue;
        call->was_cancelled = true;
        end_running(c, call);
    }
}

static void collect(struct http_client *c)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(c->multi, &left)) != NULL) {
        struct call *call;
        CURLcode result = message->data.result; /* the message dies with its handle's removal */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
        call->result = result;
        end_running(c, call);
    }
}

static void *run_loop(void *user)
{
    struct http_client *c = user;
    sigset_t broken_pipe; /* OpenSSL writes without MSG_NOSIGNAL */
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
    size_t total = c->options.total > 0 ? (size_t)c->options.total : 2000;
    for (;;) {
        int going;
        pthread_mutex_lock(&c->lock);
        bool is_stopping = c->is_stopping; /* then nobody adds any more */
        pthread_mutex_unlock(&c->lock);
        take_incoming(c);
        if (atomic_exchange(&c->has_cancelled, false) || is_stopping)
            cancel_running(c, is_stopping);
        sift_waiting(c, is_stopping);
        if (is_stopping) return NULL;
        while (c->waiting && c->running_count < total) start(c, take_waiting(c));
        curl_multi_perform(c->multi, &going);
        collect(c);
        curl_multi_poll(c->multi, NULL, 0, c->waiting ? 50 : POLL_MS, NULL);
    }
}

/* ---- Making and ending a client ---- */

static CURLcode curl_started;

static void start_curl(void)
{
    curl_started = curl_global_init(CURL_GLOBAL_ALL);
}

static char *keep_text(const char *text)
{
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy) abort();
    return copy;
}

static void release(struct http_client *c)
{
    for (size_t i = 0; i < c->spare_count; i++) curl_easy_cleanup(c->spare[i]);
    if (c->multi) curl_multi_cleanup(c->multi);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->no_callers);
    free((char *)c->options.user_agent);
    free((char *)c->options.ca_file);
    free((char *)c->options.unix_socket);
    free(c);
}

struct http_client *http_client_new(const struct http_client_options *options, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_curl);
    struct http_client *c = calloc(1, sizeof *c);
    if (!c) abort();
    c->options = *options;
    c->options.user_agent = keep_text(options->user_agent);
    c->options.ca_file = keep_text(options->ca_file);
    c->options.unix_socket = keep_text(options->unix_socket);
    c->waiting_end = &c->waiting;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->no_callers, NULL);
    c->multi = curl_started == CURLE_OK ? curl_multi_init() : NULL;
    long per_host = options->per_host > 0 ? options->per_host : 64;
    if (!c->multi || curl_multi_setopt(c->multi, CURLMOPT_MAX_HOST_CONNECTIONS, per_host) ||
        curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS) ||
        pthread_create(&c->loop, NULL, run_loop, c) != 0) {
        release(c);
        err_set(e, ERR_UNAVAILABLE, "http.client_failed",
                "the HTTP client could not start: too little memory or too many threads");
        return NULL;
    }
    return c;
}

void http_client_free(struct http_client *c)
{
    pthread_mutex_lock(&c->lock);
    c->is_stopping = true;
    pthread_mutex_unlock(&c->lock);
    curl_multi_wakeup(c->multi);
    pthread_join(c->loop, NULL);
    pthread_mutex_lock(&c->lock);
    while (c->callers > 0) pthread_cond_wait(&c->no_callers, &c->lock);
    pthread_mutex_unlock(&c->lock);
    release(c);
}

/* ---- Cancelling ---- */

struct http_cancel *http_cancel_new(void)
{
    struct http_cancel *cancel = calloc(1, sizeof *cancel);
    if (!cancel) abort();
    pthread_mutex_init(&cancel->lock, NULL);
    return cancel;
}

void http_cancel_free(struct http_cancel *cancel)
{
    assert(!cancel->calls);
    pthread_mutex_destroy(&cancel->lock);
    free(cancel);
}

void http_cancel_now(struct http_cancel *cancel)
{
    pthread_mutex_lock(&cancel->lock);
    cancel->is_cancelled = true;
    for (struct call *call = cancel->calls; call; call = call->cancel_next) {
        atomic_store(&call->is_cancelled, true);
        atomic_store(&call->client->has_cancelled, true);
        curl_multi_wakeup(call->client->multi); /* a call in the list keeps its client alive */
    }
    pthread_mutex_unlock(&cancel->lock);
}

static void join_cancel(struct http_cancel *cancel, struct call *call)
{
    if (!cancel) return;
    pthread_mutex_lock(&cancel->lock);
    atomic_store(&call->is_cancelled, cancel->is_cancelled);
    call->cancel_next = cancel->calls;
    call->cancel_holder = &cancel->calls;
    if (cancel->calls) cancel->calls->cancel_holder = &call->cancel_next;
    cancel->calls = call;
    pthread_mutex_unlock(&cancel->lock);
}

static void leave_cancel(struct http_cancel *cancel, struct call *call)
{
    if (!cancel) return;
    pthread_mutex_lock(&cancel->lock);
    *call->cancel_holder = call->cancel_next;
    if (call->cancel_next) call->cancel_next->cancel_holder = call->cancel_holder;
    pthread_mutex_unlock(&cancel->lock);
}

/* ---- Sending ---- */

/* Hands the call to the loop and sleeps until the loop has let go of it. */
static void run_call(struct http_client *c, struct call *call)
{
    pthread_mutex_lock(&c->lock);
    if (c->is_stopping || atomic_load(&call->is_cancelled)) {
        call->was_cancelled = true;
    } else {
        c->callers++;
        call->next = c->incoming;
        c->incoming = call;
        curl_multi_wakeup(c->multi);
        while (!call->is_done) pthread_cond_wait(&call->done, &c->lock);
    }
    pthread_mutex_unlock(&c->lock);
}

static void leave_client(struct http_client *c, const struct call *call)
{
    if (!call->is_done) return;
    pthread_mutex_lock(&c->lock);
    if (--c->callers == 0) pthread_cond_broadcast(&c->no_callers);
    pthread_mutex_unlock(&c->lock);
}

static void count_call(const struct call *call, bool ok, const struct err *e, int64_t took_us)
{
    char labels[160];
    const char *purpose = call->request->purpose ? call->request->purpose : "other";
    snprintf(labels, sizeof labels, "purpose=\"%s\"", purpose);
    metric_observe_us(&out_seconds, labels, took_us);
    if (ok)
        snprintf(labels, sizeof labels, "purpose=\"%s\",outcome=\"%dxx\"", purpose,
                 (int)(call->status / 100));
    else
        snprintf(labels, sizeof labels, "purpose=\"%s\",outcome=\"%s\"", purpose, e->code);
    metric_add(&out_total, labels, 1);
}

bool http_client_send(struct http_client *c, struct http_cancel *cancel, struct arena *a,
                      const struct http_request *request, struct http_reply *reply, struct err *e)
{
    struct err unread = { 0 };
    struct call call;
    if (!e) e = &unread;
    if (!call_prepare(&call, &c->options, request, e)) return false;
    call.client = c;
    int64_t begun_us = mono_us();
    call.deadline_ms =
        mono_ms() + (request->timeout_ms > 0 ? request->timeout_ms : CALL_TIMEOUT_MS);
    join_cancel(cancel, &call);
    run_call(c, &call);
    leave_cancel(cancel, &call);
    bool ok = call_judge(&call, a, reply, e);
    int64_t took_us = mono_us() - begun_us;
    if (ok) reply->took_ms = took_us / 1000;
    count_call(&call, ok, e, took_us);
    call_release(&call);
    leave_client(c, &call);
    return ok;
}

static bool send_over_client(struct http *h, struct arena *a, const struct http_request *request,
                             struct http_reply *reply, struct err *e)
{
    struct http_over_client *over = (struct http_over_client *)h;
    return http_client_send(over->client, over->cancel, a, request, reply, e);
}

struct http_over_client http_over_client(struct http_client *client, struct http_cancel *cancel)
{
    return (struct http_over_client){ { send_over_client }, client, cancel };
}
