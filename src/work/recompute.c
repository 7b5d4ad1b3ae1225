/*
 * recompute.c: a store's listings wanted anew, in units with a cursor.
 */
#include "base/json.h"
#include "service/offer.h"
#include "work/run.h"

bool job_recompute(struct run *r, struct err *e)
{
    for (int64_t after = 0;;) {
        int64_t next = 0;
        if (!offer_recompute_store(r->service, &r->by, r->store.id, after, &next, e)) return false;
        if (!next) return true;
        after = next;
        if (!run_renew(r, e)) return false;
    }
}
