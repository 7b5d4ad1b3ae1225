#include "api/problem.h"

#include <stdio.h>

#include "base/json.h"

static const struct meaning {
    int status;
    const char *title;
} meanings[ERR_KIND_COUNT] = {
    [ERR_INVALID] = { 400, "The request is not right" },
    [ERR_NOT_FOUND] = { 404, "There is no such thing" },
    [ERR_CONFLICT] = { 409, "Something stands against it" },
    [ERR_SIGNED_OUT] = { 401, "Sign in" },
    [ERR_FORBIDDEN] = { 403, "Not allowed" },
    [ERR_CREDENTIALS] = { 422, "The marketplace does not take the credentials" },
    [ERR_RATE_LIMITED] = { 429, "Too many" },
    [ERR_UNAVAILABLE] = { 503, "Not now" },
    [ERR_REFUSED] = { 422, "The marketplace refused" },
    [ERR_UNCERTAIN] = { 502, "It is not known whether it happened" },
    [ERR_BUG] = { 500, "Our mistake" },
};

static const struct meaning *meaning_of(enum err_kind kind)
{
    bool is_known = kind > ERR_NONE && kind < ERR_KIND_COUNT;
    return &meanings[is_known ? kind : ERR_BUG];
}

int problem_status(enum err_kind kind)
{
    return meaning_of(kind)->status;
}

static str put_args(struct json_writer *w, const struct err *e)
{
    str field = { 0 };
    json_open_object(w, "args");
    for (int i = 0; i < ERR_ARGS && e->args[i].name; i++) {
        if (str_eq(str_from(e->args[i].name), STR("field")))
            field = str_from(e->args[i].value);
        else
            json_put_cstr(w, e->args[i].name, e->args[i].value);
    }
    json_close_object(w);
    return field;
}

static void put_retry(struct http_exchange *x, const struct err *e, utc_ms now)
{
    int64_t seconds = e->retry_at > now ? (e->retry_at - now + 999) / 1000 : 1;
    http_reply_header(x, "Retry-After", str_print(x->arena, "%lld", (long long)seconds));
}

static void write_problem(struct http_exchange *x, int status, const struct err *e)
{
    const char *code = e->code ? e->code : "internal";
    struct json_writer w = json_writer(x->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "type", str_print(x->arena, "urn:bedesten:problem:%s", code));
    json_put_cstr(&w, "title", meaning_of(e->kind)->title);
    json_put_i64(&w, "status", status);
    json_put_cstr(&w, "kind", err_kind_name(e->kind));
    json_put_cstr(&w, "code", code);
    json_put_cstr(&w, "detail", e->message);
    str field = put_args(&w, e);
    if (field.len) json_put_text(&w, "field", field);
    json_put_cstr(&w, "request_id", x->request_id);
    if (e->retry_at) json_put_time(&w, "retry_at", e->retry_at);
    json_close_object(&w);
    http_reply(x, status, "application/problem+json", json_written(&w));
    if (status == 401) http_reply_header(x, "WWW-Authenticate", STR("Bearer"));
}

void problem_reply(struct http_exchange *x, const struct err *e, utc_ms now)
{
    struct err shown = *e;
    if (shown.kind == ERR_NONE) err_set(&shown, ERR_BUG, "internal", "no reason was given");
    int status = problem_status(shown.kind);
    write_problem(x, status, &shown);
    if (status == 429 || status == 503) put_retry(x, &shown, now);
}

static const struct refusal {
    int status;
    enum err_kind kind;
    const char *code, *message;
} refusals[] = {
    { 400, ERR_INVALID, "http.bad_request", "the request is not well-formed HTTP" },
    { 404, ERR_NOT_FOUND, "http.not_found", "there is nothing at this address" },
    { 405, ERR_INVALID, "http.method", "this address does not take that method; see Allow" },
    { 413, ERR_INVALID, "http.too_large", "the body is larger than this address takes" },
    { 426, ERR_INVALID, "http.upgrade", "this address speaks WebSocket only" },
    { 431, ERR_INVALID, "http.head_too_large", "the head of the request is too large" },
    { 503, ERR_UNAVAILABLE, "http.busy", "the server is full or stopping: try again in a moment" },
    { 0, ERR_BUG, "http.broken", "the server could not answer; the log says why" },
};

void problem_refuse(struct http_exchange *x, int status)
{
    struct err e = { 0 };
    const struct refusal *r = refusals;
    while (r->status && r->status != status) r++;
    err_set(&e, r->kind, r->code, "%s", r->message);
    write_problem(x, status, &e);
}
