/*
 * One request: judged when its head is in, read up to its route's limit, suspended while a handler
 * of the pool has it, then answered. MHD takes a reply at two moments only: right after the head
 * (which ends the connection) and when the whole request was read. So what is refused is read away
 * first where that is cheap, which keeps the connection.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/metrics.h"
#include "net/http_inside.h"

#define DISCARD_AT_ONCE ((size_t)64 << 10) /* a refused body up to this is read away */
#define DISCARD_CHUNKED ((size_t)1 << 20)  /* and of an unannounced one this much past the limit */
#define BYTES_PER_MS 1                     /* the slowest client we wait for: 1 KB/s */
#define REPLY_TIMEOUT_MS 30000

static struct metric in_total =
    METRIC(METRIC_COUNTER, "bedesten_http_in_total", "Requests served by route and status class.");
static struct metric in_seconds =
    METRIC(METRIC_HISTOGRAM, "bedesten_http_in_seconds", "Duration of requests by route.");

/* ---- Counting what runs, for the stop ---- */

static void begin_running(struct served *r)
{
    pthread_mutex_lock(&r->server->lock);
    r->server->running++;
    pthread_mutex_unlock(&r->server->lock);
    r->is_running = true;
}

static void end_running(struct served *r)
{
    if (!r->is_running) return;
    r->is_running = false;
    pthread_mutex_lock(&r->server->lock);
    if (--r->server->running == 0) pthread_cond_broadcast(&r->server->fewer);
    pthread_mutex_unlock(&r->server->lock);
}

static void count_request(const struct served *r)
{
    char labels[192];
    const char *route = r->route ? r->route->pattern : "";
    snprintf(labels, sizeof labels, "route=\"%s\"", route);
    metric_observe_us(&in_seconds, labels, mono_us() - r->begun_us);
    snprintf(labels, sizeof labels, "route=\"%s\",status=\"%dxx\"", route, r->status / 100);
    metric_add(&in_total, labels, 1);
}

/* ---- The reply ---- */

static void fill_exchange(struct served *r, struct http_exchange *x, struct arena *a)
{
    *x = (struct http_exchange){
        .arena = a,
        .method = r->method,
        .path = r->facts.path,
        .query = r->facts.query,
        .headers = r->headers,
        .header_count = r->header_count,
        .body = { r->body, r->body_len },
        .remote_address = str_from(r->connection->address),
        .is_local_socket = r->connection->is_local,
        .context = r->server->options.context,
        .route = r->route,
    };
    memcpy(x->request_id, r->request_id, sizeof x->request_id);
}

static void on_upgrade(void *user, struct MHD_Connection *mhd, void *context, const char *extra,
                       size_t extra_len, MHD_socket fd, struct MHD_UpgradeResponseHandle *handle)
{
    struct served *r = context;
    (void)user, (void)mhd;
    connection_deadline(r->connection, 0);
    count_request(r);
    end_running(r);
    free(r->headers); /* the rest stays as long as the socket */
    r->headers = NULL;
    r->header_count = 0;
    r->has_socket_user = false;
    ws_loop_take(r->server->sockets, r->route->websocket, r->socket_user, fd, handle, extra,
                 extra_len);
}

static struct MHD_Response *upgrade_response(struct served *r)
{
    char accept[WS_ACCEPT_SIZE];
    struct MHD_Response *response = MHD_create_response_for_upgrade(on_upgrade, NULL);
    if (!response) abort();
    ws_accept_value(r->ws_key, accept);
    MHD_add_response_header(response, "Upgrade", "websocket");
    MHD_add_response_header(response, "Sec-WebSocket-Accept", accept);
    return response;
}

static struct MHD_Response *body_response(const struct http_exchange *x)
{
    char *copy = NULL;
    if (x->reply_body.len > 0) {
        copy = malloc(x->reply_body.len);
        if (!copy) abort();
        memcpy(copy, x->reply_body.at, x->reply_body.len);
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(x->reply_body.len, copy, MHD_RESPMEM_MUST_FREE);
    if (!response) abort();
    const char *type = x->content_type;
    if (!type && x->reply_body.len > 0) type = "application/json";
    if (type) MHD_add_response_header(response, "Content-Type", type);
    return response;
}

/* Turns what the handler left into MHD's response, which owns all its memory. */
static void keep_reply(struct served *r, struct http_exchange *x)
{
    bool is_upgrade = x->status == 101 && r->route && r->route->websocket && r->ws_key[0];
    if (!is_upgrade && (x->status < 200 || x->status > 599)) {
        log_error("handler left no valid status", LOG_CSTR("route", http_route_pattern(x)),
                  LOG_INT("status", x->status));
        http_route_refuse(&r->server->options, x, 500, NULL);
    }
    if (x->status == 204) x->reply_body = (str){ 0 };
    r->status = x->status;
    r->is_cut = x->cut;
    r->socket_user = x->socket_user;
    r->has_socket_user = is_upgrade;
    r->reply_size = x->reply_body.len;
    r->response = is_upgrade ? upgrade_response(r) : body_response(x);
    for (size_t i = 0; i < x->reply_header_count; i++)
        MHD_add_response_header(r->response, str_cstr(x->arena, x->reply_headers[i].name),
                                str_cstr(x->arena, x->reply_headers[i].value));
    MHD_add_response_header(r->response, "X-Request-Id", r->request_id);
    if (!is_upgrade && atomic_load(&r->server->is_draining))
        MHD_add_response_header(r->response, "Connection", "close");
}

static void keep_refusal(struct served *r, int status)
{
    struct http_exchange x;
    AUTO(arena) arena = arena_new();
    fill_exchange(r, &x, arena);
    http_route_refuse(&r->server->options, &x, status, r->allow);
    keep_reply(r, &x);
}

void request_run(struct served *r, struct arena *a)
{
    struct http_exchange x;
    fill_exchange(r, &x, a);
    http_route_run(&r->server->options, &x);
    keep_reply(r, &x);
}

void request_skip(struct served *r)
{
    keep_refusal(r, 503);
}

/* Hands the kept reply to MHD. */
static enum MHD_Result answer(struct served *r)
{
    r->step = SERVED_ANSWERED;
    if (r->is_cut) return MHD_NO;
    connection_deadline(r->connection, REPLY_TIMEOUT_MS + (int64_t)r->reply_size / BYTES_PER_MS);
    enum MHD_Result queued = MHD_queue_response(r->mhd, (unsigned)r->status, r->response);
    MHD_destroy_response(r->response); /* the connection holds its own count */
    r->response = NULL;
    return queued;
}

static enum MHD_Result answer_refusal(struct served *r, int status, bool is_early)
{
    r->connection->lingers = r->connection->lingers || is_early;
    keep_refusal(r, status);
    if (is_early) MHD_add_response_header(r->response, "Connection", "close");
    return answer(r);
}

/* ---- The head ---- */

static enum MHD_Result add_field(void *user, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    struct served *r = user;
    (void)kind;
    if (r->header_count == GATE_FIELDS) return MHD_NO;
    r->headers[r->header_count++] =
        (struct http_header){ { name, name_len }, { value ? value : "", value_len } };
    return MHD_YES;
}

/* Returns how many there are, which may be more than are kept. */
static size_t read_fields(struct served *r)
{
    int count = MHD_get_connection_values(r->mhd, MHD_HEADER_KIND, NULL, NULL);
    size_t total = count > 0 ? (size_t)count : 0;
    r->headers = calloc(total < GATE_FIELDS ? total + 1 : GATE_FIELDS, sizeof *r->headers);
    if (!r->headers) abort();
    MHD_get_connection_values_n(r->mhd, MHD_HEADER_KIND, add_field, r);
    return total;
}

static int judge(struct served *r, const char *version)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    struct http_head head = { .method = r->method,
                              .version = version,
                              .target = str_from(r->target),
                              .headers = r->headers };
    head.header_count = read_fields(r);
    head.headers = r->headers;
    int status = http_gate(&head, &r->facts);
    if (status != 0) return status;
    r->layout.method = r->method;
    r->layout.version = version;
    r->layout.end = r->method + info->header_size;
    return http_gate_is_tight(&r->layout, r->headers, r->header_count) ? 0 : 400;
}

/* Somebody before us (a proxy) may have named the request already. */
static void name_request(struct served *r)
{
    str given = http_header(r->headers, r->header_count, "X-Request-Id");
    bool is_sane = given.len > 0 && given.len < sizeof r->request_id;
    for (size_t i = 0; is_sane && i < given.len; i++) {
        char c = given.at[i];
        is_sane = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
    }
    if (is_sane)
        str_fill(r->request_id, sizeof r->request_id, given);
    else
        random_id(r->request_id);
}

/* 0, or why no handler will see it. */
static int find_route(struct served *r)
{
    struct http_found found;
    if (atomic_load(&r->server->is_draining)) return 503;
    http_route_find(r->server->options.tables, r->method, r->facts.path, &found);
    r->route = found.route;
    memcpy(r->allow, found.allow, sizeof r->allow);
    if (!found.route) return found.status;
    r->body_limit = http_route_body_limit(found.route);
    if (r->facts.has_length && r->facts.length > r->body_limit) return 413;
    if (!found.route->websocket) return 0;
    if (r->facts.is_chunked || r->facts.length > 0) return 400;
    if (strcmp(r->layout.version, "HTTP/1.1") != 0) return 426;
    return ws_check_handshake(r->method, r->headers, r->header_count, r->ws_key);
}

/* Counted from the body's begin: an unannounced body earns time with each byte, but never more than
 * that byte was worth. */
static void set_body_deadline(struct served *r)
{
    uint64_t size = r->facts.has_length ? r->facts.length : r->body_len + r->discarded;
    int64_t allowed_ms = r->server->options.body_timeout_ms + (int64_t)(size / BYTES_PER_MS);
    int64_t left_ms = r->body_begun_ms + allowed_ms - mono_ms();
    connection_deadline(r->connection, left_ms > 1 ? left_ms : 1);
}

static enum MHD_Result take_head(struct served *r, const char *method, const char *version)
{
    if (r->connection->is_refused) return MHD_NO;
    r->method = method;
    int status = judge(r, version);
    name_request(r);
    if (status != 0) return answer_refusal(r, status, true);
    r->refusal = find_route(r);
    bool has_body = r->facts.is_chunked || r->facts.length > 0;
    bool is_large = r->facts.expects_continue || r->facts.length > DISCARD_AT_ONCE;
    if (r->refusal != 0 && has_body && is_large) return answer_refusal(r, r->refusal, true);
    r->step = r->refusal != 0 ? SERVED_DISCARD : SERVED_BODY;
    if (r->refusal == 0) begin_running(r);
    r->body_begun_ms = mono_ms();
    if (has_body) set_body_deadline(r);
    return MHD_YES;
}

/* ---- The body, and handing over ---- */

static void grow_body(struct served *r, size_t len)
{
    size_t room = r->body_room ? r->body_room : 4096;
    if (r->facts.has_length) room = (size_t)r->facts.length; /* within the limit, as was checked */
    while (room < len) room *= 2;
    char *larger = realloc(r->body, room);
    if (!larger) abort();
    r->body = larger;
    r->body_room = room;
}

static void take_body(struct served *r, const char *data, size_t size)
{
    if (size > r->body_limit - r->body_len) {
        r->refusal = 413;
        r->step = SERVED_DISCARD;
        free(r->body);
        r->body = NULL;
        r->body_len = r->body_room = 0;
        return;
    }
    if (r->body_len + size > r->body_room) grow_body(r, r->body_len + size);
    memcpy(r->body + r->body_len, data, size);
    r->body_len += size;
}

static enum MHD_Result hand_over(struct served *r)
{
    r->step = SERVED_HANDLED;
    connection_deadline(r->connection, 0);
    MHD_suspend_connection(r->mhd);
    if (!pool_add(&r->server->pool, r)) {
        keep_refusal(r, 503);
        MHD_resume_connection(r->mhd);
    }
    return MHD_YES;
}

static enum MHD_Result discard(struct served *r, size_t size)
{
    r->discarded += size;
    if (r->discarded <= DISCARD_CHUNKED) return MHD_YES;
    r->connection->lingers = true;
    return MHD_NO;
}

/* ---- What MHD calls ---- */

void *request_begins(void *server, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server *s = server;
    struct served *r = calloc(1, sizeof *r);
    if (!r) abort();
    r->server = s;
    r->mhd = mhd;
    r->begun_us = mono_us();
    r->connection =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    r->layout.target = uri ? uri : "";
    r->layout.target_len = strlen(r->layout.target);
    r->target = strdup(r->layout.target);
    if (!r->target) abort();
    atomic_store(&r->connection->is_idle, false);
    if (!r->connection->is_fresh) connection_deadline(r->connection, s->options.head_timeout_ms);
    return r;
}

enum MHD_Result request_goes_on(void *server, struct MHD_Connection *mhd, const char *url,
                                const char *method, const char *version, const char *data,
                                size_t *size, void **context)
{
    struct served *r = *context;
    (void)server, (void)mhd, (void)url;
    if (!r) return MHD_NO;
    size_t len = *size;
    *size = 0;
    switch (r->step) {
    case SERVED_HEAD:
        return take_head(r, method, version);
    case SERVED_BODY:
        if (len == 0) return hand_over(r);
        take_body(r, data, len);
        if (r->facts.is_chunked) set_body_deadline(r);
        return MHD_YES;
    case SERVED_DISCARD:
        return len > 0 ? discard(r, len) : answer_refusal(r, r->refusal, false);
    case SERVED_HANDLED:
        return answer(r);
    case SERVED_ANSWERED:
        return MHD_YES;
    }
    return MHD_NO;
}

void request_ends(void *server, struct MHD_Connection *mhd, void **context,
                  enum MHD_RequestTerminationCode why)
{
    struct http_server *s = server;
    struct served *r = *context;
    (void)mhd, (void)why;
    if (!r) return;
    *context = NULL;
    if (r->status != 101 && r->status != 0) count_request(r);
    r->connection->is_fresh = false;
    connection_deadline(r->connection, s->options.idle_timeout_ms);
    atomic_store(&r->connection->is_idle, true);
    if (r->has_socket_user) /* the client went before it had its 101 */
        ws_loop_take(s->sockets, r->route->websocket, r->socket_user, -1, NULL, NULL, 0);
    end_running(r);
    if (r->response) MHD_destroy_response(r->response);
    free(r->headers);
    free(r->target);
    free(r->body);
    free(r);
}
