#include "repo/stock_repo.h"

#include <assert.h>
#include <stdio.h>

#include "repo/ledger_row.h"
#include "repo/scope.h"

static void read_hash(const struct db_rows *rows, size_t row, size_t column,
                      char out[LEDGER_HASH_SIZE])
{
    str_fill(out, LEDGER_HASH_SIZE, db_cell_text(rows, row, column));
}

/* The stock row as it is, and whether the cause is in the ledger already. */
struct known_stock {
    struct stock stock;
    bool has_cause;
};

static bool read_known(struct db *db, struct arena *a, const struct actor *by,
                       const struct stock_change *c, struct known_stock *out, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT s.available, s.reserved, s.ledger_seq, s.ledger_hash,"
                " EXISTS (SELECT 1 FROM {p}mp_ledger l"
                " WHERE l.company_id = s.company_id AND l.cause_key = ?)"
                " FROM {p}mp_stock s WHERE s.variant_id = ? AND s.company_id = ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_text(c->cause_key), db_i64(c->variant_id),
                  db_i64(by->company_id)))
        return false;
    if (!rows.count)
        return err_set(e, ERR_NOT_FOUND, "stock.not_found", "variant %lld has no stock row",
                       (long long)c->variant_id);
    out->stock = (struct stock){ .variant_id = c->variant_id,
                                 .available = db_cell_i64(&rows, 0, 0),
                                 .reserved = db_cell_i64(&rows, 0, 1),
                                 .ledger_seq = db_cell_i64(&rows, 0, 2) };
    read_hash(&rows, 0, 3, out->stock.ledger_hash);
    out->has_cause = db_cell_i64(&rows, 0, 4) != 0;
    return true;
}

/* Takes the row's lock without changing it. */
static bool lock_row(struct db *db, const struct actor *by, int64_t variant_id, struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_stock SET updated_at = updated_at"
                " WHERE variant_id = ? AND company_id = ?",
    };
    return db_run(db, &sql, e, db_i64(variant_id), db_i64(by->company_id));
}

static bool refuse_short(const struct stock_change *c, int64_t available, struct err *e)
{
    err_set(e, ERR_CONFLICT, "stock.short", "%lld of variant %lld are wanted, %lld are available",
            (long long)-c->delta, (long long)c->variant_id, (long long)available);
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)available);
    return err_arg(e, "available", str_from(text));
}

/* Writes what `entry` says, if the row still is as it was read: *is_done. */
static bool move_row(struct db *db, const struct actor *by, const struct stock_change *c,
                     const struct ledger_entry *entry, bool *is_done, struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_stock SET available = available + ?, reserved = reserved + ?,"
                " ledger_seq = ?, ledger_hash = ?, updated_at = ?"
                " WHERE variant_id = ? AND company_id = ? AND ledger_seq = ?"
                " AND (available + ? >= 0 OR ? = 1)",
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_i64(entry->delta), db_i64(c->reserved_delta),
                        db_i64(entry->seq), db_cstr(entry->hash), db_i64(entry->at),
                        db_i64(c->variant_id), db_i64(by->company_id), db_i64(entry->seq - 1),
                        db_i64(entry->delta), db_i64(c->may_go_negative || c->is_count)))
        return false;
    *is_done = changed == 1;
    return true;
}

static struct ledger_entry entry_of(struct arena *a, const struct actor *by,
                                    const struct stock_change *c, const struct stock *was)
{
    int64_t delta = c->is_count ? c->delta - was->available : c->delta;
    struct ledger_entry en = { .company_id = by->company_id,
                               .variant_id = c->variant_id,
                               .seq = was->ledger_seq + 1,
                               .delta = delta,
                               .resulting = was->available + delta,
                               .cause = c->cause,
                               .cause_key = c->cause_key,
                               .note = c->note,
                               .user_id = by->user_id,
                               .at = c->at };
    ledger_seal(a, &en, was->ledger_hash);
    return en;
}

/* Read, then written only if nobody came between. Where somebody did (never with one writer), the row
 * is locked first and read again. */
bool stock_repo_change(struct db *db, struct arena *a, const struct actor *by,
                       const struct stock_change *c, struct ledger_entry *entry, bool *was_known,
                       struct err *e)
{
    assert(db_in_tx(db));
    bool is_done = false;
    for (int tries = 0; !is_done; tries++) {
        struct known_stock known = { 0 };
        if (tries && !lock_row(db, by, c->variant_id, e)) return false;
        if (!read_known(db, a, by, c, &known, e)) return false;
        if (known.has_cause) {
            *was_known = true;
            return ledger_row_by_cause(db, a, by, c->cause_key, entry, e);
        }
        struct ledger_entry en = entry_of(a, by, c, &known.stock);
        bool is_refused = en.resulting < 0 && !c->may_go_negative && !c->is_count;
        if (is_refused) return refuse_short(c, known.stock.available, e);
        if (tries == 2)
            return err_set(e, ERR_BUG, "stock.moving",
                           "the stock row of variant %lld stands on"
                           " a sequence that it does not have",
                           (long long)c->variant_id);
        if (!move_row(db, by, c, &en, &is_done, e)) return false;
        if (is_done) *entry = en;
    }
    *was_known = false;
    return ledger_row_add(db, entry, e);
}

bool stock_repo_reserve(struct db *db, const struct actor *by, int64_t variant_id, int64_t delta,
                        utc_ms at, struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_stock SET reserved = reserved + ?, updated_at = ?"
                " WHERE variant_id = ? AND company_id = ?",
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_i64(delta), db_i64(at), db_i64(variant_id),
                        db_i64(by->company_id)))
        return false;
    return changed || err_set(e, ERR_NOT_FOUND, "stock.not_found", "variant %lld has no stock row",
                              (long long)variant_id);
}

bool stock_repo_create(struct db *db, const struct actor *by, int64_t variant_id, utc_ms at,
                       struct err *e)
{
    static const struct sql_text sql = {
        .both = "INSERT INTO {p}mp_stock (variant_id, company_id, available, reserved, ledger_seq,"
                " ledger_hash, updated_at) SELECT v.id, v.company_id, 0, 0, 0, '', ?"
                " FROM {p}mp_variant v WHERE v.id = ? AND v.company_id = ?",
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_i64(at), db_i64(variant_id),
                        db_i64(by->company_id)))
        return false;
    return changed || err_set(e, ERR_NOT_FOUND, "variant.not_found", "there is no variant %lld",
                              (long long)variant_id);
}

bool stock_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t variant_id,
                     struct stock *out, struct err *e)
{
    struct known_stock known = { 0 };
    struct stock_change nothing = { .variant_id = variant_id };
    if (!read_known(db, a, by, &nothing, &known, e)) return false;
    *out = known.stock;
    return true;
}

/* The lines' sum stands in the same statement, so that both are of one moment. */
bool stock_repo_after(struct db *db, struct arena *a, int64_t after_variant_id, size_t limit,
                      struct stock **out, int64_t **company_ids, size_t *count, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT s.variant_id, s.company_id, s.available, s.reserved, s.ledger_seq,"
                " s.ledger_hash, (SELECT COALESCE(SUM(l.reserved), 0) FROM {p}mp_order_line l"
                " WHERE l.variant_id = s.variant_id AND l.reserved > 0)"
                " FROM {p}mp_stock s WHERE s.variant_id > ? ORDER BY s.variant_id LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(after_variant_id), db_i64((int64_t)limit)))
        return false;
    *out = ARENA_ARRAY(a, struct stock, rows.count);
    *company_ids = ARENA_ARRAY(a, int64_t, rows.count);
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        (*company_ids)[i] = db_cell_i64(&rows, i, 1);
        struct stock *s = &(*out)[i];
        *s = (struct stock){ .variant_id = db_cell_i64(&rows, i, 0),
                             .available = db_cell_i64(&rows, i, 2),
                             .reserved = db_cell_i64(&rows, i, 3),
                             .ledger_seq = db_cell_i64(&rows, i, 4),
                             .reserved_by_lines = db_cell_i64(&rows, i, 6) };
        read_hash(&rows, i, 5, s->ledger_hash);
    }
    return true;
}
