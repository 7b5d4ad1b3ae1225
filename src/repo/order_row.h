/*
 * order_row.h: inside repo only: an order's own row, as found and as listed.
 */
#ifndef REPO_ORDER_ROW_H
#define REPO_ORDER_ROW_H

#include "repo/order_repo.h"
#include "repo/scope.h"

/* Of {p}mp_order_map o and {p}marketplace m. */
#define ORDER_COLUMNS                                                                              \
    "o.id, o.company_id, o.store_id, m.name, m.marketplace, o.remote_number, o.status,"            \
    " o.is_short, o.is_unmapped, o.ordered_at, o.modified_at, o.ship_by, o.received_at,"           \
    " o.total_e4, o.currency, o.buyer_masked, o.report"
enum { ORDER_COLUMN_COUNT = 17 };

void order_row_read(const struct db_rows *rows, size_t row, struct stored_order *out);
/* A status as stored: ours, so an unknown name can only be damage, shown as UNKNOWN. */
enum order_status order_row_status(str name);

#endif
