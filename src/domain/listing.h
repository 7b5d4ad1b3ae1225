/*
 * listing.h: one variant on one store, and the three states that synchronising makes equal.
 *
 * Shape    wanted: what we want the marketplace to show; sent: what we last sent; seen: what we last
 *          saw there. A mark is the inequality wanted.seq > sent.seq, never a flag (architecture, rule 8).
 * Units    prices as money, quantities in pieces.
 */
#ifndef DOMAIN_LISTING_H
#define DOMAIN_LISTING_H

#include "base/err.h"
#include "base/money.h"

/* Our price and stock on a listing, as sent. */
struct offer {
    int64_t listing_id;
    int64_t seq; /* of the wanted state it carries */
    str remote_sku;
    int64_t quantity;
    money price, list_price;
};

struct listing_state {
    int64_t seq;
    int64_t quantity;
    money price, list_price;
    utc_ms at; /* 0: never */
};

/* What a person is told of a listing: derived, never stored (listing_sync_of). */
enum listing_sync {
    LISTING_IN_SYNC, /* confirmed by the marketplace's answer or a read-back */
    LISTING_WAITING, /* wanted is newer than sent */
    LISTING_SENT,    /* sent, no answer yet */
    LISTING_UNKNOWN, /* a write got no reply: sent again with the newest value */
    LISTING_REFUSED, /* the marketplace refused this item */
    LISTING_DRIFTED, /* the marketplace shows something else than what it confirmed */
    LISTING_UNSEEN,  /* never found on the marketplace */
    LISTING_SYNC_COUNT
};
const char *listing_sync_name(enum listing_sync s); /* "in_sync" */
bool listing_sync_from(str name, enum listing_sync *out);

enum listing_outcome { LISTING_NO_OUTCOME, LISTING_ACCEPTED, LISTING_WAS_REFUSED, LISTING_LOST };

struct listing {
    int64_t id, company_id, store_id, variant_id;
    str remote_sku, remote_id;
    struct listing_state wanted, sent, seen;
    int64_t confirmed_seq; /* newest seq that the marketplace accepted item by item */
    utc_ms confirmed_at;
    enum listing_outcome outcome;      /* of sent.seq */
    str outcome_code, outcome_message; /* the marketplace's own reason */
    utc_ms drift_since;                /* 0: none */
    /* Joined for display. */
    str sku, title, store_name, marketplace;
};

enum listing_sync listing_sync_of(const struct listing *l);

/* Whether a read-back counts: only if it was asked after the last send was accepted plus the
 * marketplace's settling time (architecture, rule 9). */
bool listing_has_settled(const struct listing *l, utc_ms asked_at, utc_ms settling_ms);
/* Whether a read-back that counts differs from what was confirmed. */
bool listing_drifts(const struct listing *l, const struct listing_state *seen, utc_ms asked_at,
                    utc_ms settling_ms);

/* The publishable quantity, step by step (docs/architecture.md), each step with its number for "explain". Steps whose
 * settings come later pass the number on unchanged and are left out of the trace. */
struct publishable_input {
    int64_t available;
    int64_t quarantined;
    int64_t safety_stock;
    int64_t ceiling;   /* the marketplace's or the seller's; < 0: none */
    bool store_paused; /* shown, changes nothing: a paused store is simply not told */
};
struct publishable_step {
    const char *name; /* "available", "quarantined", "safety_stock", "ceiling", "publishable" */
    int64_t change, result;
};
#define PUBLISHABLE_STEPS 8
struct publishable {
    int64_t quantity; /* never negative */
    struct publishable_step steps[PUBLISHABLE_STEPS];
    size_t step_count;
};
struct publishable publishable_of(const struct publishable_input *in);

#endif
