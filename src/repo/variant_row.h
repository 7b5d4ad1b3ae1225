/*
 * variant_row.h: inside repo only: a variant with its stock, as their rows have them.
 */
#ifndef REPO_VARIANT_ROW_H
#define REPO_VARIANT_ROW_H

#include "repo/catalogue_repo.h"
#include "repo/scope.h"

#define VARIANT_SELECT                                                                             \
    "SELECT v.id, v.company_id, v.product_id, v.sku, v.barcode, v.name, v.price_e4,"               \
    " v.list_price_e4, v.cost_e4, v.currency, v.safety_stock, COALESCE(s.available, 0),"           \
    " COALESCE(s.reserved, 0), v.updated_at FROM {p}mp_variant v"                                  \
    " LEFT JOIN {p}mp_stock s ON s.variant_id = v.id"

void variant_read(const struct db_rows *rows, size_t row, struct variant *out);
void variant_read_all(const struct db_rows *rows, struct arena *a, struct variant **out,
                      size_t *count);
/* Inserts (id 0) or updates; "sku.taken". */
bool variant_save(struct db *db, const struct actor *by, struct variant *v, utc_ms now,
                  struct err *e);
bool variant_of_product(struct db *db, struct arena *a, const struct actor *by, int64_t product_id,
                        struct variant **out, size_t *count, struct err *e);

#endif
