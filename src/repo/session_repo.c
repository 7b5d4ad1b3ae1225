#include "repo/people_repo.h"
#include "repo/scope.h"

bool session_repo_add(struct db *db, const struct session *s, struct err *e)
{
    static const struct sql_text add = {
        .both = "INSERT INTO {p}mp_session (id, user_id, refresh_hash, rotated_at, created_at,"
                " expires_at, user_agent, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    };
    return db_run(db, &add, e, db_text(s->id), db_i64(s->user_id), db_text(s->refresh_hash),
                  db_i64(s->rotated_at), db_i64(s->created_at), db_i64(s->expires_at),
                  db_text(s->user_agent), db_text(s->address));
}

#define SESSION_SELECT                                                                             \
    "SELECT id, user_id, refresh_hash, previous_hash, rotated_at, created_at, expires_at,"         \
    " ended_at, user_agent, address, refresh_box FROM {p}mp_session"

static bool read_session(const struct db_rows *rows, struct session *out, struct err *e)
{
    if (!rows->count)
        return err_set(e, ERR_NOT_FOUND, "session.not_found", "there is no such session");
    *out = (struct session){
        .id = db_cell_text(rows, 0, 0),
        .user_id = db_cell_i64(rows, 0, 1),
        .refresh_hash = db_cell_text(rows, 0, 2),
        .previous_hash = db_cell_text(rows, 0, 3),
        .rotated_at = db_cell_i64(rows, 0, 4),
        .created_at = db_cell_i64(rows, 0, 5),
        .expires_at = db_cell_i64(rows, 0, 6),
        .ended_at = db_cell_i64(rows, 0, 7),
        .user_agent = db_cell_text(rows, 0, 8),
        .address = db_cell_text(rows, 0, 9),
        .refresh_box = db_cell_text(rows, 0, 10),
    };
    return true;
}

bool session_repo_find(struct db *db, struct arena *a, str id, struct session *out, struct err *e)
{
    static const struct sql_text find = { .both = SESSION_SELECT " WHERE id = ?" };
    struct db_rows rows;
    return db_query(db, a, &find, &rows, e, db_text(id)) && read_session(&rows, out, e);
}

bool session_repo_by_refresh(struct db *db, struct arena *a, str hash, struct session *out,
                             struct err *e)
{
    static const struct sql_text find = {
        .both = SESSION_SELECT " WHERE refresh_hash = ? OR previous_hash = ? LIMIT 1",
    };
    struct db_rows rows;
    return db_query(db, a, &find, &rows, e, db_text(hash), db_text(hash)) &&
           read_session(&rows, out, e);
}

bool session_repo_rotate(struct db *db, str id, str was, str hash, str box, utc_ms now,
                         utc_ms expires_at, struct err *e)
{
    static const struct sql_text rotate = {
        .both = "UPDATE {p}mp_session SET previous_hash = refresh_hash, refresh_hash = ?,"
                " refresh_box = ?, rotated_at = ?, expires_at = ?"
                " WHERE id = ? AND refresh_hash = ? AND ended_at IS NULL",
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &rotate, &changed, e, db_text(hash), db_blob(box), db_i64(now),
                        db_i64(expires_at), db_text(id), db_text(was)))
        return false;
    return changed == 1 || err_set(e, ERR_CONFLICT, "session.rotated",
                                   "the session was renewed by somebody else meanwhile");
}

bool session_repo_end(struct db *db, str id, const char *why, utc_ms now, struct err *e)
{
    static const struct sql_text end = {
        .both = "UPDATE {p}mp_session SET ended_at = ?, ended_why = ?"
                " WHERE id = ? AND ended_at IS NULL",
    };
    return db_run(db, &end, e, db_i64(now), db_cstr(why), db_text(id));
}

bool session_repo_forget(struct db *db, utc_ms expired_before, struct err *e)
{
    static const struct sql_text forget = {
        .both = "DELETE FROM {p}mp_session WHERE expires_at < ?",
    };
    return db_run(db, &forget, e, db_i64(expired_before));
}
