#include <stdio.h>
#include <stdlib.h>

#include "api/problem.h"
#include "api/resources.h"
#include "api/session/jwt.h"
#include "base/log.h"
#include "base/metrics.h"

static struct metric requests = METRIC(METRIC_COUNTER, "bedesten_api_requests_total",
                                       "Requests to the API by route, method and status.");
static struct metric request_times = METRIC(METRIC_HISTOGRAM, "bedesten_api_request_seconds",
                                            "Duration of requests to the API by route.");

const struct http_route *const resource_tables[] = {
    session_routes, overview_routes, marketplace_routes, store_routes, product_routes, stock_routes,
    listing_routes, order_routes,    call_routes,        job_routes,   event_routes,   fault_routes,
    live_routes,    hook_routes,     system_routes,      NULL,
};
static const struct http_route *const tables[] = {
    session_routes, overview_routes, marketplace_routes, store_routes, product_routes, stock_routes,
    listing_routes, order_routes,    call_routes,        job_routes,   event_routes,   fault_routes,
    live_routes,    hook_routes,     system_routes,      panel_routes, NULL,
};

/* ---- One request ---- */

static void count(const struct http_exchange *x, int64_t begun_us)
{
    char labels[192];
    const char *route = http_route_pattern(x);
    snprintf(labels, sizeof labels, "route=\"%s\",method=\"%s\"", route, x->route->method);
    metric_observe_us(&request_times, labels, mono_us() - begun_us);
    snprintf(labels, sizeof labels, "route=\"%s\",method=\"%s\",status=\"%d\"", route,
             x->route->method, x->status);
    metric_add(&requests, labels, 1);
}

/* The route, never the path: a callback's path holds its secret. A reply without an error was meant,
 * whatever its status: /readyz, a kept reply. */
static void tell(const struct http_exchange *x, const struct err *e)
{
    if (x->status < 400 || e->kind == ERR_NONE) return;
    const struct log_field fields[] = {
        LOG_CSTR("route", http_route_pattern(x)),
        LOG_CSTR("method", x->method),
        LOG_INT("status", x->status),
        LOG_CSTR("request", x->request_id),
    };
    log_err(x->status >= 500 ? LOG_ERROR : LOG_DEBUG,
            x->status >= 500 ? "request failed" : "request refused", e, fields,
            sizeof fields / sizeof *fields);
}

void api_run(struct request *r, const struct route_facts *facts, struct err *e)
{
    if (!facts->run(r, e)) problem_reply(r->x, e, r->now);
}

void api_handle(struct http_exchange *x)
{
    struct api *a = x->context;
    const struct route_facts *facts = x->route->facts;
    int64_t begun_us = mono_us();
    struct err e = { 0 };
    struct request r = {
        .api = a,
        .service = a->service,
        .x = x,
        .arena = x->arena,
        .now = clock_now(a->service->clock),
    };
    if (!auth_enter(&r, facts, &e))
        problem_reply(x, &e, r.now);
    else if (keep_applies(&r, facts))
        keep_run(&r, facts, &e);
    else
        api_run(&r, facts, &e);
    tell(x, &e);
    count(x, begun_us);
}

static void refuse(struct http_exchange *x)
{
    problem_refuse(x, x->status);
    headers_add(x);
}

/* ---- The api ---- */

struct api *api_new(const struct api_options *o, struct err *e)
{
    struct api *a = calloc(1, sizeof *a);
    if (!a) abort();
    a->options = *o;
    a->service = o->service;
    atomic_store(&a->not_ready, "starting");
    a->key = jwt_key_open(a->service, e);
    a->live = a->key ? live_start(a, e) : NULL;
    if (a->live) return a;
    api_free(a);
    return NULL;
}

void api_free(struct api *a)
{
    if (a->live) live_free(a->live);
    if (a->key) jwt_key_free(a->key);
    free(a);
}

void api_routes(struct api *a, struct http_server_options *out)
{
    out->tables = tables;
    out->context = a;
    out->before = NULL;
    out->after = headers_add;
    out->refuse = refuse;
}

void api_not_ready(struct api *a, const char *why)
{
    atomic_store(&a->not_ready, why);
}

void api_ring(void *api)
{
    struct api *a = api;
    live_ring(a->live);
}

void api_stop(struct api *a)
{
    live_stop(a->live);
}
