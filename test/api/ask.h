/*
 * ask.h: a house with its API, asked without a socket, as whom one likes.
 *
 * Shape    every role of company A has a user with a session; company B has its administrator; the
 *          clerk is support with one store. What is asked is recorded for the contract test when
 *          BEDESTEN_RECORD names a file.
 * Memory   replies live in the house's arena.
 */
#ifndef TEST_API_ASK_H
#define TEST_API_ASK_H

#include <stdio.h>

#include "api/api.h"
#include "api/inside.h"
#include "api/session/jwt.h"
#include "support/house.h"
#include "support/suite.h"

#define ASK_HEADERS 6

struct ask {
    struct house *h;
    struct api *api;
    struct http_server_options options;
    str tokens[ROLE_COUNT]; /* users of company A, all stores */
    int64_t users[ROLE_COUNT];
    str clerk, stranger;
};

/* Who asks: a token, or one of these two. */
#define ASK_NOBODY ((str){ 0 })
#define ASK_CONTROL STR("control socket")

struct ask_extra {
    struct http_header headers[ASK_HEADERS];
    size_t count;
    const char *remote_address;
};

struct answer {
    int status;
    str type, body;
    const struct json *json; /* NULL: no JSON */
    struct http_header headers[16];
    size_t header_count;
};

static inline str ask_session(struct ask *k, int64_t user_id)
{
    char id[RANDOM_ID_SIZE];
    struct err e = { 0 };
    struct arena *a = k->h->arena;
    utc_ms now = clock_now(&k->h->clock);
    struct session s = { .id = str_copy(a, str_from(random_id(id))), .user_id = user_id };
    s.refresh_hash = sha256_hex(a, s.id);
    s.rotated_at = s.created_at = now;
    s.expires_at = now + 30 * UTC_DAY;
    assert_true(session_repo_add(k->h->db, &s, &e));
    AUTO(jwt_key) key = jwt_key_open(&k->h->service, &e);
    assert_non_null(key);
    struct jwt_claims c = { .user_id = user_id, .session_id = s.id, .expires_at = now + JWT_LIFE };
    str token;
    assert_true(jwt_sign(key, a, &c, now, &token, &e));
    return token;
}

static inline int64_t ask_add_user(struct ask *k, int64_t company, enum role role)
{
    struct err e = { 0 };
    struct user u = { .company_id = company,
                      .email = str_print(k->h->arena, "%s@%lld.example", role_name(role),
                                         (long long)company),
                      .name = STR("Biri"),
                      .password_hash = STR("-"),
                      .role = role,
                      .all_stores = true };
    assert_true(user_repo_add(k->h->db, &u, HOUSE_NOW, &e));
    return u.id;
}

static inline struct ask *ask_new(void)
{
    struct ask *k = calloc(1, sizeof *k);
    struct err e = { 0 };
    assert_non_null(k);
    k->h = house_new();
    house_serve(k->h);
    struct api_options o = { .service = &k->h->service,
                             .openapi_json = STR("{\"openapi\":\"3.1.0\"}"),
                             .version = "0.1.0",
                             .environment = STR("development") };
    k->api = api_new(&o, &e);
    assert_non_null(k->api);
    k->h->service.ring = api_ring;
    k->h->service.ring_context = k->api;
    api_not_ready(k->api, NULL);
    api_routes(k->api, &k->options);
    for (int r = 0; r < ROLE_COUNT; r++) {
        k->users[r] = ask_add_user(k, k->h->company, (enum role)r);
        k->tokens[r] = ask_session(k, k->users[r]);
    }
    k->clerk = ask_session(k, k->h->clerk.user_id);
    k->stranger = ask_session(k, k->h->stranger.user_id);
    return k;
}

static inline void ask_free(struct ask *k)
{
    api_stop(k->api);
    k->h->service.ring = NULL;
    api_free(k->api);
    house_free(k->h);
    free(k);
}

static inline void ask_record_line(str line)
{
    const char *file = getenv("BEDESTEN_RECORD");
    if (!file) return;
    FILE *f = fopen(file, "ae");
    assert_non_null(f);
    fprintf(f, "%.*s\n", STR_ARG(line));
    fclose(f);
}

static inline void ask_record(struct ask *k, const char *method, str path, const struct answer *r)
{
    struct json_writer w = json_writer(k->h->arena);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "method", method);
    json_put_text(&w, "path", path);
    json_put_i64(&w, "status", r->status);
    json_put_text(&w, "content_type", r->type);
    json_put_text(&w, "body", r->body);
    json_close_object(&w);
    ask_record_line(json_written(&w));
}

static inline struct answer ask_more(struct ask *k, str who, const char *method, const char *target,
                                     const char *body, const struct ask_extra *extra)
{
    struct arena *a = k->h->arena;
    struct http_header headers[ASK_HEADERS + 2];
    size_t n = 0;
    struct http_exchange x = { .arena = a,
                               .method = method,
                               .remote_address =
                                   str_from(extra && extra->remote_address ? extra->remote_address
                                                                           : "127.0.0.1") };
    for (size_t i = 0; extra && i < extra->count; i++) headers[n++] = extra->headers[i];
    x.is_local_socket = str_eq(who, ASK_CONTROL);
    if (who.len && !x.is_local_socket)
        headers[n++] =
            (struct http_header){ STR("Authorization"), str_print(a, "Bearer %.*s", STR_ARG(who)) };
    if (body) headers[n++] = (struct http_header){ STR("Content-Type"), STR("application/json") };
    x.headers = headers;
    x.header_count = n;
    x.body = str_from(body);
    random_id(x.request_id);
    str whole = str_copy(a, str_from(target));
    if (!str_split(whole, '?', &x.path, &x.query)) x.path = whole;
    http_dispatch(&k->options, &x);
    struct answer r = { .status = x.status,
                        .type = str_from(x.content_type),
                        .body = x.reply_body,
                        .header_count = x.reply_header_count };
    memcpy(r.headers, x.reply_headers, sizeof r.headers);
    if (r.body.len && !r.type.len) r.type = STR("application/json");
    struct err ignored = { 0 };
    if (r.body.len && str_has(r.type, STR("json")))
        assert_true(json_parse(a, r.body, NULL, &r.json, &ignored));
    ask_record(k, method, x.path, &r);
    return r;
}

static inline struct answer ask(struct ask *k, str who, const char *method, const char *target,
                                const char *body)
{
    return ask_more(k, who, method, target, body, NULL);
}

static inline struct answer ask_with(struct ask *k, str who, const char *method, const char *target,
                                     const char *body, const char *name, const char *value)
{
    struct ask_extra extra = { .headers = { { str_from(name), str_from(value) } }, .count = 1 };
    return ask_more(k, who, method, target, body, &extra);
}

static inline str answer_header(const struct answer *r, const char *name)
{
    return http_header(r->headers, r->header_count, name);
}

static inline str answer_text(const struct answer *r, const char *dotted)
{
    return json_text(json_path(r->json, dotted));
}

static inline void ask_same(const struct answer *r, int status, const char *code, const char *file,
                            int line)
{
    str seen = answer_text(r, "code");
    if (r->status == status && (!code || str_eq(seen, str_from(code)))) return;
    print_error("wanted: %d %s\nseen:   %d %.*s\n", status, code ? code : "", r->status,
                STR_ARG(str_cut(r->body, 0, 400)));
    _fail(file, line);
}
/* The status, and of a problem its code (NULL: whatever). */
#define assert_answer(r, status, code) ask_same(&(r), (status), (code), __FILE__, __LINE__)

/* "/api/v1/orders/17" from "/api/v1/orders/%lld". */
__attribute__((format(printf, 2, 0))) static inline const char *ask_path(struct ask *k,
                                                                         const char *format,
                                                                         int64_t id)
{
    return str_cstr(k->h->arena, str_print(k->h->arena, format, (long long)id));
}

#endif
