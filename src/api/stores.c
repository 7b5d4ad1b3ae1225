/* Stores: seller accounts on marketplaces. */
#include "api/query.h"
#include "api/resources.h"
#include "api/store_input.h"
#include "connector/connector.h"
#include "service/store.h"

/* ---- Writing ---- */

/* A store that stands still says why; only a refusal of the credentials carries a code. */
static enum err_kind reason_kind(const struct store *s)
{
    if (s->state == STORE_ACTIVE || !s->state_code.len) return ERR_NONE;
    return s->state == STORE_DISCONNECTED ? ERR_CREDENTIALS : ERR_CONFLICT;
}

void put_store(struct json_writer *w, const char *key, const struct store *s)
{
    const struct connector *c = connector_find(s->marketplace);
    json_open_object(w, key);
    json_put_id(w, "id", s->id);
    json_put_text(w, "marketplace", s->marketplace);
    json_put_text(w, "marketplace_title", c ? str_from(c->title) : s->marketplace);
    json_put_text(w, "name", s->name);
    json_put_cstr(w, "state", store_state_name(s->state));
    put_reason(w, "reason", reason_kind(s), s->state_code, s->state_message);
    json_put_bool(w, "test_mode", s->test_mode);
    json_put_text(w, "base_url", s->base_url);
    json_put_bool(w, "has_hook", s->hook_remote_id.len > 0);
    put_time(w, "created_at", s->created_at);
    json_put_time(w, "checked_at", s->checked_at);
    json_close_object(w);
}

static void put_settings(struct json_writer *w, const struct store *s)
{
    const struct connector *c = connector_find(s->marketplace);
    json_open_object(w, "settings");
    for (const struct store_setting *f = c ? c->settings : NULL; f && f->name; f++) {
        str value = store_value(s, f->name);
        if (f->kind != SETTING_SECRET && value.len) json_put_text(w, f->name, value);
    }
    json_close_object(w);
}

static void put_schedule(struct json_writer *w, const struct schedule *s)
{
    json_open_object(w, NULL);
    json_put_text(w, "purpose", s->purpose);
    json_put_i64(w, "every_ms", s->every_ms);
    put_time(w, "next_run_at", s->next_run_at);
    json_put_time(w, "last_run_at", s->last_run_at);
    json_put_time(w, "last_ok_at", s->last_ok_at);
    json_put_bool(w, "paused", s->is_paused);
    if (s->last_result.len)
        json_put_text(w, "last_result", s->last_result);
    else
        json_put_null(w, "last_result");
    json_close_object(w);
}

static void put_limits(struct json_writer *w, struct request *r, int64_t store_id)
{
    struct limit_use *uses = NULL;
    struct limits *limits = r->api->options.limits;
    size_t count = limits ? limit_uses(limits, r->arena, store_id, &uses) : 0;
    json_open_array(w, "limits");
    for (size_t i = 0; i < count; i++) {
        json_open_object(w, NULL);
        json_put_text(w, "name", uses[i].name);
        json_put_i64(w, "used", uses[i].used);
        json_put_i64(w, "calls", uses[i].calls);
        json_put_i64(w, "window_ms", uses[i].window_ms);
        json_put_time(w, "held_until", uses[i].held_until);
        json_close_object(w);
    }
    json_close_array(w);
}

static bool reply_detail(struct request *r, int64_t id, struct err *e)
{
    struct store s;
    struct schedule *schedules = NULL;
    size_t count = 0;
    if (!store_repo_open(r->service->db, r->arena, r->service->keys, &r->actor, id, &s, e) ||
        !schedule_repo_list(r->service->db, r->arena, &r->actor, id, &schedules, &count, e))
        return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    put_store(&w, "store", &s);
    put_settings(&w, &s);
    json_open_array(&w, "schedules");
    for (size_t i = 0; i < count; i++) put_schedule(&w, &schedules[i]);
    json_close_array(&w);
    put_limits(&w, r, id);
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

/* ---- The routes ---- */

static bool list(struct request *r, struct err *e)
{
    struct store *stores;
    size_t count;
    if (!store_repo_list(r->service->db, r->arena, &r->actor, &stores, &count, e)) return false;
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < count; i++) put_store(&w, NULL, &stores[i]);
    return list_close(r, &w, (str){ 0 });
}

static bool create(struct request *r, struct err *e)
{
    struct store s = { 0 };
    struct store_facts facts;
    struct job job;
    int64_t job_id = 0;
    if (!store_input_new(r, &s, &facts, e) ||
        !store_connect(r->service, r->arena, &r->actor, &s, &facts, e) ||
        !store_check(r->service, &r->actor, s.id, &job_id, e) ||
        !store_repo_find(r->service->db, r->arena, &r->actor, s.id, &s, e) ||
        !queue_find(r->service->queue, r->arena, r->actor.company_id, job_id, &job, e))
        return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    put_store(&w, "store", &s);
    put_job(&w, "check_job", &job);
    json_close_object(&w);
    return reply_json(r, 201, &w);
}

static bool show(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && reply_detail(r, id, e);
}

static bool update(struct request *r, struct err *e)
{
    int64_t id, job_id;
    struct store s;
    struct store_facts facts;
    bool needs_check = false;
    return query_path_id(r, 0, &id, e) &&
           store_repo_open(r->service->db, r->arena, r->service->keys, &r->actor, id, &s, e) &&
           store_input_change(r, &s, &facts, &needs_check, e) &&
           store_connect(r->service, r->arena, &r->actor, &s, &facts, e) &&
           (!needs_check || store_check(r->service, &r->actor, id, &job_id, e)) &&
           reply_detail(r, id, e);
}

static bool check(struct request *r, struct err *e)
{
    int64_t id, job_id = 0;
    return query_path_id(r, 0, &id, e) && store_check(r->service, &r->actor, id, &job_id, e) &&
           reply_accepted(r, job_id, e);
}

static bool pause_store(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && store_pause(r->service, &r->actor, id, e) &&
           reply_detail(r, id, e);
}

static bool resume_store(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && store_resume(r->service, &r->actor, id, e) &&
           reply_detail(r, id, e);
}

static bool run_schedule(struct request *r, struct err *e)
{
    static const char *const purposes[] = { "orders", "sweep", "hooks" };
    int64_t id;
    if (!query_path_id(r, 0, &id, e)) return false;
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        if (str_eq(r->x->params[1], str_from(purposes[i])))
            return store_run_now(r->service, &r->actor, id, purposes[i], e) && reply_empty(r);
    return err_set(e, ERR_NOT_FOUND, "schedule.not_found", "a store has no such schedule");
}

const struct http_route store_routes[] = {
    ROUTE("GET", "/api/v1/stores", ACCESS_SIGNED_IN, RIGHT_SEE, list),
    ROUTE("POST", "/api/v1/stores", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES, create),
    ROUTE("GET", "/api/v1/stores/{id}", ACCESS_SIGNED_IN, RIGHT_SEE, show),
    ROUTE("PATCH", "/api/v1/stores/{id}", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES, update),
    ROUTE("POST", "/api/v1/stores/{id}/check", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES, check),
    ROUTE("POST", "/api/v1/stores/{id}/pause", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES, pause_store),
    ROUTE("POST", "/api/v1/stores/{id}/resume", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES, resume_store),
    ROUTE("POST", "/api/v1/stores/{id}/schedules/{purpose}/run", ACCESS_SIGNED_IN,
          RIGHT_EDIT_STORES, run_schedule),
    { 0 },
};
