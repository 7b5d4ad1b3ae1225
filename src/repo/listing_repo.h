/*
 * listing_repo.h: listings with wanted / sent / seen, and the pushes that carry them.
 */
#ifndef REPO_LISTING_REPO_H
#define REPO_LISTING_REPO_H

#include "domain/listing.h"
#include "repo/repo.h"

/* db.unique becomes ERR_CONFLICT "listing.taken". */
bool listing_repo_add(struct db *db, const struct actor *by, struct listing *l, utc_ms now,
                      struct err *e);
bool listing_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                       struct listing *out, struct err *e);
bool listing_repo_find_remote(struct db *db, struct arena *a, const struct actor *by,
                              int64_t store_id, str remote_sku, struct listing *out, struct err *e);
/* Of one variant, ascending id: the order in which they are locked. */
bool listing_repo_of_variant(struct db *db, struct arena *a, const struct actor *by,
                             int64_t variant_id, struct listing **out, size_t *count,
                             struct err *e);
struct listing_filter {
    int64_t store_id;
    int64_t variant_id; /* 0: all */
    int sync;           /* enum listing_sync, or -1 */
    str search;
};
bool listing_repo_list(struct db *db, struct arena *a, const struct actor *by,
                       const struct listing_filter *f, const struct page *page,
                       struct listing **out, size_t *count, struct page_end *end, struct err *e);
bool listing_repo_count(struct db *db, struct arena *a, const struct actor *by,
                        const struct listing_filter *f, int64_t most, int64_t *n, struct err *e);

/* What a listing's wanted offer is made of, read together with what is wanted now. */
struct listing_basis {
    int64_t listing_id, store_id, variant_id;
    bool is_store_active;
    int64_t ceiling; /* < 0: none */
    int64_t available, safety_stock;
    money price, list_price; /* the variant's */
    struct listing_state wanted;
    str trace;
};
/* Ascending by listing id, after an id; of one variant, or of one store (the other is 0). */
bool listing_repo_basis(struct db *db, struct arena *a, const struct actor *by, int64_t variant_id,
                        int64_t store_id, int64_t after_id, size_t limit,
                        struct listing_basis **out, size_t *count, struct err *e);

/* Sets wanted with the next seq when it differs from what is wanted now (or always with `force`):
 * *changed. trace: the publishable steps as JSON, kept also when the result is the same. */
bool listing_repo_want(struct db *db, const struct actor *by, int64_t id,
                       const struct listing_state *wanted, str trace, bool force, bool *changed,
                       struct err *e);
bool listing_repo_trace(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                        str *trace, struct err *e);
/* Marked listings of a store, oldest wanted first. */
bool listing_repo_marked(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                         size_t limit, struct offer **out, size_t *count, struct err *e);
/* Listings of the store that are in sync: fillers that make a repeated body different. */
bool listing_repo_fillers(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                          int64_t not_listing_id, size_t limit, struct offer **out, size_t *count,
                          struct err *e);
/* sent := this offer, outcome none; only when sent_seq <= offer seq. */
bool listing_repo_sent(struct db *db, const struct actor *by, const struct offer *o, utc_ms at,
                       struct err *e);
/* Outcome of a seq: writes nothing when another one was sent last; *has_landed (may be NULL) says.
 * accepted also sets confirmed. lost, and none (it never left, or may be sent again later): sent_seq
 * falls back to 0, so that the listing is marked again and no older outcome lands on it. */
bool listing_repo_outcome(struct db *db, const struct actor *by, int64_t id, int64_t seq,
                          enum listing_outcome outcome, str code, str message, utc_ms at,
                          bool *has_landed, struct err *e);
bool listing_repo_seen(struct db *db, const struct actor *by, int64_t id,
                       const struct listing_state *seen, utc_ms drift_since, struct err *e);
/* The marketplace's own id of the item. */
bool listing_repo_identify(struct db *db, const struct actor *by, int64_t id, str remote_id,
                           struct err *e);

/* Pushes. */
enum push_state { PUSH_OPEN, PUSH_SENT, PUSH_DONE, PUSH_REFUSED, PUSH_UNKNOWN };
struct push {
    int64_t id, store_id;
    enum push_state state;
    str body_digest, batch_id;
    size_t item_count, refused_count;
    utc_ms created_at, sent_at, next_poll_at, expires_at, ended_at;
    int polls;
};
bool push_repo_add(struct db *db, const struct actor *by, struct push *p,
                   const struct offer *offers, struct err *e);
bool push_repo_save(struct db *db, const struct actor *by, const struct push *p, struct err *e);
bool push_repo_open(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                    enum push_state state, struct push **out, size_t *count, struct err *e);
/* Those without an outcome yet. */
bool push_repo_items(struct db *db, struct arena *a, const struct actor *by, int64_t push_id,
                     struct offer **out, size_t *count, struct err *e);
bool push_repo_item_outcome(struct db *db, const struct actor *by, int64_t push_id,
                            int64_t listing_id, const char *outcome, struct err *e);
/* A push that never left: as if it had not been. */
bool push_repo_drop(struct db *db, const struct actor *by, int64_t push_id, struct err *e);
/* Ended ones of all companies, with their items. */
bool push_repo_forget(struct db *db, utc_ms ended_before, int64_t most, int64_t *count,
                      struct err *e);
/* Whether an equal body was sent to the store since. */
bool push_repo_was_sent(struct db *db, const struct actor *by, int64_t store_id, str body_digest,
                        utc_ms since, bool *was, struct err *e);

#endif
