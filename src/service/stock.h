/*
 * stock.h: stock edited by people, and the proof that the ledger adds up.
 */
#ifndef SERVICE_STOCK_H
#define SERVICE_STOCK_H

#include "repo/catalogue_repo.h"
#include "repo/stock_repo.h"
#include "service/service.h"

struct stock_edit {
    str sku;
    bool is_absolute; /* available := amount (cause count); else += amount (cause edit) */
    int64_t amount;
};
struct stock_edit_result {
    str sku;
    int64_t variant_id, before, after;
    bool is_done;
    struct err error; /* of this row */
};
/* Edits up to 500 rows; each row stands or falls alone and says why. dry_run: only says what would
 * be. request_key makes a repeated request change nothing twice. Marks listings, adds push jobs. */
bool stock_edit(struct service *s, struct arena *a, const struct actor *by,
                const struct stock_edit *edits, size_t count, str note, str request_key,
                bool dry_run, struct stock_edit_result *results, struct err *e);

/* Inside the caller's transaction: one movement, its events, and the marks of every listing that
 * shows this variant (with push jobs of their stores). */
bool stock_move(struct service *s, struct arena *a, const struct actor *by,
                const struct stock_change *c, bool *was_known, struct err *e);

struct ledger_verdict {
    int64_t variants, entries;
    bool is_clean;
    int64_t company_id, variant_id, seq; /* the first wrong row; seq 0: the stock row itself */
    char problem[160];
};
/* Recomputes every hash, every sum, and compares with the stock rows. */
bool ledger_verify(struct service *s, struct ledger_verdict *out, struct err *e);

#endif
