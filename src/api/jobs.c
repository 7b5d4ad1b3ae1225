/*
 * Jobs. The queue knows companies and no grants, so what a user may see of it is decided here, by the
 * stores that are his.
 */
#include "api/query.h"
#include "api/resources.h"
#include "repo/store_repo.h"

#define ROUNDS_MOST 20 /* pages read for one page shown, where few jobs are the reader's */
#define COUNTED_MOST 500

void put_job(struct json_writer *w, const char *key, const struct job *j)
{
    json_open_object(w, key);
    json_put_id(w, "id", j->id);
    json_put_id(w, "store_id", j->store_id);
    json_put_text(w, "kind", j->kind);
    json_put_cstr(w, "lane", lane_name(j->lane));
    json_put_cstr(w, "state", job_state_name(j->state));
    json_put_i64(w, "tries", j->tries);
    put_time(w, "run_at", j->run_at);
    put_time(w, "created_at", j->created_at);
    json_put_time(w, "started_at", j->started_at);
    json_put_time(w, "ended_at", j->ended_at);
    put_reason(w, "reason", j->error_code.len ? j->error_kind : ERR_NONE, j->error_code,
               j->error_message);
    if (j->result.len)
        put_object(w, "result", j->result);
    else
        json_put_null(w, "result");
    json_close_object(w);
}

/* ---- Whose it is ---- */

struct granted {
    bool all;
    int64_t *stores;
    size_t count;
};

static bool load_granted(struct request *r, struct granted *out, struct err *e)
{
    struct store *stores;
    *out = (struct granted){ .all = r->actor.all_stores };
    if (out->all) return true;
    if (!store_repo_list(r->service->db, r->arena, &r->actor, &stores, &out->count, e))
        return false;
    out->stores = ARENA_ARRAY(r->arena, int64_t, out->count);
    for (size_t i = 0; i < out->count; i++) out->stores[i] = stores[i].id;
    return true;
}

static bool is_granted(const struct granted *g, int64_t store_id)
{
    bool is_theirs = g->all || store_id == 0;
    for (size_t i = 0; !is_theirs && i < g->count; i++) is_theirs = g->stores[i] == store_id;
    return is_theirs;
}

static bool find(struct request *r, int64_t *id, struct job *out, struct err *e)
{
    struct granted granted;
    struct job j;
    if (!query_path_id(r, 0, id, e) || !load_granted(r, &granted, e) ||
        !queue_find(r->service->queue, r->arena, r->actor.company_id, *id, &j, e))
        return false;
    if (!is_granted(&granted, j.store_id)) {
        err_set(e, ERR_NOT_FOUND, "job.not_found", "there is no job %lld", (long long)*id);
        err_arg(e, "job", str_print(r->arena, "%lld", (long long)*id));
        return false;
    }
    *out = j;
    return true;
}

/* ---- The routes ---- */

static bool read_filter(struct request *r, struct job_filter *f, struct err *e)
{
    enum job_state state;
    *f = (struct job_filter){ .state = -1 };
    if (http_query_has(r->x, "state")) {
        if (!job_state_from(http_query_value(r->x, "state"), &state))
            return query_refuse(r, "state", e);
        f->state = (int)state;
    }
    return query_id(r, "store", &f->store_id, e) && query_limit(r, &f->limit, e) &&
           query_cursor_number(r, "jobs", &f->before_id, e);
}

static bool list(struct request *r, struct err *e)
{
    struct granted granted;
    struct job_filter f;
    struct job *jobs;
    size_t count = 0, shown = 0, rounds = 0;
    if (!read_filter(r, &f, e) || !load_granted(r, &granted, e)) return false;
    const size_t limit = f.limit;
    bool is_more = true;
    struct json_writer w = list_open(r);
    while (is_more && shown < limit && rounds++ < ROUNDS_MOST) {
        size_t i = 0;
        f.limit = limit + 1;
        if (!queue_list(r->service->queue, r->arena, r->actor.company_id, &f, &jobs, &count, e))
            return false;
        for (; i < count && i < limit && shown < limit; i++) {
            f.before_id = jobs[i].id;
            if (!is_granted(&granted, jobs[i].store_id)) continue;
            put_job(&w, NULL, &jobs[i]);
            shown++;
        }
        is_more = i < count;
    }
    return list_close(r, &w,
                      is_more ? query_number_cursor(r->arena, "jobs", f.before_id) : (str){ 0 });
}

static bool show(struct request *r, struct err *e)
{
    int64_t id;
    struct job j;
    if (!find(r, &id, &j, e)) return false;
    struct json_writer w = json_writer(r->arena);
    put_job(&w, NULL, &j);
    return reply_json(r, 200, &w);
}

static bool retry(struct request *r, struct err *e)
{
    int64_t id;
    struct job j;
    return find(r, &id, &j, e) && queue_retry(r->service->queue, r->actor.company_id, id, e) &&
           show(r, e);
}

bool reply_accepted(struct request *r, int64_t job_id, struct err *e)
{
    struct job j;
    if (!queue_find(r->service->queue, r->arena, r->actor.company_id, job_id, &j, e)) return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    put_job(&w, "job", &j);
    json_close_object(&w);
    return reply_json(r, 202, &w);
}

static bool count_state(struct request *r, const struct granted *granted, enum job_state state,
                        int64_t *n, utc_ms *oldest_due_at, struct err *e)
{
    struct job *jobs;
    size_t count;
    struct job_filter f = { .state = (int)state, .limit = COUNTED_MOST };
    if (!queue_list(r->service->queue, r->arena, r->actor.company_id, &f, &jobs, &count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_granted(granted, jobs[i].store_id)) continue;
        ++*n;
        utc_ms at = jobs[i].run_at;
        if (oldest_due_at && at <= r->now && (!*oldest_due_at || at < *oldest_due_at))
            *oldest_due_at = at;
    }
    return true;
}

bool job_counts(struct request *r, struct job_count *out, struct err *e)
{
    struct granted granted;
    *out = (struct job_count){ 0 };
    return load_granted(r, &granted, e) &&
           count_state(r, &granted, JOB_WAITING, &out->waiting, &out->oldest_due_at, e) &&
           count_state(r, &granted, JOB_RUNNING, &out->running, NULL, e) &&
           count_state(r, &granted, JOB_DEAD, &out->dead, NULL, e);
}

const struct http_route job_routes[] = {
    ROUTE("GET", "/api/v1/jobs", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, list),
    ROUTE("GET", "/api/v1/jobs/{id}", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, show),
    ROUTE("POST", "/api/v1/jobs/{id}/retry", ACCESS_SIGNED_IN, RIGHT_RETRY_JOBS, retry),
    { 0 },
};
