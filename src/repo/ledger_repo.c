/* The ledger's rows; the stock row that they add up to stands in stock_repo.c. */
#include "repo/ledger_row.h"
#include "repo/scope.h"

#define ENTRY_COLUMNS                                                                              \
    "l.company_id, l.variant_id, l.seq, l.delta, l.resulting, l.cause, l.cause_key, l.note,"       \
    " l.user_id, l.at, l.hash"

static void read_entry(const struct db_rows *rows, size_t row, struct ledger_entry *out)
{
    *out = (struct ledger_entry){ .company_id = db_cell_i64(rows, row, 0),
                                  .variant_id = db_cell_i64(rows, row, 1),
                                  .seq = db_cell_i64(rows, row, 2),
                                  .delta = db_cell_i64(rows, row, 3),
                                  .resulting = db_cell_i64(rows, row, 4),
                                  .cause = CAUSE_COUNT_,
                                  .cause_key = db_cell_text(rows, row, 6),
                                  .note = db_cell_text(rows, row, 7),
                                  .user_id = db_cell_i64(rows, row, 8),
                                  .at = db_cell_i64(rows, row, 9) };
    ledger_cause_from(db_cell_text(rows, row, 5), &out->cause);
    str_fill(out->hash, sizeof out->hash, db_cell_text(rows, row, 10));
}

static void read_entries(struct arena *a, const struct db_rows *rows, struct ledger_entry **out,
                         size_t *count)
{
    *out = ARENA_ARRAY(a, struct ledger_entry, rows->count);
    *count = rows->count;
    for (size_t i = 0; i < rows->count; i++) read_entry(rows, i, &(*out)[i]);
}

bool ledger_row_add(struct db *db, const struct ledger_entry *entry, struct err *e)
{
    static const struct sql_text sql = {
        .both = "INSERT INTO {p}mp_ledger (company_id, variant_id, seq, delta, resulting, cause,"
                " cause_key, note, user_id, at, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    };
    const struct ledger_entry *en = entry;
    return db_run(db, &sql, e, db_i64(en->company_id), db_i64(en->variant_id), db_i64(en->seq),
                  db_i64(en->delta), db_i64(en->resulting), db_cstr(ledger_cause_name(en->cause)),
                  db_text(en->cause_key), db_text(en->note), db_i64(en->user_id), db_i64(en->at),
                  db_cstr(en->hash));
}

bool ledger_row_by_cause(struct db *db, struct arena *a, const struct actor *by, str cause_key,
                         struct ledger_entry *out, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT " ENTRY_COLUMNS " FROM {p}mp_ledger l"
                " WHERE l.company_id = ? AND l.cause_key = ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(by->company_id), db_text(cause_key))) return false;
    if (!rows.count)
        return err_set(e, ERR_NOT_FOUND, "ledger.not_found", "no entry has the cause '%.*s'",
                       STR_ARG(cause_key));
    read_entry(&rows, 0, out);
    return true;
}

bool ledger_repo_entries(struct db *db, struct arena *a, const struct actor *by, int64_t variant_id,
                         int64_t after_seq, size_t limit, struct ledger_entry **out, size_t *count,
                         struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT " ENTRY_COLUMNS " FROM {p}mp_ledger l"
                " WHERE l.variant_id = ? AND l.company_id = ? AND l.seq > ?"
                " ORDER BY l.seq LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(variant_id), db_i64(by->company_id),
                  db_i64(after_seq), db_i64((int64_t)limit)))
        return false;
    read_entries(a, &rows, out, count);
    return true;
}

bool ledger_repo_newest(struct db *db, struct arena *a, const struct actor *by, int64_t variant_id,
                        int64_t before_seq, size_t limit, struct ledger_entry **out, size_t *count,
                        struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT " ENTRY_COLUMNS " FROM {p}mp_ledger l"
                " WHERE l.variant_id = ? AND l.company_id = ? AND l.seq < ?"
                " ORDER BY l.seq DESC LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(variant_id), db_i64(by->company_id),
                  db_i64(before_seq ? before_seq : INT64_MAX), db_i64((int64_t)limit)))
        return false;
    read_entries(a, &rows, out, count);
    return true;
}

bool ledger_repo_after(struct db *db, struct arena *a, int64_t after_variant_id, int64_t after_seq,
                       size_t limit, struct ledger_entry **out, size_t *count, struct err *e)
{
    /* Each as its optimizer reads it as one range of the index. */
    static const struct sql_text sql = {
        .sqlite = "SELECT " ENTRY_COLUMNS " FROM {p}mp_ledger l"
                  " WHERE (l.variant_id, l.seq) > (?, ?) AND l.variant_id >= ?"
                  " ORDER BY l.variant_id, l.seq LIMIT ?",
        .mariadb = "SELECT " ENTRY_COLUMNS " FROM {p}mp_ledger l"
                   " WHERE ((l.variant_id = ? AND l.seq > ?) OR l.variant_id > ?)"
                   " ORDER BY l.variant_id, l.seq LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(after_variant_id), db_i64(after_seq),
                  db_i64(after_variant_id), db_i64((int64_t)limit)))
        return false;
    read_entries(a, &rows, out, count);
    return true;
}
