#include "support/playback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FILE_MOST (1 << 20)

static const struct store_value seller[] = {
    { STR_INIT("seller_id"), STR_INIT("100200") },
    { STR_INIT("api_key"), STR_INIT("anahtar") },
    { STR_INIT("api_secret"), STR_INIT("gizli") },
    { STR_INIT("key"), STR_INIT("demo-anahtar") },
};

/* Beside this file, whose name the compiler was given from the build folder. */
str playback_file(struct arena *a, const char *name)
{
    static const char here[] = __FILE__;
    int folder = (int)(strlen(here) - strlen("support/playback.c"));
    const char *path = str_cstr(a, str_print(a, "%.*sconnector/%s", folder, here, name));
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("%s is missing: run tests from the build folder", path);
    char *bytes = arena_take(a, FILE_MOST);
    size_t len = fread(bytes, 1, FILE_MOST, f);
    fclose(f);
    return (str){ bytes, len };
}

static str written(struct arena *a, const struct json *v)
{
    struct json_writer w = json_writer(a);
    json_put_value(&w, NULL, v);
    return json_written(&w);
}

static str body_of(struct arena *a, const struct json *v)
{
    if (!v) return (str){ 0 };
    return v->kind == JSON_STRING ? v->text : written(a, v);
}

static void same(const char *what, str asked, str recorded)
{
    if (str_eq(asked, recorded)) return;
    fail_msg("%s differs\nasked:    %.*s\nrecorded: %.*s", what, STR_ARG(asked), STR_ARG(recorded));
}

static void same_headers(struct arena *a, const struct http_request *r, const struct json *recorded)
{
    size_t count = 0;
    for (const struct json *h = recorded ? recorded->first : NULL; h; h = h->next, count++) {
        str value = { 0 };
        for (size_t i = 0; i < r->header_count; i++)
            if (str_eq(r->headers[i].name, h->key)) value = r->headers[i].value;
        same(str_cstr(a, h->key), value, h->text);
    }
    assert_int_equal(r->header_count, count);
}

static void same_request(struct arena *a, const struct http_request *r, const struct json *recorded)
{
    same("method", str_from(r->method), json_text_at(recorded, "method"));
    same("url", r->url, json_text_at(recorded, "url"));
    same("body", r->body, body_of(a, json_get(recorded, "body")));
    same("group", str_from(r->limit_group), json_text_at(recorded, "group"));
    same("purpose", str_from(r->purpose), json_text_at(recorded, "purpose"));
    assert_int_equal(r->changes_something, json_bool_at(recorded, "changes_something", false));
    same_headers(a, r, json_get(recorded, "headers"));
}

static struct http_reply recorded_reply(struct arena *a, const struct json *recorded)
{
    int64_t status = 0;
    assert_true(json_i64_at(recorded, "status", &status));
    struct http_reply reply = { .status = (int)status,
                                .body = body_of(a, json_get(recorded, "body")) };
    const struct json *list = json_get(recorded, "headers");
    if (!list) return reply;
    struct http_header *headers = ARENA_ARRAY(a, struct http_header, list->count);
    for (const struct json *h = list->first; h; h = h->next)
        headers[reply.header_count++] = (struct http_header){ h->key, h->text };
    reply.headers = headers;
    return reply;
}

static bool send(struct http *h, struct arena *a, const struct http_request *request,
                 struct http_reply *reply, struct err *e)
{
    struct playback *p = (struct playback *)h;
    (void)e;
    p->asked++;
    p->request = *request;
    if (p->reply.status) {
        *reply = p->reply;
        return true;
    }
    if (!p->next) fail_msg("nothing is recorded for %.*s", STR_ARG(request->url));
    same_request(a, request, json_get(p->next, "request"));
    *reply = recorded_reply(a, json_get(p->next, "reply"));
    p->next = p->next->next;
    return true;
}

static struct playback *playback_new(struct arena *a, const struct connector *c)
{
    struct playback *p = ARENA_NEW(a, struct playback);
    p->http.send = send;
    p->store = (struct store){ .id = 1,
                               .company_id = 1,
                               .marketplace = str_from(c->key),
                               .values = seller,
                               .value_count = sizeof seller / sizeof *seller };
    p->visit = (struct visit){ .http = &p->http,
                               .arena = a,
                               .store = &p->store,
                               .base_url = str_from(c->base_url),
                               .now = PLAYBACK_NOW };
    return p;
}

struct playback *playback_of(struct arena *a, const struct connector *c, int status,
                             const char *body)
{
    struct playback *p = playback_new(a, c);
    playback_say(p, status, body);
    return p;
}

void playback_say(struct playback *p, int status, const char *body)
{
    p->reply = (struct http_reply){ .status = status, .body = str_from(body) };
}

static void read_settings(struct playback *p, const struct json *settings)
{
    if (!settings) return;
    struct store_value *values = ARENA_ARRAY(p->visit.arena, struct store_value, settings->count);
    p->store.value_count = 0;
    p->store.values = values;
    for (const struct json *s = settings->first; s; s = s->next)
        values[p->store.value_count++] = (struct store_value){ s->key, s->text };
}

struct playback *playback_open(struct arena *a, const struct connector *c, const char *name)
{
    struct playback *p = playback_new(a, c);
    const struct json *root = NULL;
    struct err e = { 0 };
    if (!json_parse(a, playback_file(a, name), NULL, &root, &e))
        fail_msg("%s: %s", name, e.message);
    read_settings(p, json_get(root, "store"));
    json_i64_at(root, "now", &p->visit.now);
    const struct json *exchanges = json_get(root, "exchanges");
    assert_non_null(exchanges);
    p->next = exchanges->first;
    return p;
}

void playback_end(const struct playback *p)
{
    if (p->next)
        fail_msg("never asked: %.*s", STR_ARG(json_text(json_path(p->next, "request.url"))));
}
