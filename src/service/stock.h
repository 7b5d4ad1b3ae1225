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
/* Edits up to 500 rows; each row stands or falls alone and says why ("variant.not_found",
 * "stock.short", "stock.amount"). dry_run: only says what would be. request_key makes a repeated
 * request change nothing twice and say what it did then. Marks listings, adds push jobs; audited.
 * Units of 100 rows: a full disk leaves whole units done, which the repeated request finds done. */
bool stock_edit(struct service *s, struct arena *a, const struct actor *by,
                const struct stock_edit *edits, size_t count, str note, str request_key,
                bool dry_run, struct stock_edit_result *results, struct err *e);

/* Inside the caller's transaction: one movement, its events, and the marks of every listing that
 * shows this variant (with push jobs of their stores). */
bool stock_move(struct service *s, struct arena *a, const struct actor *by,
                const struct stock_change *c, bool *was_known, struct err *e);

/* stock_move in two halves, for whoever moves several lines in one transaction, in ascending order of
 * variants: the movement, which may find too little (*is_short, nothing changed); and, after the last
 * movement of a variant, its event and marks. `newest` is that movement's entry. */
bool stock_take(struct service *s, struct arena *a, const struct actor *by,
                const struct stock_change *c, struct ledger_entry *entry, bool *is_short,
                struct err *e);
bool stock_tell(struct service *s, struct arena *a, const struct actor *by,
                const struct ledger_entry *newest, struct err *e);

struct ledger_verdict {
    int64_t variants, entries;
    bool is_clean;
    int64_t company_id, variant_id, seq; /* the first wrong row; seq 0: the stock row itself */
    char problem[160];
};
/* Recomputes every hash and every sum, and compares with the stock rows and with what the order lines
 * say is reserved. Reads beside the writers, in pages: bounded memory whatever the ledger's length. */
bool ledger_verify(struct service *s, struct ledger_verdict *out, struct err *e);

#endif
