#include "service/order.h"

#include "db/db.h"
#include "service/unit.h"

bool order_looked(struct service *s, const struct actor *by, int64_t order_id, struct err *e)
{
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    return unit_audit(s, by, "buyer.seen", "order", order_id, (str){ 0 }, e) && db_commit(&tx, e);
}
