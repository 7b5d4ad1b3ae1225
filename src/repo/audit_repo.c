/* Audit rows, chained per company; settings of the installation; replies kept for a repeated key. */
#include <assert.h>

#include "repo/people_repo.h"
#include "repo/scope.h"

/* The company's row counts and is the lock: it is updated first (architecture, rule 4). */
bool audit_repo_add(struct db *db, struct arena *a, const struct actor *by, const char *action,
                    str subject, str detail_json, utc_ms now, struct err *e)
{
    static const struct sql_text next = {
        .both = "UPDATE {p}mp_company SET audit_seq = audit_seq + 1 WHERE id = ?",
    };
    static const struct sql_text chain = {
        .both = "SELECT audit_seq, audit_hash FROM {p}mp_company WHERE id = ?",
    };
    static const struct sql_text add = {
        .both = "INSERT INTO {p}mp_audit (company_id, seq, at, user_id, action, subject, detail,"
                " hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    };
    static const struct sql_text seal = {
        .both = "UPDATE {p}mp_company SET audit_hash = ? WHERE id = ?",
    };
    assert(db_in_tx(db));
    struct db_rows rows;
    if (!db_run(db, &next, e, db_i64(by->company_id)) ||
        !db_query(db, a, &chain, &rows, e, db_i64(by->company_id)))
        return false;
    if (!rows.count)
        return err_set(e, ERR_NOT_FOUND, "company.not_found", "there is no such company");
    int64_t seq = db_cell_i64(&rows, 0, 0);
    str previous = db_cell_text(&rows, 0, 1), act = str_from(action);
    /* Lengths stand before the texts, so that no two rows read alike. */
    str hash = sha256_hex(a, str_print(a, "%.*s|%lld|%lld|%lld|%lld|%zu:%.*s|%zu:%.*s|%zu:%.*s",
                                       STR_ARG(previous), (long long)by->company_id, (long long)seq,
                                       (long long)now, (long long)by->user_id, act.len,
                                       STR_ARG(act), subject.len, STR_ARG(subject), detail_json.len,
                                       STR_ARG(detail_json)));
    return db_run(db, &add, e, db_i64(by->company_id), db_i64(seq), db_i64(now),
                  db_i64(by->user_id), db_text(act), db_text(subject), db_text(detail_json),
                  db_text(hash)) &&
           db_run(db, &seal, e, db_text(hash), db_i64(by->company_id));
}

/* --- settings --- */

bool setting_repo_get(struct db *db, struct arena *a, const char *name, str *value, str *box,
                      struct err *e)
{
    static const struct sql_text get = {
        .both = "SELECT value, value_box FROM {p}mp_setting WHERE name = ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &get, &rows, e, db_cstr(name))) return false;
    if (!rows.count)
        return err_set(e, ERR_NOT_FOUND, "setting.not_found", "nothing is kept as '%s'", name);
    if (value) *value = db_cell_text(&rows, 0, 0);
    if (box) *box = db_cell_text(&rows, 0, 1);
    return true;
}

bool setting_repo_put(struct db *db, const char *name, str value, str box, struct err *e)
{
    static const struct sql_text put = {
        .sqlite = "INSERT INTO {p}mp_setting (name, value, value_box) VALUES (?, ?, ?)"
                  " ON CONFLICT (name) DO UPDATE SET value = excluded.value,"
                  " value_box = excluded.value_box",
        .mariadb = "INSERT INTO {p}mp_setting (name, value, value_box) VALUES (?, ?, ?)"
                   " ON DUPLICATE KEY UPDATE value = VALUES(value), value_box = VALUES(value_box)",
    };
    return db_run(db, &put, e, db_cstr(name), db_text_or_null(value),
                  box.len ? db_blob(box) : db_null());
}

/* --- Idempotency-Key --- */

bool idempotency_repo_begin(struct db *db, struct arena *a, int64_t user_id, str key,
                            str request_digest, utc_ms now, bool *is_new, struct kept_reply *kept,
                            struct err *e)
{
    static const struct sql_text add = {
        .sqlite = "INSERT INTO {p}mp_idempotency (user_id, idempotency_key, request_digest, status,"
                  " reply, at) VALUES (?, ?, ?, 0, '', ?) ON CONFLICT DO NOTHING",
        .mariadb = "INSERT IGNORE INTO {p}mp_idempotency (user_id, idempotency_key,"
                   " request_digest, status, reply, at) VALUES (?, ?, ?, 0, '', ?)",
    };
    static const struct sql_text find = {
        .both = "SELECT request_digest, status, reply FROM {p}mp_idempotency"
                " WHERE user_id = ? AND idempotency_key = ?",
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &add, &changed, e, db_i64(user_id), db_text(key),
                        db_text(request_digest), db_i64(now)))
        return false;
    struct kept_reply reply = { .request_digest = request_digest };
    if (changed == 0) {
        struct db_rows rows;
        if (!db_query(db, a, &find, &rows, e, db_i64(user_id), db_text(key))) return false;
        if (!rows.count)
            return err_set(e, ERR_UNAVAILABLE, "idempotency.gone",
                           "the request with this key was just given up: send it again");
        reply = (struct kept_reply){ .request_digest = db_cell_text(&rows, 0, 0),
                                     .status = (int)db_cell_i64(&rows, 0, 1),
                                     .reply = db_cell_text(&rows, 0, 2) };
    }
    *is_new = changed == 1;
    *kept = reply;
    return true;
}

bool idempotency_repo_end(struct db *db, int64_t user_id, str key, int status, str reply,
                          struct err *e)
{
    static const struct sql_text end = {
        .both = "UPDATE {p}mp_idempotency SET status = ?, reply = ?"
                " WHERE user_id = ? AND idempotency_key = ?",
    };
    return db_run(db, &end, e, db_i64(status), db_text(reply), db_i64(user_id), db_text(key));
}

bool idempotency_repo_drop(struct db *db, int64_t user_id, str key, struct err *e)
{
    static const struct sql_text drop = {
        .both = "DELETE FROM {p}mp_idempotency WHERE user_id = ? AND idempotency_key = ?"
                " AND status = 0",
    };
    return db_run(db, &drop, e, db_i64(user_id), db_text(key));
}

bool idempotency_repo_forget(struct db *db, utc_ms before, struct err *e)
{
    static const struct sql_text forget = {
        .both = "DELETE FROM {p}mp_idempotency WHERE at < ?",
    };
    return db_run(db, &forget, e, db_i64(before));
}
