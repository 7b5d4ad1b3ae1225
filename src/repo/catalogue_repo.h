/*
 * catalogue_repo.h: products and variants.
 */
#ifndef REPO_CATALOGUE_REPO_H
#define REPO_CATALOGUE_REPO_H

#include "domain/product.h"
#include "repo/repo.h"

/* Inserts (id 0) or updates; fills ids, search and sort key. db.unique on sku becomes ERR_CONFLICT
 * "sku.taken", naming it. Variants are saved with the product; none is removed. */
bool product_repo_save(struct db *db, struct arena *a, const struct actor *by, struct product *p,
                       struct variant *variants, utc_ms now, struct err *e);
bool product_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                       struct product *out, struct err *e);
struct product_filter {
    str search; /* folded here */
    str category;
    bool low_stock; /* a variant at or below its safety stock */
};
bool product_repo_list(struct db *db, struct arena *a, const struct actor *by,
                       const struct product_filter *f, const struct page *page,
                       struct product **out, size_t *count, struct page_end *end, struct err *e);
bool variant_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                       struct variant *out, struct err *e);
bool variant_repo_find_sku(struct db *db, struct arena *a, const struct actor *by, str sku,
                           struct variant *out, struct err *e);
/* Every variant with this barcode or this SKU: more than one is ambiguous, and the caller says so. */
bool variant_repo_match(struct db *db, struct arena *a, const struct actor *by, str remote_sku,
                        struct variant **out, size_t *count, struct err *e);
bool variant_repo_low(struct db *db, struct arena *a, const struct actor *by, size_t limit,
                      struct variant **out, size_t *count, struct err *e);

#endif
