/*
 * order_repo.h: raw payloads, orders with their packages and lines, and the time line.
 */
#ifndef REPO_ORDER_REPO_H
#define REPO_ORDER_REPO_H

#include "base/json.h"
#include "domain/order_standing.h"
#include "repo/repo.h"

/* --- raw payloads --- */
struct raw_order {
    int64_t id, company_id, store_id;
    str source, dedupe_key;
    str payload;        /* opened */
    bool is_unreadable; /* its box does not open: payload is empty, the error says why */
    utc_ms received_at;
    int tries;
    str error_code, error_message;
};
/* *is_new false: this delivery was stored before. Payload is sealed here. ERR_NOT_FOUND
 * "store.not_found". */
bool raw_repo_add(struct db *db, struct arena *a, const struct keyring *k, const struct actor *by,
                  const struct raw_order *raw, int64_t *id, bool *is_new, struct err *e);
bool raw_repo_new(struct db *db, struct arena *a, const struct keyring *k, const struct actor *by,
                  int64_t store_id, int64_t after_id, size_t limit, struct raw_order **out,
                  size_t *count, struct err *e);
bool raw_repo_done(struct db *db, const struct actor *by, int64_t id, struct err *e);
/* state 'failed': shown to a person; understood again on retry. */
bool raw_repo_failed(struct db *db, const struct actor *by, int64_t id, const struct err *why,
                     struct err *e);
/* Without payloads, newest first, at most 200. */
bool raw_repo_list_failed(struct db *db, struct arena *a, const struct actor *by,
                          struct raw_order **out, size_t *count, struct err *e);
/* ERR_NOT_FOUND "raw.not_found": not there, or not failed. */
bool raw_repo_retry(struct db *db, const struct actor *by, int64_t id, struct err *e);
bool raw_repo_store(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                    int64_t *store_id, struct err *e);

/* --- orders as stored --- */
struct stored_line {
    int64_t id, package_id, listing_id, variant_id; /* variant_id 0: unmapped */
    int64_t taken;                                  /* pieces that stand against stock now */
    int64_t reserved;                               /* of these: not yet shipped */
    int64_t takes;                                  /* movements so far: part of the cause key */
    bool is_short;          /* mapped, and more should be taken than could be */
    struct order_line line; /* quantity: the pieces that stand; of a cancelled line those it had */
    str sku;                /* ours; empty when unmapped */
};
struct stored_package {
    int64_t id;
    str remote_package_id, origin_package_ids, remote_status;
    enum order_status status;
    utc_ms modified_at;
    str carrier, tracking_number, tracking_url;
    money total;
};
struct stored_order {
    int64_t id, company_id, store_id;
    str store_name, marketplace;
    str remote_number;
    enum order_status status;
    bool is_short, is_unmapped;
    utc_ms ordered_at, modified_at, ship_by, received_at;
    money total;
    int64_t piece_count;
    str buyer_masked;
    str buyer_name, buyer_json; /* opened only by order_repo_buyer */
    str report;
    struct stored_package *packages;
    size_t package_count;
    struct stored_line *lines;
    size_t line_count;
    struct order_part
        *parts; /* what each package says of each line: what to send about a package */
    size_t part_count;
};
/* With packages, lines and parts. ERR_NOT_FOUND "order.not_found". */
bool order_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                     struct stored_order *out, struct err *e);
/* Also ERR_NOT_FOUND "store.not_found", when the actor has no such store. */
bool order_repo_find_remote(struct db *db, struct arena *a, const struct actor *by,
                            int64_t store_id, str remote_number, struct stored_order *out,
                            struct err *e);
/* Inserts or updates the order's own row; id is filled on insert. Seals the buyer; without one the
 * stored buyer stays. */
bool order_repo_save(struct db *db, struct arena *a, const struct keyring *k,
                     const struct actor *by, struct stored_order *o, struct err *e);
bool order_repo_save_package(struct db *db, const struct actor *by, const struct stored_order *o,
                             struct stored_package *p, struct err *e);
bool order_repo_save_line(struct db *db, const struct actor *by, const struct stored_order *o,
                          struct stored_line *l, struct err *e);
bool order_repo_save_part(struct db *db, const struct actor *by, const struct stored_order *o,
                          const struct order_part *p, struct err *e);
/* What an order line of this remote SKU sells: *variant_id 0 when it is not mapped. */
bool order_repo_map_sku(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                        str remote_sku, int64_t *listing_id, int64_t *variant_id, str *sku,
                        struct err *e);
bool order_repo_buyer(struct db *db, struct arena *a, const struct keyring *k,
                      const struct actor *by, int64_t id, str *name, str *json, struct err *e);

struct order_filter {
    int64_t store_id;     /* 0: all */
    int status;           /* enum order_status, or -1 */
    bool needs_attention; /* short or unmapped */
    str search;           /* order number (prefix), SKU, tracking number */
    utc_ms from, until;   /* ordered_at; 0: open */
};
/* Newest ordered first; without packages and lines. */
bool order_repo_list(struct db *db, struct arena *a, const struct actor *by,
                     const struct order_filter *f, const struct page *page,
                     struct stored_order **out, size_t *count, struct page_end *end, struct err *e);
/* Counts up to `most`: exact when below. */
bool order_repo_count(struct db *db, struct arena *a, const struct actor *by,
                      const struct order_filter *f, int64_t most, int64_t *n, struct err *e);
/* Orders with an unmapped line of this remote SKU at this store of which pieces stand, ascending,
 * after an id. */
bool order_repo_unmapped(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                         str remote_sku, int64_t after_id, size_t limit, int64_t **order_ids,
                         size_t *count, struct err *e);

/* --- time line --- */
/* Kinds: received, package (a further one), status, stock_taken, stock_returned, short, unmapped,
 * mapped, report, action, action_done, action_refused. */
struct order_event {
    int64_t id, order_id, user_id, call_id;
    utc_ms at;
    const char *kind;
    str detail; /* JSON object */
};
bool order_event_add(struct db *db, const struct actor *by, const struct order_event *ev,
                     struct err *e);
bool order_event_list(struct db *db, struct arena *a, const struct actor *by, int64_t order_id,
                      struct order_event **out, size_t *count, struct err *e);

/* --- today's numbers for the overview --- */
struct order_totals {
    int64_t orders, pieces; /* of the time, without cancelled ones */
    int64_t attention;      /* short or unmapped now, whenever ordered; at most 1,000 */
    money revenue;          /* of the time, in the currency most of its orders have */
};
bool order_repo_totals(struct db *db, struct arena *a, const struct actor *by, utc_ms from,
                       utc_ms until, struct order_totals *out, struct err *e);

#endif
