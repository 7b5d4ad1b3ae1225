/* API calls and attempts. */
#include "base/fold.h"
#include "repo/like.h"
#include "repo/page.h"
#include "repo/scope.h"
#include "repo/trace_repo.h"

bool call_repo_add(struct db *db, struct arena *a, const struct keyring *k, struct api_call *c,
                   struct err *e)
{
    static const struct sql_text add = {
        .both =
            "INSERT INTO {p}mp_api_call (company_id, store_id, job_id, at, purpose, method, url,"
            " status, took_ms, error_kind, error_code, error_message, request_bytes,"
            " reply_bytes, request_box, reply_box, about)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    };
    int64_t id = 0;
    const char *kind = c->error_kind == ERR_NONE ? NULL : err_kind_name(c->error_kind);
    str request = box_seal(k, a, c->request, box_place(a, c->company_id, c->store_id, "request"));
    str reply = box_seal(k, a, c->reply, box_place(a, c->company_id, c->store_id, "reply"));
    if (!db_insert(db, &add, &id, e, db_i64(c->company_id), db_i64(c->store_id), db_i64(c->job_id),
                   db_i64(c->at), db_text(c->purpose), db_text(c->method), db_text(c->url),
                   db_i64(c->status), db_i64(c->took_ms), db_cstr(kind),
                   db_text_or_null(c->error_code), db_text_or_null(c->error_message),
                   db_i64(c->request_bytes), db_i64(c->reply_bytes), db_blob(request),
                   db_blob(reply), db_text(fold_text(a, c->about))))
        return false;
    c->id = id;
    return true;
}

#define CALL_COLUMNS                                                                               \
    "k.id, k.company_id, k.store_id, k.job_id, k.at, m.name, m.marketplace, k.purpose, k.method,"  \
    " k.url, k.status, k.took_ms, k.request_bytes, k.reply_bytes, k.error_kind, k.error_code,"     \
    " k.error_message, k.about"
#define CALL_FROM " FROM {p}mp_api_call k LEFT JOIN {p}marketplace m ON m.id = k.store_id"

static void read_call(const struct db_rows *rows, size_t row, struct api_call *out)
{
    *out = (struct api_call){
        .id = db_cell_i64(rows, row, 0),
        .company_id = db_cell_i64(rows, row, 1),
        .store_id = db_cell_i64(rows, row, 2),
        .job_id = db_cell_i64(rows, row, 3),
        .at = db_cell_i64(rows, row, 4),
        .store_name = db_cell_text(rows, row, 5),
        .marketplace = db_cell_text(rows, row, 6),
        .purpose = db_cell_text(rows, row, 7),
        .method = db_cell_text(rows, row, 8),
        .url = db_cell_text(rows, row, 9),
        .status = (int)db_cell_i64(rows, row, 10),
        .took_ms = db_cell_i64(rows, row, 11),
        .request_bytes = db_cell_i64(rows, row, 12),
        .reply_bytes = db_cell_i64(rows, row, 13),
        .error_code = db_cell_text(rows, row, 15),
        .error_message = db_cell_text(rows, row, 16),
        .about = db_cell_text(rows, row, 17),
    };
    if (!db_cell_is_null(rows, row, 14))
        out->error_kind = err_kind_from(db_cell_text(rows, row, 14));
}

/* One text for each index that can serve it. */
#define CALL_LIST(scope, condition)                                                                \
    "SELECT " CALL_COLUMNS CALL_FROM " WHERE k.id < ?" scope condition                             \
    " AND k.status >= ? AND k.status <= ? AND (? = 0 OR k.status = 0 OR k.status >= 400)"          \
    " AND (? = '' OR k.purpose = ?)" LIKE_ALL("k.about") " ORDER BY k.id DESC LIMIT ?"
#define OF_COMPANY SCOPE_OF("k.company_id", "k.store_id")
#define OF_OTHERS SCOPE_OF("+k.company_id", "k.store_id")

struct status_range {
    int64_t from, to;
    bool is_failed; /* within the index of the failed */
};

static struct status_range statuses_of(int status_class)
{
    switch (status_class) {
    case 0:
        return (struct status_range){ 0, INT32_MAX, false };
    case -1:
        return (struct status_range){ 0, INT32_MAX, true };
    default:
        if (status_class >= 100)
            return (struct status_range){ status_class, status_class, status_class >= 400 };
        return (struct status_range){ status_class * 100, status_class * 100 + 99,
                                      status_class >= 4 };
    }
}

bool call_repo_list(struct db *db, struct arena *a, const struct actor *by,
                    const struct call_filter *f, const struct page *page, struct api_call **out,
                    size_t *count, struct page_end *end, struct err *e)
{
    static const struct sql_text of_company = { .both = CALL_LIST(OF_COMPANY, "") };
    static const struct sql_text of_store = { .both = CALL_LIST(OF_OTHERS, " AND k.store_id = ?") };
    static const struct sql_text of_job = { .both = CALL_LIST(OF_OTHERS, " AND k.job_id = ?") };
    static const struct sql_text failed = {
        .both = CALL_LIST(OF_COMPANY, " AND (k.status = 0 OR k.status >= 400)"
                                      " AND (? = 0 OR +k.store_id = ?)"),
    };
    struct page_place from;
    if (!page_open(a, page, "calls", &from, e)) return false;
    struct status_range statuses = statuses_of(f->status_class);
    struct like like = like_words(a, f->search);
    struct db_value values[16] = { db_i64(from.is_first ? INT64_MAX : from.id),
                                   STORE_SCOPE_VALUES(by) };
    size_t n = 4;
    const struct sql_text *sql = f->job_id            ? &of_job
                                 : statuses.is_failed ? &failed
                                 : f->store_id        ? &of_store
                                                      : &of_company;
    if (sql == &of_job) values[n++] = db_i64(f->job_id);
    if (sql == &failed) values[n++] = db_i64(f->store_id);
    if (sql == &failed || sql == &of_store) values[n++] = db_i64(f->store_id);
    values[n++] = db_i64(statuses.from);
    values[n++] = db_i64(statuses.to);
    values[n++] = db_i64(f->status_class == -1 ? 1 : 0);
    values[n++] = db_text(f->purpose);
    values[n++] = db_text(f->purpose);
    for (size_t i = 0; i < LIKE_WORDS; i++) values[n++] = db_text(like.words[i]);
    values[n++] = db_i64((int64_t)page->limit + 1);
    struct db_rows rows;
    if (!db_query_values(db, a, sql, &rows, e, values, n)) return false;
    size_t shown = rows.count > page->limit ? page->limit : rows.count;
    *out = ARENA_ARRAY(a, struct api_call, shown);
    for (size_t i = 0; i < shown; i++) read_call(&rows, i, &(*out)[i]);
    *count = shown;
    *end = (struct page_end){ 0 };
    if (rows.count > shown)
        end->next = page_cursor(a, "calls", &(struct page_place){ .id = (*out)[shown - 1].id });
    return true;
}

bool call_repo_find(struct db *db, struct arena *a, const struct keyring *k, const struct actor *by,
                    int64_t id, struct api_call *out, struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT " CALL_COLUMNS ", k.request_box, k.reply_box" CALL_FROM
                " WHERE k.id = ?" STORE_SCOPE("k"),
    };
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(id), STORE_SCOPE_VALUES(by))) return false;
    if (!rows.count) return err_set(e, ERR_NOT_FOUND, "call.not_found", "there is no such call");
    struct api_call c;
    read_call(&rows, 0, &c);
    if (!box_open(k, a, db_cell_text(&rows, 0, 18),
                  box_place(a, c.company_id, c.store_id, "request"), &c.request, e) ||
        !box_open(k, a, db_cell_text(&rows, 0, 19), box_place(a, c.company_id, c.store_id, "reply"),
                  &c.reply, e))
        return false;
    *out = c;
    return true;
}

bool call_repo_forget(struct db *db, utc_ms before, int64_t most, int64_t *count, struct err *e)
{
    /* Ids grow with time: only the oldest rows are looked at. Wrapped twice for MySQL. */
    static const struct sql_text forget = {
        .both = "DELETE FROM {p}mp_api_call WHERE at < ? AND id <= (SELECT last FROM"
                " (SELECT MAX(id) AS last FROM (SELECT id FROM {p}mp_api_call ORDER BY id LIMIT ?)"
                " AS oldest) AS wrapped)",
    };
    return db_run_counted(db, &forget, count, e, db_i64(before), db_i64(most));
}

/* --- attempts --- */

bool attempt_repo_forget(struct db *db, utc_ms ended_before, int64_t most, int64_t *count,
                         struct err *e)
{
    static const struct sql_text forget = {
        .both = "DELETE FROM {p}mp_attempt WHERE outcome IS NOT NULL AND ended_at < ? AND id <="
                " (SELECT last FROM (SELECT MAX(id) AS last FROM"
                " (SELECT id FROM {p}mp_attempt ORDER BY id LIMIT ?) AS oldest) AS wrapped)",
    };
    return db_run_counted(db, &forget, count, e, db_i64(ended_before), db_i64(most));
}

bool attempt_repo_begin(struct db *db, struct attempt *at, struct err *e)
{
    static const struct sql_text begin = {
        .both = "INSERT INTO {p}mp_attempt (company_id, store_id, job_id, kind, target, started_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
    };
    int64_t id = 0;
    if (!db_insert(db, &begin, &id, e, db_i64(at->company_id), db_i64(at->store_id),
                   db_i64(at->job_id), db_text(at->kind), db_text(at->target),
                   db_i64(at->started_at)))
        return false;
    at->id = id;
    return true;
}

bool attempt_repo_end(struct db *db, const struct attempt *at, const char *outcome,
                      const struct err *why, utc_ms now, struct err *e)
{
    static const struct sql_text end = {
        .both = "UPDATE {p}mp_attempt SET outcome = ?, error_code = ?, error_message = ?,"
                " ended_at = ?, call_id = ? WHERE id = ? AND company_id = ?",
    };
    return db_run(db, &end, e, db_cstr(outcome), db_cstr(why ? why->code : NULL),
                  db_cstr(why ? why->message : NULL), db_i64(now), db_i64(at->call_id),
                  db_i64(at->id), db_i64(at->company_id));
}

bool attempt_repo_open(struct db *db, struct arena *a, int64_t job_id, struct attempt **out,
                       size_t *count, struct err *e)
{
    static const struct sql_text open = {
        .both = "SELECT id, company_id, store_id, job_id, call_id, kind, target, started_at"
                " FROM {p}mp_attempt WHERE job_id = ? AND outcome IS NULL ORDER BY id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &open, &rows, e, db_i64(job_id))) return false;
    *out = ARENA_ARRAY(a, struct attempt, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        (*out)[i] = (struct attempt){
            .id = db_cell_i64(&rows, i, 0),
            .company_id = db_cell_i64(&rows, i, 1),
            .store_id = db_cell_i64(&rows, i, 2),
            .job_id = db_cell_i64(&rows, i, 3),
            .call_id = db_cell_i64(&rows, i, 4),
            .kind = db_cell_text(&rows, i, 5),
            .target = db_cell_text(&rows, i, 6),
            .started_at = db_cell_i64(&rows, i, 7),
        };
    }
    *count = rows.count;
    return true;
}
