/*
 * http_route.h: finds the route of a path and runs an exchange through it.
 *
 * Shape    literal parts win over {places}, and those over a last {rest*}; the table's order does
 *          not matter. A GET route answers HEAD too.
 */
#ifndef NET_HTTP_ROUTE_H
#define NET_HTTP_ROUTE_H

#include "net/http_server.h"

struct http_found {
    const struct http_route *route; /* NULL: see status */
    int status;                     /* 404 or 405 when no route was found */
    char allow[64];                 /* with 405: "GET, HEAD, PUT" */
};

void http_route_find(const struct http_route *const *tables, const char *method, str path,
                     struct http_found *out);
/* Fills the pattern's {places}, decoded; false when an escape is broken. */
bool http_route_params(const struct http_route *route, str path, struct arena *a, str params[4]);
size_t http_route_body_limit(const struct http_route *route);

/* before, handler, after, as the options have them. x->route is set and its request part full. */
void http_route_run(const struct http_server_options *o, struct http_exchange *x);
/* The server's own answer: a status and what options.refuse says to it. */
void http_route_refuse(const struct http_server_options *o, struct http_exchange *x, int status,
                       const char *allow);

#endif
