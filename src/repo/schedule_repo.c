#include "repo/scope.h"
#include "repo/store_repo.h"

#define SCHEDULE_COLUMNS                                                                           \
    "c.store_id, c.company_id, c.purpose, c.every_ms, c.next_run_at, c.last_run_at, c.last_ok_at," \
    " c.is_paused, c.last_result, c.resume_cursor"

static void read_schedule(const struct db_rows *rows, size_t row, struct schedule *out)
{
    *out = (struct schedule){
        .store_id = db_cell_i64(rows, row, 0),
        .company_id = db_cell_i64(rows, row, 1),
        .purpose = db_cell_text(rows, row, 2),
        .every_ms = db_cell_i64(rows, row, 3),
        .next_run_at = db_cell_i64(rows, row, 4),
        .last_run_at = db_cell_i64(rows, row, 5),
        .last_ok_at = db_cell_i64(rows, row, 6),
        .is_paused = db_cell_i64(rows, row, 7) != 0,
        .last_result = db_cell_text(rows, row, 8),
        .cursor = db_cell_text(rows, row, 9),
    };
}

static void read_all(const struct db_rows *rows, struct arena *a, struct schedule **out,
                     size_t *count)
{
    *out = ARENA_ARRAY(a, struct schedule, rows->count);
    for (size_t i = 0; i < rows->count; i++) read_schedule(rows, i, &(*out)[i]);
    *count = rows->count;
}

static bool missing(const char *purpose, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "schedule.not_found", "this store has no schedule for '%s'",
                   purpose);
}

bool schedule_repo_ensure(struct db *db, const struct actor *by, int64_t store_id,
                          const char *purpose, utc_ms every_ms, utc_ms first_at, struct err *e)
{
    static const struct sql_text update = {
        .both = "UPDATE {p}mp_schedule AS c SET every_ms = ? WHERE c.store_id = ?"
                " AND c.purpose = ?" STORE_SCOPE("c"),
    };
    static const struct sql_text add = {
        .both = "INSERT INTO {p}mp_schedule (store_id, purpose, company_id, every_ms, next_run_at)"
                " SELECT m.id, ?, m.company_id, ?, ? FROM {p}marketplace m"
                " WHERE m.id = ?" SCOPE_OF("m.company_id", "m.id"),
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &update, &changed, e, db_i64(every_ms), db_i64(store_id),
                        db_cstr(purpose), STORE_SCOPE_VALUES(by)))
        return false;
    if (changed) return true;
    if (!db_run_counted(db, &add, &changed, e, db_cstr(purpose), db_i64(every_ms), db_i64(first_at),
                        db_i64(store_id), STORE_SCOPE_VALUES(by)))
        return false;
    return changed == 1 || err_set(e, ERR_NOT_FOUND, "store.not_found", "there is no such store");
}

bool schedule_repo_list(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                        struct schedule **out, size_t *count, struct err *e)
{
    static const struct sql_text list = {
        .both =
            "SELECT " SCHEDULE_COLUMNS
            " FROM {p}mp_schedule c WHERE c.store_id = ?" STORE_SCOPE("c") " ORDER BY c.purpose",
    };
    struct db_rows rows;
    if (!db_query(db, a, &list, &rows, e, db_i64(store_id), STORE_SCOPE_VALUES(by))) return false;
    read_all(&rows, a, out, count);
    return true;
}

bool schedule_repo_due(struct db *db, struct arena *a, utc_ms now, size_t limit,
                       struct schedule **out, size_t *count, struct err *e)
{
    static const struct sql_text due = {
        .both = "SELECT " SCHEDULE_COLUMNS
                " FROM {p}mp_schedule c JOIN {p}marketplace m ON m.id = c.store_id"
                " WHERE c.is_paused = 0 AND c.next_run_at <= ? AND m.state = 'active'"
                " ORDER BY c.next_run_at LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &due, &rows, e, db_i64(now), db_i64((int64_t)limit))) return false;
    read_all(&rows, a, out, count);
    return true;
}

bool schedule_repo_claim(struct db *db, const struct schedule *s, utc_ms now, bool *is_ours,
                         struct err *e)
{
    static const struct sql_text claim = {
        .both = "UPDATE {p}mp_schedule SET next_run_at = ? WHERE store_id = ? AND purpose = ?"
                " AND next_run_at = ? AND is_paused = 0",
    };
    /* Keeps its beat, but does not make up for what it missed. */
    utc_ms next = s->next_run_at + s->every_ms;
    if (next <= now) next = now + s->every_ms;
    int64_t changed = 0;
    if (!db_run_counted(db, &claim, &changed, e, db_i64(next), db_i64(s->store_id),
                        db_text(s->purpose), db_i64(s->next_run_at)))
        return false;
    *is_ours = changed == 1;
    return true;
}

bool schedule_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                        const char *purpose, struct schedule *out, struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT " SCHEDULE_COLUMNS
                " FROM {p}mp_schedule c WHERE c.store_id = ? AND c.purpose = ?" STORE_SCOPE("c"),
    };
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(store_id), db_cstr(purpose),
                  STORE_SCOPE_VALUES(by)))
        return false;
    if (!rows.count) return missing(purpose, e);
    read_schedule(&rows, 0, out);
    return true;
}

bool schedule_repo_result(struct db *db, const struct actor *by, int64_t store_id,
                          const char *purpose, utc_ms at, bool is_ok, str result, str cursor,
                          struct err *e)
{
    static const struct sql_text set = {
        .both = "UPDATE {p}mp_schedule AS c SET last_run_at = ?,"
                " last_ok_at = CASE WHEN ? = 1 THEN ? ELSE last_ok_at END, last_result = ?,"
                " resume_cursor = CASE WHEN ? = 1 THEN ? ELSE resume_cursor END"
                " WHERE c.store_id = ? AND c.purpose = ?" STORE_SCOPE("c"),
    };
    int64_t changed = 0, has_cursor = is_ok || cursor.len;
    if (!db_run_counted(db, &set, &changed, e, db_i64(at), db_i64(is_ok ? 1 : 0), db_i64(at),
                        db_text_or_null(result), db_i64(has_cursor), db_text_or_null(cursor),
                        db_i64(store_id), db_cstr(purpose), STORE_SCOPE_VALUES(by)))
        return false;
    return changed == 1 || missing(purpose, e);
}

bool schedule_repo_run_now(struct db *db, const struct actor *by, int64_t store_id,
                           const char *purpose, utc_ms now, struct err *e)
{
    static const struct sql_text set = {
        .both = "UPDATE {p}mp_schedule AS c SET next_run_at = ?"
                " WHERE c.store_id = ? AND c.purpose = ?" STORE_SCOPE("c"),
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &set, &changed, e, db_i64(now), db_i64(store_id), db_cstr(purpose),
                        STORE_SCOPE_VALUES(by)))
        return false;
    return changed == 1 || missing(purpose, e);
}
