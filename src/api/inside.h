/*
 * inside.h: what the files of the API share: the api itself, one request, and what a route says of
 * itself. Nobody else's.
 *
 * Shape    every route of ours runs through api_handle(): who asks, whether he may, whether this
 *          request was answered before, the route's own function, the problem it met, the count.
 * Memory   all of a request lives in its exchange's arena.
 */
#ifndef API_INSIDE_H
#define API_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/api.h"
#include "base/json.h"
#include "repo/people_repo.h"

struct live;
struct jwt_key;

struct api {
    struct api_options options;
    struct service *service;
    struct jwt_key *key;
    struct live *live;
    _Atomic(const char *) not_ready; /* why; NULL: ready */
    atomic_int signing_in;           /* requests that hash a password now */
};

struct request {
    struct api *api;
    struct service *service;
    struct http_exchange *x;
    struct arena *arena;
    struct actor actor;
    struct user user; /* id 0: nobody, or the system over the control socket */
    str session_id;
    utc_ms now;
};

enum access {
    ACCESS_PUBLIC,
    ACCESS_SIGNED_IN, /* or over the control socket; with `right` when that is not 0 */
    ACCESS_PERSON,    /* a session of a user: the system has none */
    ACCESS_ADMIN,     /* roles admin and super_admin, and the control socket */
    ACCESS_OWNER,     /* role super_admin, and the control socket: sees every company */
    ACCESS_CONTROL,   /* the control socket alone */
    ACCESS_LOOPBACK,  /* this machine: no name is asked */
};

/* http_route.facts of every route. */
struct route_facts {
    enum access access;
    unsigned right; /* enum right; 0: none */
    bool (*run)(struct request *r, struct err *e);
    bool is_never_kept; /* an Idempotency-Key is not heeded: the reply is for one use */
    bool is_inner;      /* not of the description: the panel's files, the 404 of /api */
};

#define ROUTE(method_, pattern_, access_, right_, run_)                                            \
    {                                                                                              \
        .method = (method_), .pattern = (pattern_), .handle = api_handle,                          \
        .facts = &(const struct route_facts)                                                       \
        {                                                                                          \
            .access = (access_), .right = (right_), .run = (run_)                                  \
        }                                                                                          \
    }

void api_handle(struct http_exchange *x);

/* auth.c: fills actor, user and session, or says why not. */
bool auth_enter(struct request *r, const struct route_facts *facts, struct err *e);
/* Whether a request with a cookie or a socket comes from our own pages: ERR_FORBIDDEN
 * "session.origin". Without the browser's headers it is not a browser. */
bool auth_same_origin(const struct http_exchange *x, struct err *e);
/* Whether this machine itself asks, not somebody through its proxy. */
bool auth_is_loopback(const struct http_exchange *x);

/* keep.c: runs a write under its Idempotency-Key, or gives the first reply again. */
bool keep_applies(const struct request *r, const struct route_facts *facts);
void keep_run(struct request *r, const struct route_facts *facts, struct err *e);

/* The route's function, and its problem as reply. */
void api_run(struct request *r, const struct route_facts *facts, struct err *e);

/* headers.c: after every reply. */
void headers_add(struct http_exchange *x);

#endif
