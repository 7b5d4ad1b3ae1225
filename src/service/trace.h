/*
 * trace.h: a call's row and its attempt's outcome, written together; faults opened and closed.
 */
#ifndef SERVICE_TRACE_H
#define SERVICE_TRACE_H

#include "repo/trace_repo.h"
#include "service/service.h"

/* Before a write leaves: its attempt stands (design §16.10). */
bool trace_attempt(struct service *s, struct attempt *at, struct err *e);
/* After the reply, or the lack of one. attempt NULL: the call changed nothing. outcome: "done",
 * "refused", "unknown", "unsent". */
bool trace_call(struct service *s, struct arena *a, struct api_call *call, struct attempt *attempt,
                const char *outcome, const struct err *why, struct err *e);
/* One fault per key: opened when `why` is given, closed when it is NULL. Rings on a change. */
bool trace_fault(struct service *s, struct arena *a, const struct actor *by, int64_t store_id,
                 str key, const char *kind, int64_t subject_id, const struct err *why,
                 struct err *e);

#endif
