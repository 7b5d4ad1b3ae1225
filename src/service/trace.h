/*
 * trace.h: a call's row and its attempt's outcome, written together; faults opened and closed.
 */
#ifndef SERVICE_TRACE_H
#define SERVICE_TRACE_H

#include "repo/trace_repo.h"
#include "service/service.h"

/* Before a write leaves: its attempt stands (architecture, rule 10). */
bool trace_attempt(struct service *s, struct attempt *at, struct err *e);
/* After the reply, or the lack of one. attempt NULL: the call changed nothing. outcome: "done",
 * "refused", "unknown", "unsent". */
bool trace_call(struct service *s, struct arena *a, struct api_call *call, struct attempt *attempt,
                const char *outcome, const struct err *why, struct err *e);
/* One fault per key: opened when `why` is given, closed when it is NULL. Rings on a change. */
bool trace_fault(struct service *s, struct arena *a, const struct actor *by, int64_t store_id,
                 str key, const char *kind, int64_t subject_id, const struct err *why,
                 struct err *e);
/* A person was shown a buyer, by an "order" or a "call": one audit row. */
bool trace_buyer_shown(struct service *s, const struct actor *by, const char *kind, int64_t id,
                       struct err *e);
/* A person has seen to it; should it show again, a new one is opened. Audited. "fault.not_found". */
bool trace_fault_seen_to(struct service *s, const struct actor *by, int64_t id, struct err *e);
/* Faults that nothing ever reports as mended (a field or status this version does not know, an item
 * that no longer stands at the marketplace) end when they were not met for a week: some at a call. */
bool trace_end_unseen(struct service *s, struct err *e);

#endif
