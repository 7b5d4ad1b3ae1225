#include <string.h>

#include "base/crypto.h"
#include "queue/lane.h"
#include "queue/row.h"

/* --- adding --- */

/* In both texts no assignment reads a column that stands before it: MariaDB would see the new value. */
#define JOB_INSERT                                                                                 \
    "INSERT INTO {p}mp_job (company_id, store_id, kind, lane, open_key, payload, state, run_at,"   \
    " created_at) VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?)"
#define JOB_MERGE(new_run_at, new_payload)                                                         \
    " run_at = CASE"                                                                               \
    "   WHEN {p}mp_job.state = 'running' AND {p}mp_job.again = 1 AND {p}mp_job.run_at "            \
    "< " new_run_at " THEN {p}mp_job.run_at"                                                       \
    "   WHEN {p}mp_job.state IN ('running', 'dead') THEN " new_run_at                              \
    "   WHEN {p}mp_job.error_kind IS NULL AND " new_run_at " < {p}mp_job.run_at THEN " new_run_at  \
    "   ELSE {p}mp_job.run_at END,"                                                                \
    " payload = " new_payload ","                                                                  \
    " again = CASE WHEN {p}mp_job.state = 'running' THEN 1 ELSE 0 END,"                            \
    " tries = CASE WHEN {p}mp_job.state = 'dead' THEN 0 ELSE {p}mp_job.tries END,"                 \
    " ended_at = CASE WHEN {p}mp_job.state = 'dead' THEN 0 ELSE {p}mp_job.ended_at END,"           \
    " state = CASE WHEN {p}mp_job.state = 'dead' THEN 'waiting' ELSE {p}mp_job.state END"

static void wake_lane(void *room)
{
    lane_wake(room);
}

static void reckon_lane(void *room)
{
    lane_reckon(room);
}

bool queue_add(struct queue *q, const struct job_request *r, int64_t *id, struct err *e)
{
    static const struct sql_text add = {
        .sqlite =
            JOB_INSERT " ON CONFLICT (open_key) WHERE open_key IS NOT NULL DO UPDATE SET" JOB_MERGE(
                "excluded.run_at", "excluded.payload"),
        .mariadb =
            JOB_INSERT " ON DUPLICATE KEY UPDATE" JOB_MERGE("VALUES(run_at)", "VALUES(payload)"),
    };
    static const struct sql_text find = { .both = "SELECT id FROM {p}mp_job WHERE open_key = ?" };
    utc_ms now = clock_now(q->clock);
    utc_ms run_at = r->run_at ? r->run_at : now;
    int64_t new_id = 0;
    if (!db_insert(q->db, &add, &new_id, e, db_i64(r->company_id), db_i64(r->store_id),
                   db_cstr(r->kind), db_cstr(lane_name(r->lane)), db_text_or_null(r->key),
                   db_text(r->payload.len ? r->payload : STR("{}")), db_i64(run_at), db_i64(now)))
        return false;
    if (id && r->key.len) { /* the insert may have met an open job */
        AUTO(arena) a = arena_new();
        struct db_rows rows;
        if (!db_query(q->db, a, &find, &rows, e, db_text(r->key))) return false;
        if (rows.count) new_id = db_cell_i64(&rows, 0, 0);
    }
    if (id) *id = new_id;
    db_after_commit(q->db, run_at <= now ? wake_lane : reckon_lane, &q->rooms[r->lane]);
    return true;
}

/* --- claiming --- */

#define DUE_PAGE 64

static bool is_busy(const struct queue_claim *c, int64_t store_id)
{
    size_t from = 0, to = c->busy_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (c->busy_stores[middle] == store_id) return true;
        if (c->busy_stores[middle] < store_id)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

static bool is_claiming(const struct lane_room *r, int64_t id)
{
    for (size_t i = 0; i < r->claiming_count; i++)
        if (r->claiming[i] == id) return true;
    return false;
}

static bool is_local(const struct queue_claim *c, str kind)
{
    for (const char *const *k = c->local_kinds; k && *k; k++)
        if (str_eq(kind, str_from(*k))) return true;
    return false;
}

/* Behind a long row of busy stores' jobs: the longest due of each local kind in turn. */
static bool choose_local(struct lane_room *r, struct arena *a, const struct queue_claim *c,
                         utc_ms now, int64_t *id, struct err *e)
{
    static const struct sql_text next = {
        .both = "SELECT id FROM {p}mp_job WHERE state = 'waiting' AND lane = ? AND run_at <= ?"
                " AND kind = ? ORDER BY run_at, id LIMIT ?",
    };
    for (const char *const *k = c->local_kinds; k && *k && !*id; k++) {
        struct db_rows rows;
        if (!db_query(r->queue->db, a, &next, &rows, e, db_cstr(lane_name(r->lane)), db_i64(now),
                      db_cstr(*k), db_i64((int64_t)r->claiming_count + 1)))
            return false;
        for (size_t i = 0; i < rows.count && !*id; i++)
            if (!is_claiming(r, db_cell_i64(&rows, i, 0))) *id = db_cell_i64(&rows, i, 0);
    }
    return true;
}

/* Behind a long row of one busy store's jobs: from store to store, the longest due of the others. */
static bool choose_by_store(struct lane_room *r, struct arena *a, const struct queue_claim *c,
                            utc_ms now, int64_t *id, struct err *e)
{
    static const struct sql_text next = {
        .both = "SELECT store_id, run_at, id FROM {p}mp_job WHERE state = 'waiting' AND lane = ?"
                " AND store_id > ? ORDER BY store_id, run_at, id LIMIT 1",
    };
    struct db_rows rows;
    utc_ms longest = INT64_MAX;
    for (int64_t store = -1;; store = db_cell_i64(&rows, 0, 0)) {
        if (!db_query(r->queue->db, a, &next, &rows, e, db_cstr(lane_name(r->lane)), db_i64(store)))
            return false;
        if (!rows.count) return true;
        utc_ms run_at = db_cell_i64(&rows, 0, 1);
        bool is_ours = run_at <= now && run_at < longest && !is_busy(c, db_cell_i64(&rows, 0, 0)) &&
                       !is_claiming(r, db_cell_i64(&rows, 0, 2));
        if (!is_ours) continue;
        longest = run_at;
        *id = db_cell_i64(&rows, 0, 2);
    }
}

/* The longest due row of a store that is not busy, which no other thread here is about to take; 0:
 * none. Marks it as being taken. */
static bool choose(struct lane_room *r, struct arena *a, const struct queue_claim *c, utc_ms now,
                   int64_t *id, struct err *e)
{
    static const struct sql_text due = {
        .both = "SELECT id, store_id, kind FROM {p}mp_job WHERE state = 'waiting' AND lane = ?"
                " AND run_at <= ? ORDER BY run_at, id LIMIT ?",
    };
    struct db_rows rows;
    size_t most = DUE_PAGE + r->claiming_count;
    *id = 0;
    if (!db_query(r->queue->db, a, &due, &rows, e, db_cstr(lane_name(r->lane)), db_i64(now),
                  db_i64((int64_t)most)))
        return false;
    for (size_t i = 0; i < rows.count && !*id; i++) {
        bool may_run =
            !is_busy(c, db_cell_i64(&rows, i, 1)) || is_local(c, db_cell_text(&rows, i, 2));
        if (may_run && !is_claiming(r, db_cell_i64(&rows, i, 0))) *id = db_cell_i64(&rows, i, 0);
    }
    bool is_more = !*id && rows.count == most;
    if (is_more && !choose_local(r, a, c, now, id, e)) return false;
    if (is_more && !*id && !choose_by_store(r, a, c, now, id, e)) return false;
    if (*id) r->claiming[r->claiming_count++] = *id;
    return true;
}

static void unmark(struct lane_room *r, int64_t id)
{
    pthread_mutex_lock(&r->claim_lock);
    for (size_t i = 0; i < r->claiming_count; i++) {
        if (r->claiming[i] != id) continue;
        r->claiming[i] = r->claiming[--r->claiming_count];
        break;
    }
    pthread_mutex_unlock(&r->claim_lock);
}

/* The conditional update that makes a row ours; *is_ours false: another process was quicker. */
static bool take(struct queue *q, const struct queue_claim *c, int64_t id, const char *owner,
                 utc_ms now, bool *is_ours, struct err *e)
{
    static const struct sql_text claim = {
        .both = "UPDATE {p}mp_job SET state = 'running', again = 0, tries = tries + 1,"
                " lease_owner = ?, lease_until = ?, started_at = ?, ended_at = 0"
                " WHERE id = ? AND state = 'waiting' AND run_at <= ?",
    };
    int64_t changed = 0;
    if (!db_run_counted(q->db, &claim, &changed, e, db_cstr(owner), db_i64(now + c->lease_ms),
                        db_i64(now), db_i64(id), db_i64(now)))
        return false;
    *is_ours = changed == 1;
    return true;
}

static bool load(struct queue *q, struct arena *a, int64_t id, struct job *out, struct err *e)
{
    static const struct sql_text find = { .both = "SELECT " JOB_COLUMNS
                                                  " FROM {p}mp_job j WHERE j.id = ?" };
    struct db_rows rows;
    if (!db_query(q->db, a, &find, &rows, e, db_i64(id))) return false;
    if (!rows.count) return err_set(e, ERR_NOT_FOUND, "job.not_found", "there is no such job");
    job_read(&rows, 0, out);
    return true;
}

bool queue_claim(struct queue *q, struct arena *a, const struct queue_claim *c, struct job *out,
                 struct err *e)
{
    struct lane_room *r = &q->rooms[c->lane];
    uint64_t wakes = lane_wakes(r);
    char unique[RANDOM_ID_SIZE];
    /* A lease is told from every other one, also of the same owner: late results stay out. */
    const char *owner =
        str_cstr(a, str_print(a, "%s:%s", c->owner ? c->owner : "", random_id(unique)));
    for (;;) {
        utc_ms now = clock_now(q->clock);
        int64_t id = 0;
        pthread_mutex_lock(&r->claim_lock);
        bool was_full = r->claiming_count == LANE_CLAIMS;
        bool could_ask = was_full || choose(r, a, c, now, &id, e);
        bool was_alone = r->claiming_count == 0;
        pthread_mutex_unlock(&r->claim_lock);
        if (!could_ask) return false;
        if (!id) {
            /* Rows that others are taking may come back to us: only a lone look counts as empty. */
            if (was_alone) lane_idle(r, wakes, now, c->busy_count > 0);
            return err_set(e, ERR_NOT_FOUND, "job.none", "no job is due in lane %s",
                           lane_name(c->lane));
        }
        bool is_ours = false;
        bool could_take = take(q, c, id, owner, now, &is_ours, e);
        unmark(r, id);
        if (!could_take) return false;
        if (is_ours) return load(q, a, id, out, e);
    }
}

/* --- ending a run --- */

static bool lost(struct err *e)
{
    return err_set(e, ERR_CONFLICT, "job.lost",
                   "the lease of this job ran out and another worker has it: nothing was written");
}

bool queue_renew(struct queue *q, const struct job *j, utc_ms lease_ms, struct err *e)
{
    static const struct sql_text renew = {
        .both = "UPDATE {p}mp_job SET lease_until = ?"
                " WHERE id = ? AND state = 'running' AND lease_owner = ?",
    };
    int64_t changed = 0;
    if (!db_run_counted(q->db, &renew, &changed, e, db_i64(clock_now(q->clock) + lease_ms),
                        db_i64(j->id), db_text(j->owner)))
        return false;
    return changed == 1 || lost(e);
}

bool queue_holds(struct queue *q, const struct job *j, struct err *e)
{
    static const struct sql_text holds = {
        .both = "SELECT id FROM {p}mp_job WHERE id = ? AND state = 'running' AND lease_owner = ?",
    };
    AUTO(arena) a = arena_new();
    struct db_rows rows;
    if (!db_query(q->db, a, &holds, &rows, e, db_i64(j->id), db_text(j->owner))) return false;
    return rows.count == 1 || lost(e);
}

/* A run that was asked for again meanwhile waits anew, whatever became of it. */
static bool run_again(struct queue *q, const struct job *j, bool *is_again, struct err *e)
{
    static const struct sql_text again = {
        .both = "UPDATE {p}mp_job SET state = 'waiting', tries = 0, lease_owner = NULL,"
                " lease_until = 0, error_kind = NULL, error_code = NULL, error_message = NULL,"
                " again = 0 WHERE id = ? AND state = 'running' AND lease_owner = ? AND again = 1",
    };
    int64_t changed = 0;
    if (!db_run_counted(q->db, &again, &changed, e, db_i64(j->id), db_text(j->owner))) return false;
    *is_again = changed == 1;
    if (*is_again) db_after_commit(q->db, wake_lane, &q->rooms[j->lane]);
    return true;
}

/* Runs the statement that ends a run nobody asked for again; *is_done false: somebody did, or the
 * lease is lost. */
static bool end_run(struct queue *q, const struct job *j, int64_t changed, struct err *e)
{
    bool is_again = false;
    if (changed == 0 && !run_again(q, j, &is_again, e)) return false;
    if (changed == 0 && !is_again) return lost(e);
    return true;
}

static void free_store(void *queue)
{
    queue_store_freed(queue);
}

bool queue_done(struct queue *q, const struct job *j, str result, struct err *e)
{
    static const struct sql_text done = {
        .both = "UPDATE {p}mp_job SET state = 'done', open_key = NULL, lease_owner = NULL,"
                " lease_until = 0, error_kind = NULL, error_code = NULL, error_message = NULL,"
                " result = ?, ended_at = ?"
                " WHERE id = ? AND state = 'running' AND lease_owner = ? AND again = 0",
    };
    int64_t changed = 0;
    if (!db_run_counted(q->db, &done, &changed, e, db_text_or_null(result),
                        db_i64(clock_now(q->clock)), db_i64(j->id), db_text(j->owner)))
        return false;
    if (!end_run(q, j, changed, e)) return false;
    db_after_commit(q->db, free_store, q);
    return true;
}

/* Without an error what was asked for meanwhile may come sooner; an error is waited out. */
static bool wait_until(struct queue *q, const struct job *j, utc_ms run_at, int tries,
                       const struct err *why, struct err *e)
{
    static const struct sql_text later = {
        .both = "UPDATE {p}mp_job SET state = 'waiting',"
                " run_at = CASE WHEN ? = 1 AND again = 1 AND run_at < ? THEN run_at ELSE ? END,"
                " tries = ?, lease_owner = NULL, lease_until = 0, error_kind = ?, error_code = ?,"
                " error_message = ?, again = 0"
                " WHERE id = ? AND state = 'running' AND lease_owner = ?",
    };
    int64_t changed = 0;
    if (!db_run_counted(q->db, &later, &changed, e, db_i64(why == NULL), db_i64(run_at),
                        db_i64(run_at), db_i64(tries),
                        db_cstr(why ? err_kind_name(why->kind) : NULL),
                        db_cstr(why ? why->code : NULL), db_cstr(why ? why->message : NULL),
                        db_i64(j->id), db_text(j->owner)))
        return false;
    if (changed == 0) return lost(e);
    db_after_commit(q->db, why ? reckon_lane : wake_lane, &q->rooms[j->lane]);
    db_after_commit(q->db, free_store, q);
    return true;
}

bool queue_later(struct queue *q, const struct job *j, utc_ms run_at, const struct err *why,
                 struct err *e)
{
    return wait_until(q, j, run_at, why ? j->tries : 0, why, e);
}

bool queue_postpone(struct queue *q, const struct job *j, utc_ms run_at, bool has_worked,
                    const struct err *why, struct err *e)
{
    return wait_until(q, j, run_at, has_worked || j->tries < 1 ? 0 : j->tries - 1, why, e);
}

bool queue_dead(struct queue *q, const struct job *j, const struct err *why, struct err *e)
{
    static const struct sql_text dead = {
        .both = "UPDATE {p}mp_job SET state = 'dead', lease_owner = NULL, lease_until = 0,"
                " error_kind = ?, error_code = ?, error_message = ?, ended_at = ?"
                " WHERE id = ? AND state = 'running' AND lease_owner = ? AND again = 0",
    };
    int64_t changed = 0;
    if (!db_run_counted(q->db, &dead, &changed, e, db_cstr(err_kind_name(why->kind)),
                        db_cstr(why->code), db_cstr(why->message), db_i64(clock_now(q->clock)),
                        db_i64(j->id), db_text(j->owner)))
        return false;
    if (!end_run(q, j, changed, e)) return false;
    db_after_commit(q->db, free_store, q);
    return true;
}

/* --- housekeeping --- */

bool queue_take_back(struct queue *q, bool all_running, int64_t *count, struct err *e)
{
    static const struct sql_text back = {
        .both = "UPDATE {p}mp_job SET state = 'waiting', run_at = ?, lease_owner = NULL,"
                " lease_until = 0, again = 0"
                " WHERE state = 'running' AND (? = 1 OR lease_until <= ?)",
    };
    utc_ms now = clock_now(q->clock);
    if (!db_run_counted(q->db, &back, count, e, db_i64(now), db_i64(all_running ? 1 : 0),
                        db_i64(now)))
        return false;
    for (int i = 0; i<LANE_COUNT && * count> 0; i++)
        db_after_commit(q->db, wake_lane, &q->rooms[i]);
    return true;
}

bool queue_forget(struct queue *q, utc_ms ended_before, int64_t *count, struct err *e)
{
    /* The inner query is wrapped once more because MySQL takes no LIMIT directly inside IN. */
    static const struct sql_text forget = {
        .both = "DELETE FROM {p}mp_job WHERE id IN (SELECT id FROM (SELECT id FROM {p}mp_job"
                " WHERE ended_at > 0 AND ended_at < ? AND state IN ('done', 'dead')"
                " ORDER BY ended_at LIMIT 1000) AS old)",
    };
    return db_run_counted(q->db, &forget, count, e, db_i64(ended_before));
}

utc_ms lane_query_next(struct queue *q, enum lane lane, utc_ms after)
{
    static const struct sql_text next = {
        .both = "SELECT MIN(run_at) FROM {p}mp_job WHERE state = 'waiting' AND lane = ?"
                " AND run_at > ?",
    };
    AUTO(arena) a = arena_new();
    struct db_rows rows;
    struct err e = { 0 };
    if (!db_query(q->db, a, &next, &rows, &e, db_cstr(lane_name(lane)), db_i64(after))) return 0;
    return rows.count ? db_cell_i64(&rows, 0, 0) : 0;
}
