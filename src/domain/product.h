/*
 * product.h: the hub's own catalogue: products and their variants.
 */
#ifndef DOMAIN_PRODUCT_H
#define DOMAIN_PRODUCT_H

#include "base/err.h"
#include "base/money.h"

struct variant {
    int64_t id, company_id, product_id;
    str sku, barcode; /* sku unique per company, case counts */
    str name;         /* what tells it from its siblings: "Beden: M"; empty when alone */
    money price, list_price, cost; /* cost without currency: not given */
    int64_t safety_stock;
    int64_t available, reserved; /* joined from stock; read only */
    utc_ms updated_at;
};

struct product {
    int64_t id, company_id;
    str title, brand, category;
    int64_t vat_ppm;
    const struct variant *variants;
    size_t variant_count;
    utc_ms created_at, updated_at;
};

#define SKU_MAX 64
/* Refuses an empty, over-long or control-character SKU, naming it ("sku.invalid"). */
bool sku_check(str sku, struct err *e);

#endif
