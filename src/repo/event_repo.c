/* Events for the panel and faults that need a person. What belongs to no store (store_id 0) is the
 * whole company's to see. */
#include "base/json.h"
#include "repo/page.h"
#include "repo/scope.h"
#include "repo/trace_repo.h"

#define FORGOTTEN_AT_ONCE 20000

#define COMPANY_OR_STORE(alias)                                                                    \
    " AND " alias ".company_id = ? AND (? = 1 OR " alias ".store_id = 0 OR " alias                 \
    ".store_id IN (SELECT g.store_id FROM {p}mp_user_store g WHERE g.user_id = ?))"

bool event_repo_add(struct db *db, const struct actor *by, int64_t store_id, const char *kind,
                    int64_t subject_id, str data, utc_ms now, struct err *e)
{
    static const struct sql_text add = {
        .both = "INSERT INTO {p}mp_event (company_id, store_id, at, kind, subject_id, data)"
                " VALUES (?, ?, ?, ?, ?, ?)",
    };
    return db_run(db, &add, e, db_i64(by->company_id), db_i64(store_id), db_i64(now), db_cstr(kind),
                  db_i64(subject_id), db_text(data.len ? data : STR("{}")));
}

#define EVENT_SELECT                                                                               \
    "SELECT v.id, v.company_id, v.store_id, v.subject_id, v.at, v.kind, v.data FROM {p}mp_event v"

static void read_events(const struct db_rows *rows, struct arena *a, struct event **out,
                        size_t *count)
{
    *out = ARENA_ARRAY(a, struct event, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        (*out)[i] = (struct event){
            .id = db_cell_i64(rows, i, 0),
            .company_id = db_cell_i64(rows, i, 1),
            .store_id = db_cell_i64(rows, i, 2),
            .subject_id = db_cell_i64(rows, i, 3),
            .at = db_cell_i64(rows, i, 4),
            .kind = db_cell_text(rows, i, 5),
            .data = db_cell_text(rows, i, 6),
        };
    }
    *count = rows->count;
}

bool event_repo_after(struct db *db, struct arena *a, int64_t after_id, size_t limit,
                      struct event **out, size_t *count, struct err *e)
{
    static const struct sql_text after = {
        .both = EVENT_SELECT " WHERE v.id > ? ORDER BY v.id LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &after, &rows, e, db_i64(after_id), db_i64((int64_t)limit))) return false;
    read_events(&rows, a, out, count);
    return true;
}

bool event_repo_newest(struct db *db, struct arena *a, const struct actor *by, size_t limit,
                       struct event **out, size_t *count, struct err *e)
{
    static const struct sql_text newest = {
        .both = EVENT_SELECT " WHERE 1 = 1" COMPANY_OR_STORE("v") " ORDER BY v.id DESC LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &newest, &rows, e, STORE_SCOPE_VALUES(by), db_i64((int64_t)limit)))
        return false;
    read_events(&rows, a, out, count);
    return true;
}

bool event_repo_bounds(struct db *db, struct arena *a, int64_t *oldest, int64_t *newest,
                       struct err *e)
{
    /* Two questions: together they would read the whole table. */
    static const struct sql_text bounds = {
        .both = "SELECT (SELECT MIN(id) FROM {p}mp_event), (SELECT MAX(id) FROM {p}mp_event)",
    };
    struct db_rows rows;
    if (!db_query(db, a, &bounds, &rows, e)) return false;
    *oldest = db_cell_i64(&rows, 0, 0);
    *newest = db_cell_i64(&rows, 0, 1);
    return true;
}

bool event_repo_forget(struct db *db, utc_ms before, struct err *e)
{
    static const struct sql_text forget = {
        .both = "DELETE FROM {p}mp_event WHERE at < ? AND id <= (SELECT last FROM"
                " (SELECT MAX(id) AS last FROM (SELECT id FROM {p}mp_event ORDER BY id LIMIT ?)"
                " AS oldest) AS wrapped)",
    };
    return db_run(db, &forget, e, db_i64(before), db_i64(FORGOTTEN_AT_ONCE));
}

/* --- faults --- */

static bool fault_event(struct db *db, const struct actor *by, const char *event, int64_t store_id,
                        str kind, int64_t fault_id, utc_ms now, struct err *e)
{
    AUTO(arena) a = arena_new();
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_text(&w, "kind", kind);
    json_close_object(&w);
    return event_repo_add(db, by, store_id, event, fault_id, json_written(&w), now, e);
}

bool fault_repo_open(struct db *db, const struct actor *by, const struct fault *f, utc_ms now,
                     struct err *e)
{
    static const struct sql_text again = {
        .both = "UPDATE {p}mp_fault SET times = times + 1, last_at = ?, code = ?, message = ?,"
                " args = ? WHERE company_id = ? AND open_key = ?",
    };
    static const struct sql_text open = {
        .both =
            "INSERT INTO {p}mp_fault (company_id, store_id, open_key, kind, code, message, args,"
            " subject_id, opened_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    };
    int64_t changed = 0, id = 0;
    str args = f->args.len ? f->args : STR("{}");
    if (!db_run_counted(db, &again, &changed, e, db_i64(now), db_text(f->code), db_text(f->message),
                        db_text(args), db_i64(by->company_id), db_text(f->key)))
        return false;
    if (changed) return true;
    return db_insert(db, &open, &id, e, db_i64(by->company_id), db_i64(f->store_id),
                     db_text(f->key), db_text(f->kind), db_text(f->code), db_text(f->message),
                     db_text(args), db_i64(f->subject_id), db_i64(now), db_i64(now)) &&
           fault_event(db, by, "fault.opened", f->store_id, f->kind, id, now, e);
}

/* The fault that was found: its id, store and kind. */
static bool close_found(struct db *db, const struct actor *by, const struct db_rows *found,
                        utc_ms now, struct err *e)
{
    static const struct sql_text close = {
        .both = "UPDATE {p}mp_fault SET open_key = NULL, closed_at = ? WHERE id = ?",
    };
    int64_t id = db_cell_i64(found, 0, 0);
    return db_run(db, &close, e, db_i64(now), db_i64(id)) &&
           fault_event(db, by, "fault.closed", db_cell_i64(found, 0, 1), db_cell_text(found, 0, 2),
                       id, now, e);
}

bool fault_repo_close(struct db *db, const struct actor *by, str key, utc_ms now, struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT id, store_id, kind FROM {p}mp_fault WHERE company_id = ? AND open_key = ?",
    };
    AUTO(arena) a = arena_new();
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(by->company_id), db_text(key))) return false;
    return !rows.count || close_found(db, by, &rows, now, e);
}

bool fault_repo_close_id(struct db *db, const struct actor *by, int64_t id, utc_ms now,
                         struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT f.id, f.store_id, f.kind FROM {p}mp_fault f"
                " WHERE f.id = ? AND f.closed_at = 0" COMPANY_OR_STORE("f"),
    };
    AUTO(arena) a = arena_new();
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(id), STORE_SCOPE_VALUES(by))) return false;
    if (!rows.count)
        return err_set(e, ERR_NOT_FOUND, "fault.not_found", "there is no open fault %lld",
                       (long long)id);
    return close_found(db, by, &rows, now, e);
}

bool fault_repo_unseen(struct db *db, struct arena *a, const char *kind, utc_ms since, size_t limit,
                       struct fault **out, size_t *count, struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT f.id, f.company_id FROM {p}mp_fault f WHERE f.closed_at = 0"
                " AND f.kind = ? AND f.last_at < ? ORDER BY f.last_at LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_cstr(kind), db_i64(since), db_i64((int64_t)limit)))
        return false;
    *out = ARENA_ARRAY(a, struct fault, rows.count);
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*out)[i] = (struct fault){ .id = db_cell_i64(&rows, i, 0),
                                    .company_id = db_cell_i64(&rows, i, 1) };
    return true;
}

bool fault_repo_forget(struct db *db, utc_ms closed_before, struct err *e)
{
    static const struct sql_text forget = {
        .both = "DELETE FROM {p}mp_fault WHERE closed_at > 0 AND closed_at < ?",
    };
    return db_run(db, &forget, e, db_i64(closed_before));
}

bool fault_repo_is_open(struct db *db, struct arena *a, const struct actor *by, str key, bool *is,
                        struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT id FROM {p}mp_fault WHERE company_id = ? AND open_key = ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(by->company_id), db_text(key))) return false;
    *is = rows.count > 0;
    return true;
}

#define FAULT_LIST(condition)                                                                      \
    "SELECT f.id, f.company_id, f.store_id, f.subject_id, f.open_key, f.kind, f.code, f.message,"  \
    " f.args, f.opened_at, f.last_at, f.closed_at, f.times FROM {p}mp_fault f WHERE f.id < "       \
    "?" COMPANY_OR_STORE("f") condition " ORDER BY f.id DESC LIMIT ?"

bool fault_repo_list(struct db *db, struct arena *a, const struct actor *by, bool open_only,
                     const struct page *page, struct fault **out, size_t *count,
                     struct page_end *end, struct err *e)
{
    static const struct sql_text open = { .both = FAULT_LIST(" AND f.closed_at = 0") };
    static const struct sql_text all = { .both = FAULT_LIST("") };
    struct page_place from;
    struct db_rows rows;
    if (!page_open(a, page, "faults", &from, e) ||
        !db_query(db, a, open_only ? &open : &all, &rows, e,
                  db_i64(from.is_first ? INT64_MAX : from.id), STORE_SCOPE_VALUES(by),
                  db_i64((int64_t)page->limit + 1)))
        return false;
    size_t shown = rows.count > page->limit ? page->limit : rows.count;
    *out = ARENA_ARRAY(a, struct fault, shown);
    for (size_t i = 0; i < shown; i++) {
        (*out)[i] = (struct fault){
            .id = db_cell_i64(&rows, i, 0),
            .company_id = db_cell_i64(&rows, i, 1),
            .store_id = db_cell_i64(&rows, i, 2),
            .subject_id = db_cell_i64(&rows, i, 3),
            .key = db_cell_text(&rows, i, 4),
            .kind = db_cell_text(&rows, i, 5),
            .code = db_cell_text(&rows, i, 6),
            .message = db_cell_text(&rows, i, 7),
            .args = db_cell_text(&rows, i, 8),
            .opened_at = db_cell_i64(&rows, i, 9),
            .last_at = db_cell_i64(&rows, i, 10),
            .closed_at = db_cell_i64(&rows, i, 11),
            .times = db_cell_i64(&rows, i, 12),
        };
    }
    *count = shown;
    *end = (struct page_end){ 0 };
    if (rows.count > shown)
        end->next = page_cursor(a, "faults", &(struct page_place){ .id = (*out)[shown - 1].id });
    return true;
}
