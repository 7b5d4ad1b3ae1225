/* Health, numbers, the description, and the users that commands make. */
#include <stdio.h>

#include "api/input.h"
#include "api/resources.h"
#include "base/metrics.h"
#include "repo/trace_repo.h"
#include "service/account.h"

#define EMAIL_MOST 254
#define NAME_MOST 100
#define PASSWORD_MOST 512

/* ---- Health ---- */

struct check {
    const char *name;
    bool is_ok;
    const char *detail;
};

static bool reply_health(struct request *r, const struct check *checks, size_t count)
{
    bool is_ok = true;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_open_array(&w, "checks");
    for (size_t i = 0; i < count; i++) {
        json_open_object(&w, NULL);
        json_put_cstr(&w, "name", checks[i].name);
        json_put_bool(&w, "ok", checks[i].is_ok);
        json_put_cstr(&w, "detail", checks[i].detail);
        json_close_object(&w);
        is_ok = is_ok && checks[i].is_ok;
    }
    json_close_array(&w);
    json_put_bool(&w, "ok", is_ok);
    json_put_cstr(&w, "version", r->api->options.version);
    json_close_object(&w);
    return reply_json(r, is_ok ? 200 : 503, &w);
}

static bool alive(struct request *r, struct err *e)
{
    (void)e;
    return reply_health(r, &(struct check){ "process", true, "answers" }, 1);
}

static bool ready(struct request *r, struct err *e)
{
    (void)e;
    struct err why = { 0 };
    int64_t oldest, newest;
    const char *not_ready = atomic_load(&r->api->not_ready);
    bool has_database = event_repo_bounds(r->service->db, r->arena, &oldest, &newest, &why);
    const struct check checks[] = {
        { "process", !not_ready, not_ready ? not_ready : "takes work" },
        { "database", has_database,
          has_database ? "answers" : str_cstr(r->arena, str_from(why.message)) },
    };
    return reply_health(r, checks, 2);
}

/* ---- Numbers ---- */

static struct metric job_gauge =
    METRIC(METRIC_GAUGE, "bedesten_jobs", "Jobs by lane and state, now.");
static struct metric due_gauge = METRIC(METRIC_GAUGE, "bedesten_jobs_oldest_due_seconds",
                                        "How long the oldest due job of a lane has waited.");
static struct metric dead_gauge =
    METRIC(METRIC_GAUGE, "bedesten_jobs_dead", "Jobs that a person must look at.");

static void set_gauges(const struct queue_depth *d, utc_ms now)
{
    char labels[64];
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        const char *name = lane_name((enum lane)lane);
        snprintf(labels, sizeof labels, "lane=\"%s\",state=\"waiting\"", name);
        metric_set(&job_gauge, labels, d->waiting[lane]);
        snprintf(labels, sizeof labels, "lane=\"%s\",state=\"running\"", name);
        metric_set(&job_gauge, labels, d->running[lane]);
        snprintf(labels, sizeof labels, "lane=\"%s\"", name);
        metric_set(&due_gauge, labels,
                   d->oldest_due[lane] ? (now - d->oldest_due[lane]) / 1000 : 0);
    }
    metric_set(&dead_gauge, "", d->dead);
}

static bool metrics(struct request *r, struct err *e)
{
    struct queue_depth depth;
    if (!queue_depth(r->service->queue, &depth, e)) return false;
    set_gauges(&depth, r->now);
    http_reply(r->x, 200, "text/plain; version=0.0.4; charset=utf-8", metrics_write(r->arena));
    return true;
}

static bool description(struct request *r, struct err *e)
{
    str text = r->api->options.openapi_json;
    if (!text.len)
        return err_set(e, ERR_NOT_FOUND, "http.not_found",
                       "this program was built without its description");
    http_reply(r->x, 200, "application/json", text);
    return true;
}

/* ---- Users ---- */

static void put_user(struct json_writer *w, const struct user *u)
{
    json_open_object(w, NULL);
    json_put_id(w, "id", u->id);
    json_put_text(w, "name", u->name);
    json_put_text(w, "email", u->email);
    json_put_cstr(w, "role", role_name(u->role));
    json_put_bool(w, "disabled", u->is_disabled);
    json_close_object(w);
}

static bool list_users(struct request *r, struct err *e)
{
    struct user *users;
    size_t count;
    if (!user_repo_list(r->service->db, r->arena, &r->actor, &users, &count, e)) return false;
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < count; i++) put_user(&w, &users[i]);
    return list_close(r, &w, (str){ 0 });
}

static bool create_user(struct request *r, struct err *e)
{
    struct input in;
    struct user made;
    int64_t id;
    if (!input_open(r->x, &in, e)) return false;
    struct new_user u = {
        .email = input_text(&in, "email", REQUIRED, 1, EMAIL_MOST),
        .name = input_text(&in, "name", OPTIONAL, 0, NAME_MOST),
        .password = input_raw_text(&in, "password", REQUIRED, PASSWORD_MOST),
        .company = input_text(&in, "company", OPTIONAL, 0, NAME_MOST),
        .role = ROLE_ADMIN,
    };
    str role = input_text(&in, "role", OPTIONAL, 0, 40);
    if (role.len && !role_from(role, &u.role))
        input_refuse(&in, "role", "field.choice", "is no role");
    if (!u.name.len) u.name = u.email;
    if (!input_end(&in) || !account_add(r->service, &u, &id, e) ||
        !user_repo_find(r->service->db, r->arena, id, &made, e))
        return false;
    struct json_writer w = json_writer(r->arena);
    put_user(&w, &made);
    return reply_json(r, 201, &w);
}

const struct http_route system_routes[] = {
    ROUTE("GET", "/healthz", ACCESS_PUBLIC, 0, alive),
    ROUTE("GET", "/readyz", ACCESS_PUBLIC, 0, ready),
    ROUTE("GET", "/metrics", ACCESS_LOOPBACK, 0, metrics),
    ROUTE("GET", "/api/v1/openapi.json", ACCESS_PUBLIC, 0, description),
    ROUTE("GET", "/api/v1/users", ACCESS_ADMIN, 0, list_users),
    ROUTE("POST", "/api/v1/users", ACCESS_CONTROL, 0, create_user),
    { 0 },
};
