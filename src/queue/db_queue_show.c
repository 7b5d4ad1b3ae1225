/* The panel's and the health page's questions to the job rows. */
#include "queue/lane.h"
#include "queue/row.h"

#define JOB_LIST(condition)                                                                        \
    "SELECT " JOB_COLUMNS " FROM {p}mp_job j WHERE j.company_id = ? AND j.id < ?" condition        \
    " ORDER BY j.id DESC LIMIT ?"

bool queue_list(struct queue *q, struct arena *a, int64_t company_id, const struct job_filter *f,
                struct job **out, size_t *count, struct err *e)
{
    static const struct sql_text all = { .both = JOB_LIST("") };
    static const struct sql_text of_state = { .both = JOB_LIST(" AND j.state = ?") };
    static const struct sql_text of_store = { .both = JOB_LIST(" AND j.store_id = ?") };
    static const struct sql_text of_both = { .both =
                                                 JOB_LIST(" AND j.store_id = ? AND j.state = ?") };
    struct db_value values[5] = { db_i64(company_id),
                                  db_i64(f->before_id ? f->before_id : INT64_MAX) };
    size_t n = 2;
    const struct sql_text *sql =
        f->store_id ? (f->state >= 0 ? &of_both : &of_store) : (f->state >= 0 ? &of_state : &all);
    if (f->store_id) values[n++] = db_i64(f->store_id);
    if (f->state >= 0) values[n++] = db_cstr(job_state_name((enum job_state)f->state));
    values[n++] = db_i64((int64_t)f->limit);
    struct db_rows rows;
    if (!db_query_values(q->db, a, sql, &rows, e, values, n)) return false;
    *out = ARENA_ARRAY(a, struct job, rows.count);
    for (size_t i = 0; i < rows.count; i++) job_read(&rows, i, &(*out)[i]);
    *count = rows.count;
    return true;
}

bool queue_find(struct queue *q, struct arena *a, int64_t company_id, int64_t id, struct job *out,
                struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT " JOB_COLUMNS " FROM {p}mp_job j WHERE j.id = ? AND j.company_id = ?",
    };
    struct db_rows rows;
    if (!db_query(q->db, a, &find, &rows, e, db_i64(id), db_i64(company_id))) return false;
    if (!rows.count) {
        err_set(e, ERR_NOT_FOUND, "job.not_found", "there is no job %lld", (long long)id);
        return err_arg(e, "job", str_print(a, "%lld", (long long)id));
    }
    job_read(&rows, 0, out);
    return true;
}

static void wake_lane(void *room)
{
    lane_wake(room);
}

bool queue_retry(struct queue *q, int64_t company_id, int64_t id, struct err *e)
{
    static const struct sql_text retry = {
        .both = "UPDATE {p}mp_job SET run_at = ?, ended_at = 0,"
                " tries = CASE WHEN state = 'dead' THEN 0 ELSE tries END, state = 'waiting'"
                " WHERE id = ? AND company_id = ? AND state IN ('waiting', 'dead')",
    };
    int64_t changed = 0;
    AUTO(arena) a = arena_new();
    struct job j = { 0 };
    if (!queue_find(q, a, company_id, id, &j, e)) return false;
    if (!db_run_counted(q->db, &retry, &changed, e, db_i64(clock_now(q->clock)), db_i64(id),
                        db_i64(company_id)))
        return false;
    if (!changed)
        return err_set(e, ERR_CONFLICT, "job.wrong_state",
                       "job %lld is running or done: there is nothing to retry", (long long)id);
    db_after_commit(q->db, wake_lane, &q->rooms[j.lane]);
    return true;
}

static bool count_lanes(struct queue *q, const struct sql_text *sql, int64_t *counts, utc_ms *first,
                        struct err *e)
{
    AUTO(arena) a = arena_new();
    struct db_rows rows;
    if (!db_query(q->db, a, sql, &rows, e)) return false;
    for (size_t i = 0; i < rows.count; i++) {
        enum lane lane;
        if (!lane_from(db_cell_text(&rows, i, 0), &lane)) continue;
        counts[lane] = db_cell_i64(&rows, i, 1);
        if (first) first[lane] = db_cell_i64(&rows, i, 2);
    }
    return true;
}

bool queue_depth(struct queue *q, struct queue_depth *out, struct err *e)
{
    static const struct sql_text waiting = {
        .both = "SELECT lane, COUNT(*), MIN(run_at) FROM {p}mp_job WHERE state = 'waiting'"
                " GROUP BY lane",
    };
    static const struct sql_text running = {
        .both = "SELECT lane, COUNT(*) FROM {p}mp_job WHERE state = 'running' GROUP BY lane",
    };
    static const struct sql_text dead = {
        .both = "SELECT COUNT(*) FROM {p}mp_job WHERE state = 'dead'",
    };
    struct queue_depth d = { 0 };
    if (!count_lanes(q, &waiting, d.waiting, d.oldest_due, e) ||
        !count_lanes(q, &running, d.running, NULL, e))
        return false;
    AUTO(arena) a = arena_new();
    struct db_rows rows;
    if (!db_query(q->db, a, &dead, &rows, e)) return false;
    d.dead = rows.count ? db_cell_i64(&rows, 0, 0) : 0;
    utc_ms now = clock_now(q->clock);
    for (int i = 0; i < LANE_COUNT; i++)
        if (d.oldest_due[i] > now) d.oldest_due[i] = 0;
    *out = d;
    return true;
}
