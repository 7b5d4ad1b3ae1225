/*
 * order.h: an order, the same whichever marketplace it came from.
 *
 * Shape    an order has packages (what the marketplace ships by; a package's id may change) and
 *          lines. A connector gives one struct order per package it was told of; the keys are order
 *          number and line id. What comes back is a claim.
 * Units    money with its currency, per unit on lines; times UTC; counts in pieces.
 * Memory   an order and all it points to live in the arena it was read into.
 * Source   ours; each marketplace's statuses are mapped in connector/<key>/status.c.
 */
#ifndef DOMAIN_ORDER_H
#define DOMAIN_ORDER_H

#include "base/money.h"
#include "base/utc.h"

enum order_status {
    ORDER_HELD, /* unpaid: stock is taken, nothing is picked */
    ORDER_NEW,
    ORDER_PICKING,
    ORDER_READY,
    ORDER_SHIPPED,
    ORDER_DELIVERED,
    ORDER_CANCELLED,
    ORDER_RETURN_REQUESTED,
    ORDER_RETURNED,
    ORDER_UNDELIVERED,
    ORDER_SUPERSEDED, /* of packages only: split or re-issued under other ids */
    ORDER_UNKNOWN,    /* a status we do not know: kept as it came and reported */
    ORDER_STATUS_COUNT
};
const char *order_status_name(enum order_status s); /* "NEW" */
bool order_status_from(str name, enum order_status *out);

struct order_line {
    str remote_line_id;
    str remote_sku; /* the key of the listing (Trendyol: barcode) */
    str title;
    int64_t quantity;
    money unit_price; /* what the buyer pays for one, after discounts */
    money unit_discount;
    int64_t vat_ppm; /* 200000 is 20 % */
    int64_t commission_ppm;
    enum order_status status;
    str remote_status;
    bool is_cancelled; /* the pieces of this line will not be shipped: stock goes back */
};

struct order {
    str remote_number;
    str remote_package_id;
    str origin_package_ids;   /* comma list: the packages this one was made of */
    enum order_status status; /* of the package */
    str remote_status;
    utc_ms ordered_at, modified_at, ship_by;    /* 0: unknown */
    str carrier, tracking_number, tracking_url; /* text: may exceed 64 bits */
    money total;
    str buyer_name,
        buyer_json; /* personal: sealed by the repository; buyer_json: addresses as received */
    const struct order_line *lines;
    size_t line_count;
    str raw;    /* the payload of this package as received (inside its page) */
    str report; /* what was not understood, for a person; empty: all was */
};

/* "A*** K***": enough to tell two apart, too little to know one. */
str order_mask_name(struct arena *a, str name);

/* Whether the pieces of a line in this status stand against stock (taken and not given back). Only
 * cancelling gives back: what was returned is booked when somebody has looked at it. */
bool order_status_holds_stock(enum order_status s);
/* Whether its pieces have left the house: shipped, and all that follows. */
bool order_status_has_left(enum order_status s);
/* How far along: a status of a lower rank needs a person sooner (UNKNOWN is 0). */
int order_status_rank(enum order_status s);

/* The order's status from its packages': the least far along, superseded ones left out, cancelled
 * ones unless all are. SUPERSEDED when nothing is left: its successors are not known yet. */
enum order_status order_status_of(const enum order_status *packages, size_t count);

/* Whether a seller's action is possible in a status: acknowledge (→ PICKING), invoice (→ READY). */
enum order_action { ORDER_ACKNOWLEDGE, ORDER_INVOICE };
const char *order_action_name(enum order_action a);
bool order_may(enum order_status s, enum order_action a);
enum order_status order_after(enum order_action a);

#endif
