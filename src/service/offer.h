/*
 * offer.h: loads, computes, stores and marks what each listing should show (architecture, rule 8); listings
 * added by hand or matched; the outcomes of pushes and read-backs.
 */
#ifndef SERVICE_OFFER_H
#define SERVICE_OFFER_H

#include "repo/listing_repo.h"
#include "service/service.h"

/* Inside the caller's transaction: recomputes wanted of every listing of a variant, marks what
 * changed, adds one push job per store. */
bool offer_recompute(struct service *s, struct arena *a, const struct actor *by, int64_t variant_id,
                     struct err *e);
/* The same for a whole store (after connecting, a new ceiling, resuming): in units of 200 listings,
 * from a cursor; *next 0: done, and what is marked has its push job. */
bool offer_recompute_store(struct service *s, const struct actor *by, int64_t store_id,
                           int64_t after_listing_id, int64_t *next, struct err *e);

/* Inside the caller's transaction: a job that does that, when more than 200 listings change. */
bool offer_recompute_later(struct service *s, const struct actor *by, int64_t store_id,
                           struct err *e);

/* Maps a variant to a marketplace SKU at a store, wants its offer, and leaves a job when orders wait
 * for it. "listing.taken", "listing.sku",
 * "variant.not_found", "store.not_found". */
bool offer_list(struct service *s, const struct actor *by, int64_t store_id, int64_t variant_id,
                str remote_sku, int64_t *listing_id, struct err *e);
/* Orders whose lines waited for this mapping take their stock, each in a transaction of its own: a
 * page of them after an id; *next 0: these were the last. One that cannot be settled does not hold up
 * the others: *unsettled is why, and stays as it was when all could. */
bool offer_settle(struct service *s, const struct actor *by, int64_t store_id, str remote_sku,
                  int64_t after_order_id, int64_t *next, struct err *unsettled, struct err *e);
/* Sends the newest value again whatever was sent: a person's retry, a lost reply, drift. */
bool offer_resend(struct service *s, const struct actor *by, int64_t listing_id, struct err *e);

/* A push, step by step; the worker calls the marketplace between them. */
/* 1. Before it goes out: push row, its items, listings' sent. */
bool offer_push_begin(struct service *s, const struct actor *by, struct push *p,
                      const struct offer *offers, struct err *e);
/* 2. It was taken. With a batch id to follow: adds the follow job. Without one the results came with
 * the reply: the push stays open until offer_push_results(). */
bool offer_push_sent(struct service *s, const struct actor *by, struct push *p,
                     utc_ms first_poll_at, struct err *e);
/* 2'. Refused as a whole, or its reply was lost, or nothing left: listings are marked again (lost,
 * unsent) or carry the refusal. Adds a push job for what is marked. A body that was refused as a
 * repeated one (code "....same_body") stays known to push_repo_was_sent(). */
enum push_failure { PUSH_FAIL_REFUSED, PUSH_FAIL_LOST, PUSH_FAIL_UNSENT };
bool offer_push_failed(struct service *s, const struct actor *by, struct push *p,
                       enum push_failure how, const struct err *why, struct err *e);
/* 3. Item by item. An outcome lands only on the seq it carried. refused_for_now: marked again, and
 * sent half a minute later. is_done: items without a result are lost. */
struct offer_item_outcome {
    str remote_sku, code, message;
    bool is_accepted, is_refused_for_now;
};
bool offer_push_results(struct service *s, const struct actor *by, struct push *p, bool is_done,
                        const struct offer_item_outcome *items, size_t count, struct err *e);

/* A page of what the marketplace shows: seen, drift (shown, and repaired by sending again), items we
 * do not list: matched by barcode or SKU when exactly one variant fits and `match` is set, ambiguous
 * ones refused and shown as a fault. */
struct offer_seen {
    str remote_sku, remote_id, title;
    struct listing_state state;
};
struct offer_sweep_counts {
    int64_t seen, drifted, matched, ambiguous, unknown;
};
bool offer_seen_page(struct service *s, const struct actor *by, int64_t store_id,
                     const struct offer_seen *items, size_t count, utc_ms asked_at,
                     utc_ms settling_ms, bool match, struct offer_sweep_counts *counts,
                     struct err *e);

/* The wanted quantity's steps as stored with it (JSON array of {name, change, result}). */
bool offer_explain(struct service *s, struct arena *a, const struct actor *by, int64_t listing_id,
                   str *trace, struct err *e);

#endif
