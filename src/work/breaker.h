/*
 * breaker.h: stops calling what does not answer, per store and endpoint.
 *
 * Shape    closed; after 5 failures in a row open for 5 s, twice as long after each failed trial, at
 *          most 5 minutes; then one call at a time is let through to try.
 * Threads  any.
 */
#ifndef WORK_BREAKER_H
#define WORK_BREAKER_H

#include "base/err.h"

struct breakers;
struct breakers *breakers_new(void);
void breakers_free(struct breakers *b);
AUTO_CLOSE(breakers, breakers_free)

/* False: open, or another call tries just now; *retry_at says when to ask again. */
bool breaker_allows(struct breakers *b, int64_t store_id, const char *purpose, utc_ms now,
                    utc_ms *retry_at);
/* What the call that was let through met. is_failure: no answer or a server's fault; a refusal is an
 * answer. */
void breaker_report(struct breakers *b, int64_t store_id, const char *purpose, utc_ms now,
                    bool is_failure);

#endif
