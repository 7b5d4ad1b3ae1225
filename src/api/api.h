/*
 * api.h: /api/v1, the webhooks, health and metrics, and the panel's files, as routes of the HTTP server.
 *
 * Shape    one file per resource holds its routes, reader and writer; domain types know no JSON. It
 *          queues marketplace work and never calls a marketplace.
 * Threads  handlers run on the server's pool; api_ring() from any thread.
 * Source   docs/openapi/bedesten.yaml, which a test holds against every route and reply.
 */
#ifndef API_API_H
#define API_API_H

#include "net/http_server.h"
#include "queue/limit.h"
#include "service/service.h"

struct api;

struct api_options {
    struct service *service;
    struct limits *limits;            /* for a store's limits used; may be NULL */
    const struct static_files *panel; /* NULL: no panel */
    str openapi_json;                 /* served as it is; outlives the api */
    const char *version;
    str environment; /* "development", "staging", "production" */
    bool is_secure;  /* reached by TLS: cookies are marked Secure, HSTS is sent */
};

/* Makes or opens the signing key ({p}mp_setting, sealed) and starts the live feed's thread. */
struct api *api_new(const struct api_options *o, struct err *e);
/* After the server has stopped. */
void api_free(struct api *a);
AUTO_CLOSE(api, api_free)

/* Fills what the server needs of us: tables, context, before, after, refuse. */
void api_routes(struct api *a, struct http_server_options *out);

/* /readyz answers 503 with `why` until this is NULL. Starts as "starting". */
void api_not_ready(struct api *a, const char *why);

/* struct service's ring: something was written to {p}mp_event. */
void api_ring(void *api);

/* Closes the live sockets' feed; the server closes the sockets. */
void api_stop(struct api *a);

#endif
