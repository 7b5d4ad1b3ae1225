/*
 * unit.h: inside service only: what the transactions of offers, pushes and stores share.
 */
#ifndef SERVICE_UNIT_H
#define SERVICE_UNIT_H

#include "db/db.h"
#include "service/service.h"

/* db_begin(), and for a run's results: only while its lease is ours (ERR_CONFLICT "job.lost"). */
struct db_tx *unit_begin(struct service *s, struct err *e);
/* The live feed's bell after the commit: for who wrote events. */
void unit_ring(struct service *s);

/* "listing.changed" of each, or one for all of the store (subject 0, their count) when they are many. */
bool unit_tell_listings(struct service *s, const struct actor *by, int64_t store_id,
                        const int64_t *ids, size_t count, struct err *e);

/* Adds the store's job of this kind: one open at a time. run_at 0: now. */
bool unit_store_job(struct service *s, const struct actor *by, int64_t store_id, const char *kind,
                    enum lane lane, utc_ms run_at, int64_t *id, struct err *e);
bool unit_push_job(struct service *s, const struct actor *by, int64_t store_id, utc_ms run_at,
                   struct err *e);

/* Who did what, when it was a person; the subject is "<kind>:<id>". */
bool unit_audit(struct service *s, const struct actor *by, const char *action, const char *kind,
                int64_t id, str detail_json, struct err *e);

#endif
