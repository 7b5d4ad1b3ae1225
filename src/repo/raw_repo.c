/* Raw payloads: stored as they came, sealed, before anybody understands them. */
#include "repo/order_repo.h"
#include "repo/scope.h"

enum { FAILED_SHOWN = 200 };

static str place_of(struct arena *a, int64_t company_id, int64_t store_id)
{
    return box_place(a, company_id, store_id, "order_raw.payload");
}

static bool store_missing(int64_t store_id, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "store.not_found", "there is no store %lld",
                   (long long)store_id);
}

/* The row that is there already: *id 0 when there is none. */
static bool find_known(struct db *db, struct arena *a, const struct actor *by,
                       const struct raw_order *raw, int64_t *id, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT r.id FROM {p}marketplace m"
                " LEFT JOIN {p}mp_order_raw r ON r.store_id = m.id AND r.dedupe_key = ?"
                " WHERE m.id = ? AND m.company_id = ? AND (? = 1 OR m.id IN"
                " (SELECT g.store_id FROM {p}mp_user_store g WHERE g.user_id = ?))",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_text(raw->dedupe_key), db_i64(raw->store_id),
                  STORE_SCOPE_VALUES(by)))
        return false;
    if (!rows.count) return store_missing(raw->store_id, e);
    *id = db_cell_i64(&rows, 0, 0);
    return true;
}

bool raw_repo_add(struct db *db, struct arena *a, const struct keyring *k, const struct actor *by,
                  const struct raw_order *raw, int64_t *id, bool *is_new, struct err *e)
{
    static const struct sql_text sql = {
        .both = "INSERT INTO {p}mp_order_raw (company_id, store_id, source, dedupe_key,"
                " payload_box, received_at, state) VALUES (?, ?, ?, ?, ?, ?, 'new')",
    };
    int64_t known = 0;
    if (!find_known(db, a, by, raw, &known, e)) return false;
    if (!known) {
        str box = box_seal(k, a, raw->payload, place_of(a, by->company_id, raw->store_id));
        if (!db_insert(db, &sql, id, e, db_i64(by->company_id), db_i64(raw->store_id),
                       db_text(raw->source), db_text(raw->dedupe_key), db_blob(box),
                       db_i64(raw->received_at)))
            return false;
    } else {
        *id = known;
    }
    *is_new = !known;
    return true;
}

static void read_raw(const struct db_rows *rows, size_t row, struct raw_order *out)
{
    *out = (struct raw_order){ .id = db_cell_i64(rows, row, 0),
                               .company_id = db_cell_i64(rows, row, 1),
                               .store_id = db_cell_i64(rows, row, 2),
                               .source = db_cell_text(rows, row, 3),
                               .dedupe_key = db_cell_text(rows, row, 4),
                               .received_at = db_cell_i64(rows, row, 5),
                               .tries = (int)db_cell_i64(rows, row, 6),
                               .error_code = db_cell_text(rows, row, 7),
                               .error_message = db_cell_text(rows, row, 8) };
}

#define RAW_COLUMNS                                                                                \
    "r.id, r.company_id, r.store_id, r.source, r.dedupe_key, r.received_at, r.tries,"              \
    " r.error_code, r.error_message"

/* One damaged box must not hold up the payloads behind it. */
static void open_payload(const struct keyring *k, struct arena *a, str box, struct raw_order *raw)
{
    struct err why = { 0 };
    str place = place_of(a, raw->company_id, raw->store_id);
    raw->is_unreadable = !box_open(k, a, box, place, &raw->payload, &why);
    if (!raw->is_unreadable) return;
    raw->payload = (str){ 0 };
    raw->error_code = str_copy(a, str_from(why.code));
    raw->error_message = str_copy(a, str_from(why.message));
}

bool raw_repo_new(struct db *db, struct arena *a, const struct keyring *k, const struct actor *by,
                  int64_t store_id, int64_t after_id, size_t limit, struct raw_order **out,
                  size_t *count, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT " RAW_COLUMNS ", r.payload_box FROM {p}mp_order_raw r"
                " WHERE r.store_id = ? AND r.state = 'new' AND r.id > ?" STORE_SCOPE(
                    "r") " ORDER BY r.id LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(store_id), db_i64(after_id), STORE_SCOPE_VALUES(by),
                  db_i64((int64_t)limit)))
        return false;
    struct raw_order *raws = ARENA_ARRAY(a, struct raw_order, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        read_raw(&rows, i, &raws[i]);
        open_payload(k, a, db_cell_text(&rows, i, 9), &raws[i]);
    }
    *out = raws;
    *count = rows.count;
    return true;
}

static bool raw_missing(int64_t id, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "raw.not_found", "there is no such payload %lld",
                   (long long)id);
}

bool raw_repo_done(struct db *db, const struct actor *by, int64_t id, struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_order_raw AS r SET state = 'done', error_code = NULL,"
                " error_message = NULL WHERE r.id = ?" STORE_SCOPE("r"),
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_i64(id), STORE_SCOPE_VALUES(by))) return false;
    return changed || raw_missing(id, e);
}

bool raw_repo_failed(struct db *db, const struct actor *by, int64_t id, const struct err *why,
                     struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_order_raw AS r SET state = 'failed', tries = tries + 1,"
                " error_code = ?, error_message = ? WHERE r.id = ?" STORE_SCOPE("r"),
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_cstr(why->code), db_cstr(why->message),
                        db_i64(id), STORE_SCOPE_VALUES(by)))
        return false;
    return changed || raw_missing(id, e);
}

bool raw_repo_list_failed(struct db *db, struct arena *a, const struct actor *by,
                          struct raw_order **out, size_t *count, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT " RAW_COLUMNS " FROM {p}mp_order_raw r"
                " WHERE r.state = 'failed'" STORE_SCOPE("r") " ORDER BY r.id DESC LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, STORE_SCOPE_VALUES(by), db_i64(FAILED_SHOWN)))
        return false;
    *out = ARENA_ARRAY(a, struct raw_order, rows.count);
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) read_raw(&rows, i, &(*out)[i]);
    return true;
}

bool raw_repo_retry(struct db *db, const struct actor *by, int64_t id, struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_order_raw AS r SET state = 'new'"
                " WHERE r.id = ? AND r.state = 'failed'" STORE_SCOPE("r"),
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_i64(id), STORE_SCOPE_VALUES(by))) return false;
    return changed || raw_missing(id, e);
}

bool raw_repo_store(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                    int64_t *store_id, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT r.store_id FROM {p}mp_order_raw r WHERE r.id = ?" STORE_SCOPE("r"),
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(id), STORE_SCOPE_VALUES(by))) return false;
    if (!rows.count) return raw_missing(id, e);
    *store_id = db_cell_i64(&rows, 0, 0);
    return true;
}
