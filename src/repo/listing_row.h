/*
 * listing_row.h: inside repo only: a listing as its row and those joined to it have it.
 */
#ifndef REPO_LISTING_ROW_H
#define REPO_LISTING_ROW_H

#include "repo/listing_repo.h"
#include "repo/scope.h"

#define LISTING_COLUMNS                                                                            \
    "l.id, l.company_id, l.store_id, l.variant_id, l.remote_sku, l.remote_id, l.currency,"         \
    " l.wanted_seq, l.wanted_quantity, l.wanted_price_e4, l.wanted_list_price_e4, l.wanted_at,"    \
    " l.sent_seq, l.sent_quantity, l.sent_price_e4, l.sent_list_price_e4, l.sent_at,"              \
    " l.seen_quantity, l.seen_price_e4, l.seen_list_price_e4, l.seen_at,"                          \
    " l.confirmed_seq, l.confirmed_at, l.outcome, l.outcome_code, l.outcome_message,"              \
    " l.drift_since, v.sku, p.title, m.name, m.marketplace"
#define LISTING_FROM                                                                               \
    " FROM {p}mp_product_map l"                                                                    \
    " JOIN {p}mp_variant v ON v.id = l.variant_id"                                                 \
    " JOIN {p}mp_product p ON p.id = l.product_id"                                                 \
    " JOIN {p}marketplace m ON m.id = l.store_id"

void listing_read(const struct db_rows *rows, size_t row, struct listing *out);
/* Money of a row's currency, which is text there. */
money row_money(int64_t e4, str currency);
/* All rows of an answer into an array. */
void listing_read_all(const struct db_rows *rows, struct arena *a, struct listing **out,
                      size_t *count);

#endif
