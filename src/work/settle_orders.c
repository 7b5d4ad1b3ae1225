/*
 * settle_orders.c: what was sold under a SKU before it was mapped takes its stock.
 */
#include "base/json.h"
#include "service/offer.h"
#include "work/run.h"

bool job_settle_orders(struct run *r, struct err *e)
{
    const struct json *v = NULL;
    struct err unsettled = { 0 };
    if (!json_parse(r->arena, r->job->payload, NULL, &v, e)) return false;
    str remote_sku = json_text_at(v, "remote_sku");
    for (int64_t after = 0, next = 0;; after = next) {
        if (!offer_settle(r->service, &r->by, r->store.id, remote_sku, after, &next, &unsettled, e))
            return false;
        if (!next) break;
        if (!run_renew(r, e)) return false;
    }
    if (unsettled.kind != ERR_NONE) *e = unsettled;
    return unsettled.kind == ERR_NONE;
}
