/*
 * problem.h: errors as application/problem+json (RFC 9457): what went wrong and what to do next.
 */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include "net/http_server.h"

int problem_status(enum err_kind kind);
/* `field` of the reply is the argument of that name. */
void problem_reply(struct http_exchange *x, const struct err *e, utc_ms now);
/* The same with a status of its own: what the server itself refuses (404, 405, 413, 503 ...). */
void problem_refuse(struct http_exchange *x, int status);

#endif
