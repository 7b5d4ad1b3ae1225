/*
 * control.h: helpers of the control API, and its routes that all marketplaces share.
 *
 * Errors   {"error": "..."} with 400, 404 or 409.
 */
#ifndef SANDBOX_CONTROL_H
#define SANDBOX_CONTROL_H

#include "sandbox/sim.h"

/* Clock, faults, requests, violations. */
extern const struct http_route control_routes[];

/* The body as JSON (NULL when empty); false when it was not JSON and has been answered 400. */
bool control_body(struct http_exchange *x, const struct json **out);
void control_refuse(struct http_exchange *x, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void control_answer(struct http_exchange *x, int status, const struct json_writer *w);
/* A number of the query within 0 .. max; the fallback when missing or no such number. */
int64_t control_number(struct http_exchange *x, const char *name, int64_t max, int64_t fallback);

#endif
