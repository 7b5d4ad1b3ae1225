/*
 * demo_catalogue.h: two hundred made-up products in twelve categories with Turkish names.
 */
#ifndef MAIN_DEMO_CATALOGUE_H
#define MAIN_DEMO_CATALOGUE_H

#include "base/money.h"
#include "base/str.h"

#define DEMO_PRODUCTS 200

struct demo_product {
    str title, category, brand;
    const char *vat_percent;
    bool has_sizes; /* three variants: S, M, L */
    money price, cost;
    int64_t stock;
    int number; /* 1 to DEMO_PRODUCTS: in SKU and barcode */
};

/* The same every time. */
struct demo_product demo_product(struct arena *a, int index);
/* "BDS-0001" or, of a size, "BDS-0001-M"; variant -1: has none. */
str demo_sku(struct arena *a, const struct demo_product *p, int variant);
/* A GTIN-13 with its check digit, in the range 869 that Türkiye uses. */
str demo_barcode(struct arena *a, const struct demo_product *p, int variant);
extern const char *const demo_sizes[3];

#endif
