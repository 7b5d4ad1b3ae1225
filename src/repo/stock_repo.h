/*
 * stock_repo.h: the stock rows and the ledger.
 */
#ifndef REPO_STOCK_REPO_H
#define REPO_STOCK_REPO_H

#include "domain/ledger.h"
#include "repo/repo.h"

struct stock {
    int64_t variant_id, available, reserved, ledger_seq;
    int64_t reserved_by_lines; /* what the order lines say; of stock_repo_after alone */
    char ledger_hash[LEDGER_HASH_SIZE];
};

struct stock_change {
    int64_t variant_id;
    int64_t delta; /* of available */
    bool is_count; /* delta is what available becomes: somebody counted */
    int64_t reserved_delta;
    bool may_go_negative; /* false: refused with ERR_CONFLICT "stock.short" */
    enum ledger_cause cause;
    str cause_key, note;
    utc_ms at;
};

/* Conditional relative update of the stock row first (that is the lock), then the ledger entry. In a
 * transaction of the caller. A cause key that is already there changes nothing: *was_known, and
 * *entry is what it wrote then. ERR_NOT_FOUND "stock.not_found". */
bool stock_repo_change(struct db *db, struct arena *a, const struct actor *by,
                       const struct stock_change *c, struct ledger_entry *entry, bool *was_known,
                       struct err *e);
/* reserved alone, for pieces that leave: shipped. No entry: available does not change. */
bool stock_repo_reserve(struct db *db, const struct actor *by, int64_t variant_id, int64_t delta,
                        utc_ms at, struct err *e);
bool stock_repo_create(struct db *db, const struct actor *by, int64_t variant_id, utc_ms at,
                       struct err *e);
bool stock_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t variant_id,
                     struct stock *out, struct err *e);

/* Entries of one variant by seq, after `after_seq`, for verify and the panel. */
bool ledger_repo_entries(struct db *db, struct arena *a, const struct actor *by, int64_t variant_id,
                         int64_t after_seq, size_t limit, struct ledger_entry **out, size_t *count,
                         struct err *e);
/* Newest first, before_seq 0 from the top. */
bool ledger_repo_newest(struct db *db, struct arena *a, const struct actor *by, int64_t variant_id,
                        int64_t before_seq, size_t limit, struct ledger_entry **out, size_t *count,
                        struct err *e);
/* All entries of all companies by variant and seq, after a place: verify reads them in one walk. An
 * entry of an unknown cause has CAUSE_COUNT_. */
bool ledger_repo_after(struct db *db, struct arena *a, int64_t after_variant_id, int64_t after_seq,
                       size_t limit, struct ledger_entry **out, size_t *count, struct err *e);
/* The variants with stock rows, ascending, after an id: verify walks them. All companies. */
bool stock_repo_after(struct db *db, struct arena *a, int64_t after_variant_id, size_t limit,
                      struct stock **out, int64_t **company_ids, size_t *count, struct err *e);

#endif
