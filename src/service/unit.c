#include "service/unit.h"

#include <stdio.h>

#include "repo/people_repo.h"
#include "repo/trace_repo.h"

#define TOLD_ONE_BY_ONE 20

struct db_tx *unit_begin(struct service *s, struct err *e)
{
    struct db_tx *tx = db_begin(s->db, e);
    if (tx && s->run && !queue_holds(s->queue, s->run, e)) {
        db_rollback(tx);
        return NULL;
    }
    return tx;
}

void unit_ring(struct service *s)
{
    if (s->ring) db_after_commit(s->db, s->ring, s->ring_context);
}

bool unit_tell_listings(struct service *s, const struct actor *by, int64_t store_id,
                        const int64_t *ids, size_t count, struct err *e)
{
    utc_ms now = clock_now(s->clock);
    if (!count) return true;
    unit_ring(s);
    if (count > TOLD_ONE_BY_ONE) {
        char data[48];
        snprintf(data, sizeof data, "{\"count\":%zu}", count);
        return event_repo_add(s->db, by, store_id, "listing.changed", 0, str_from(data), now, e);
    }
    for (size_t i = 0; i < count; i++)
        if (!event_repo_add(s->db, by, store_id, "listing.changed", ids[i], (str){ 0 }, now, e))
            return false;
    return true;
}

bool unit_store_job(struct service *s, const struct actor *by, int64_t store_id, const char *kind,
                    enum lane lane, utc_ms run_at, int64_t *id, struct err *e)
{
    char key[64];
    snprintf(key, sizeof key, "%s:%lld", kind, (long long)store_id);
    return queue_add(s->queue,
                     &(struct job_request){ .company_id = by->company_id,
                                            .store_id = store_id,
                                            .kind = kind,
                                            .lane = lane,
                                            .key = str_from(key),
                                            .run_at = run_at },
                     id, e);
}

bool unit_push_job(struct service *s, const struct actor *by, int64_t store_id, utc_ms run_at,
                   struct err *e)
{
    return unit_store_job(s, by, store_id, JOB_PUSH_OFFERS, LANE_NOW, run_at, NULL, e);
}

bool unit_audit(struct service *s, const struct actor *by, const char *action, const char *kind,
                int64_t id, str detail_json, struct err *e)
{
    if (!by->user_id) return true;
    char subject[64];
    snprintf(subject, sizeof subject, "%s:%lld", kind, (long long)id);
    AUTO(arena) a = arena_new();
    return audit_repo_add(s->db, a, by, action, str_from(subject),
                          detail_json.len ? detail_json : STR("{}"), clock_now(s->clock), e);
}
