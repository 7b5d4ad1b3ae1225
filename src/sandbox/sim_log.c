#include "sandbox/sim_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/sim.h"

#define BODY_BYTES ((size_t)64 << 20)

void sim_log_open(struct sim_log *log)
{
    log->requests = sim_alloc(SIM_LOG_REQUESTS, sizeof *log->requests);
    log->breaches = sim_alloc(SIM_LOG_BREACHES, sizeof *log->breaches);
    log->first_body = 1;
}

static void drop_body(struct sim_log *log, struct sim_request *r)
{
    if (r->body) log->body_bytes -= r->body_size;
    free(r->body);
    r->body = NULL;
}

void sim_log_free(struct sim_log *log)
{
    for (size_t i = 0; i < SIM_LOG_REQUESTS; i++) {
        free(log->requests[i].path);
        free(log->requests[i].body);
    }
    free(log->requests);
    free(log->breaches);
    *log = (struct sim_log){ 0 };
}

static char *whole_path(const struct http_exchange *x)
{
    char *path = sim_alloc(x->path.len + x->query.len + 2, 1);
    memcpy(path, x->path.at, x->path.len);
    if (!x->query.len) return path;
    path[x->path.len] = '?';
    memcpy(path + x->path.len + 1, x->query.at, x->query.len);
    return path;
}

uint64_t sim_log_receive(struct sim_log *log, const struct http_exchange *x, const char *endpoint,
                         utc_ms at, int64_t received_us)
{
    struct sim_request *r = &log->requests[++log->last_request % SIM_LOG_REQUESTS];
    free(r->path);
    drop_body(log, r);
    *r = (struct sim_request){
        .number = log->last_request,
        .at = at,
        .mono_us = received_us,
        .path = whole_path(x),
        .endpoint = endpoint,
        .body_size = x->body.len,
    };
    str_fill(r->method, sizeof r->method, str_from(x->method));
    if (x->body.len && x->body.len <= BODY_BYTES) {
        r->body = sim_text(x->body);
        log->body_bytes += x->body.len;
    }
    while (log->body_bytes > BODY_BYTES) {
        struct sim_request *oldest = sim_log_request(log, log->first_body++);
        if (oldest) drop_body(log, oldest);
    }
    return r->number;
}

struct sim_request *sim_log_request(struct sim_log *log, uint64_t number)
{
    struct sim_request *r = &log->requests[number % SIM_LOG_REQUESTS];
    return number && r->number == number ? r : NULL;
}

void sim_log_breach(struct sim_log *log, utc_ms at, uint64_t request, int64_t seller,
                    const char *rule, const char *format, ...)
{
    struct sim_breach *b = &log->breaches[++log->last_breach % SIM_LOG_BREACHES];
    *b = (struct sim_breach){
        .number = log->last_breach, .at = at, .request = request, .seller = seller, .rule = rule
    };
    va_list args;
    va_start(args, format);
    vsnprintf(b->detail, sizeof b->detail, format, args);
    va_end(args);
}

void sim_put_seller(struct json_writer *w, int64_t seller)
{
    if (seller)
        json_put_i64(w, "seller", seller);
    else
        json_put_null(w, "seller");
}

static void write_request(struct json_writer *w, const struct sim_request *r)
{
    json_open_object(w, NULL);
    json_put_i64(w, "number", (int64_t)r->number);
    json_put_i64(w, "at", r->at);
    json_put_i64(w, "mono_us", r->mono_us);
    json_put_cstr(w, "method", r->method);
    json_put_cstr(w, "path", r->path);
    json_put_cstr(w, "endpoint", r->endpoint);
    sim_put_seller(w, r->seller);
    json_put_i64(w, "status", r->status);
    json_put_bool(w, "cut", r->cut);
    json_put_cstr(w, "fault", r->fault);
    if (r->body)
        json_put_text(w, "body", (str){ r->body, r->body_size });
    else
        json_put_null(w, "body");
    json_put_i64(w, "body_size", (int64_t)r->body_size);
    json_close_object(w);
}

void sim_log_write_requests(struct sim_log *log, struct json_writer *w, uint64_t after,
                            int64_t seller, str endpoint, size_t limit)
{
    uint64_t oldest =
        log->last_request > SIM_LOG_REQUESTS ? log->last_request - SIM_LOG_REQUESTS + 1 : 1;
    uint64_t read_to = after; /* where the next call goes on, also past what the filter skipped */
    json_open_object(w, NULL);
    json_open_array(w, "items");
    for (uint64_t n = after + 1 > oldest ? after + 1 : oldest; n <= log->last_request && limit;
         n++) {
        const struct sim_request *r = &log->requests[n % SIM_LOG_REQUESTS];
        read_to = n;
        if (seller && r->seller != seller) continue;
        if (endpoint.len && !str_eq(endpoint, str_from(r->endpoint))) continue;
        write_request(w, r);
        limit--;
    }
    json_close_array(w);
    json_put_i64(w, "next_after", (int64_t)read_to);
    json_put_i64(w, "count", (int64_t)log->last_request);
    json_put_i64(w, "oldest", (int64_t)oldest);
    json_close_object(w);
}

void sim_log_write_breaches(struct sim_log *log, struct json_writer *w, uint64_t after,
                            size_t limit)
{
    uint64_t oldest =
        log->last_breach > SIM_LOG_BREACHES ? log->last_breach - SIM_LOG_BREACHES + 1 : 1;
    json_open_object(w, NULL);
    json_open_array(w, "items");
    for (uint64_t n = after + 1 > oldest ? after + 1 : oldest; n <= log->last_breach && limit;
         n++, limit--) {
        const struct sim_breach *b = &log->breaches[n % SIM_LOG_BREACHES];
        json_open_object(w, NULL);
        json_put_i64(w, "number", (int64_t)b->number);
        json_put_i64(w, "at", b->at);
        json_put_i64(w, "request", (int64_t)b->request);
        sim_put_seller(w, b->seller);
        json_put_cstr(w, "rule", b->rule);
        json_put_cstr(w, "detail", b->detail);
        json_close_object(w);
    }
    json_close_array(w);
    json_put_i64(w, "count", (int64_t)log->last_breach);
    json_close_object(w);
}
