#include "sandbox/control.h"

#include <stdio.h>

bool control_body(struct http_exchange *x, const struct json **out)
{
    const struct json_limits limits = { .values = 5000000 }; /* 100,000 listings in one call */
    struct err e = { 0 };
    *out = NULL;
    if (!x->body.len || json_parse(x->arena, x->body, &limits, out, &e)) return true;
    control_refuse(x, 400, "%s", e.message);
    return false;
}

void control_refuse(struct http_exchange *x, int status, const char *format, ...)
{
    char message[256];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    struct json_writer w = json_writer(x->arena);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "error", message);
    json_close_object(&w);
    control_answer(x, status, &w);
}

void control_answer(struct http_exchange *x, int status, const struct json_writer *w)
{
    http_reply(x, status, "application/json", json_written(w));
}

int64_t control_number(struct http_exchange *x, const char *name, int64_t max, int64_t fallback)
{
    int64_t n = 0;
    if (!str_to_i64(http_query_value(x, name), &n) || n < 0 || n > max) return fallback;
    return n;
}

static void answer_clock(struct http_exchange *x, const struct sandbox *s)
{
    struct json_writer w = json_writer(x->arena);
    char speed[MONEY_TEXT_SIZE];
    money_text(money_of(s->clock.speed_e4, "TRY"), 0, speed);
    json_open_object(&w, NULL);
    json_put_i64(&w, "now", s->at);
    json_put_time(&w, "now_iso", s->at);
    json_put_raw(&w, "speed", str_from(speed));
    json_close_object(&w);
    control_answer(x, 200, &w);
}

static void clock_get(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    sim_lock(s);
    answer_clock(x, s);
    sim_unlock(s);
}

/* What the body asks of the clock; false when it was refused. */
static bool clock_read(struct http_exchange *x, utc_ms *now, int64_t *advance, int64_t *speed_e4)
{
    const struct json *body = NULL;
    money speed = { .e4 = -1 };
    if (!control_body(x, &body)) return false;
    const struct json *has_now = json_get(body, "now");
    if (has_now && !json_i64(has_now, now) &&
        !utc_parse(has_now->text.at, has_now->text.len, now)) {
        control_refuse(x, 400, "'now' must be milliseconds or an ISO time");
        return false;
    }
    if (json_get(body, "advance_ms") &&
        (!json_i64_at(body, "advance_ms", advance) || *advance > 10 * 366 * UTC_DAY ||
         *advance < -10 * 366 * UTC_DAY)) {
        control_refuse(x, 400, "'advance_ms' must be within ten years");
        return false;
    }
    if (json_get(body, "speed") && (!json_money(json_get(body, "speed"), "TRY", &speed) ||
                                    speed.e4 < 0 || speed.e4 > 1000000000)) {
        control_refuse(x, 400, "'speed' must be 0 to 100000");
        return false;
    }
    *speed_e4 = speed.e4;
    return true;
}

static void clock_post(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    utc_ms now = -1;
    int64_t advance = 0, speed_e4 = -1;
    if (!clock_read(x, &now, &advance, &speed_e4)) return;
    sim_lock(s);
    if (speed_e4 >= 0) sim_clock_speed(s, speed_e4);
    if (now >= 0) sim_clock_set(s, now);
    if (advance) sim_clock_set(s, sim_clock_read(s) + advance);
    sim_settle(s);
    answer_clock(x, s);
    sim_unlock(s);
}

static void answer_faults(struct http_exchange *x, const struct sandbox *s, int status)
{
    struct json_writer w = json_writer(x->arena);
    sim_faults_write(&s->faults, &w);
    control_answer(x, status, &w);
}

static void faults_get(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    sim_lock(s);
    answer_faults(x, s, 200);
    sim_unlock(s);
}

static void faults_post(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    const struct json *body = NULL;
    struct err e = { 0 };
    if (!control_body(x, &body)) return;
    sim_lock(s);
    if (sim_faults_read(&s->faults, body, &e))
        answer_faults(x, s, 201);
    else
        control_refuse(x, 400, "%s", e.message);
    sim_unlock(s);
}

static void faults_delete(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    sim_lock(s);
    sim_faults_drop(&s->faults, control_number(x, "id", INT64_MAX, 0));
    answer_faults(x, s, 200);
    sim_unlock(s);
}

static void requests_get(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct json_writer w = json_writer(x->arena);
    uint64_t after = (uint64_t)control_number(x, "after", INT64_MAX - 1, 0);
    int64_t seller = control_number(x, "seller", INT64_MAX, 0);
    size_t limit = (size_t)control_number(x, "limit", SIM_LOG_REQUESTS, 1000);
    str endpoint = http_query_value(x, "endpoint");
    sim_lock(s);
    sim_log_write_requests(&s->log, &w, after, seller, endpoint, limit);
    sim_unlock(s);
    control_answer(x, 200, &w);
}

static void violations_get(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct json_writer w = json_writer(x->arena);
    uint64_t after = (uint64_t)control_number(x, "after", INT64_MAX - 1, 0);
    size_t limit = (size_t)control_number(x, "limit", SIM_LOG_BREACHES, 1000);
    sim_lock(s);
    sim_log_write_breaches(&s->log, &w, after, limit);
    sim_unlock(s);
    control_answer(x, 200, &w);
}

const struct http_route control_routes[] = {
    { .method = "GET", .pattern = "/control/clock", .handle = clock_get },
    { .method = "POST", .pattern = "/control/clock", .handle = clock_post },
    { .method = "GET", .pattern = "/control/faults", .handle = faults_get },
    { .method = "POST", .pattern = "/control/faults", .handle = faults_post },
    { .method = "DELETE", .pattern = "/control/faults", .handle = faults_delete },
    { .method = "GET", .pattern = "/control/requests", .handle = requests_get },
    { .method = "GET", .pattern = "/control/violations", .handle = violations_get },
    { 0 },
};
