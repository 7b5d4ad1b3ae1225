/*
 * play.h: cases that play a client against a running simulator, written as tables of steps.
 *
 * Shape    a step is a call, the body it sends, the status it expects and what must be seen in the
 *          answer. Paths go into JSON: "content.0.status", "content.#" counts. `see` is a list:
 *          "a.b=text; c.#=2; a~part; *~part of the raw body; ^Header=value; $name=a.b". What was
 *          kept as $name may stand in the calls and bodies of later steps.
 * Units    the simulated clock stands still at PLAY_NOW and moves by /control/clock only.
 */
#ifndef TEST_SANDBOX_PLAY_H
#define TEST_SANDBOX_PLAY_H

#include <stdio.h>

#include "base/json.h"
#include "net/http_client.h"
#include "sandbox/sandbox.h"
#include "support/suite.h"

#define PLAY_NOW ((utc_ms)1795305600000) /* 2026-11-22 */
#define PLAY_STEPS 28

struct step {
    const char *call; /* "GET /order/sellers/100200/v2/orders" or "POST /control/..." */
    const char *body;
    int status; /* 0: the line is cut */
    const char *see;
    const char *as; /* NULL: seller 100200; "100201"; "nobody"; "wrong secret"; "agent:TEXT" */
    int times;      /* 0: once */
};

struct play_case {
    const char *name;
    struct step steps[PLAY_STEPS];
};

struct play {
    struct sandbox *sandbox;
    struct http_client *client;
    struct arena *arena;
    struct {
        str name, value;
    } kept[32];
    size_t kept_count;
    str secrets[2];
    const char *at; /* the step under way, for messages */
};

/* Where this file stands: tests find the tree's other files from here. */
static inline const char *play_file(void)
{
    return __FILE__;
}

static inline void play_fail(const struct play *p, const char *what, str seen)
{
    print_error("at %s\n  %s\n  seen: %.*s\n", p->at, what,
                (int)(seen.len > 1500 ? 1500 : seen.len), seen.at);
    fail();
}

static inline void play_keep(struct play *p, str name, str value)
{
    for (size_t i = 0; i < p->kept_count; i++) {
        if (!str_eq(p->kept[i].name, name)) continue;
        p->kept[i].value = value;
        return;
    }
    assert_true(p->kept_count < sizeof p->kept / sizeof p->kept[0]);
    p->kept[p->kept_count].name = name;
    p->kept[p->kept_count++].value = value;
}

static inline bool play_is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* text with every $name replaced. */
static inline str play_fill(struct play *p, const char *text)
{
    struct text out = { .arena = p->arena };
    while (text && *text) {
        size_t len = 0, i = 0;
        while (*text == '$' && play_is_name(text[1 + len])) len++;
        while (len && i < p->kept_count && !str_eq(p->kept[i].name, (str){ text + 1, len })) i++;
        if (len && i < p->kept_count)
            text_add(&out, p->kept[i].value);
        else
            text_add(&out, (str){ text, len + 1 });
        text += len + 1;
    }
    return text_str(&out);
}

/* The text at a path: a value's own, "true", "null", a count, or "missing". */
static inline str play_look(struct play *p, const struct json *v, str path)
{
    str key;
    while (str_next(&path, '.', &key)) {
        int64_t index = 0;
        if (str_eq(key, STR("#"))) return str_print(p->arena, "%zu", v ? v->count : 0);
        if (v && v->kind == JSON_ARRAY && str_to_i64(key, &index)) {
            v = v->first;
            while (v && index--) v = v->next;
        } else {
            v = json_get(v, str_cstr(p->arena, key));
        }
    }
    if (!v) return STR("missing");
    if (v->kind == JSON_NULL) return STR("null");
    if (v->kind == JSON_BOOL) return v->is_true ? STR("true") : STR("false");
    return json_text(v);
}

static inline void play_check(struct play *p, str check, const struct http_reply *reply,
                              const struct json *body)
{
    str left, right;
    if (str_starts(check, STR("$"))) {
        str_split(check, '=', &left, &right);
        play_keep(p, str_cut(left, 1, left.len), play_look(p, body, right));
        return;
    }
    bool is_part = str_has(check, STR("~"));
    str_split(check, is_part ? '~' : '=', &left, &right);
    right = play_fill(p, str_cstr(p->arena, right));
    str seen = str_eq(left, STR("*")) ? reply->body
               : str_starts(left, STR("^"))
                   ? http_header(reply->headers, reply->header_count, str_cstr(p->arena, left) + 1)
                   : play_look(p, body, left);
    if (is_part ? str_has(seen, right) : str_eq(seen, right)) return;
    print_error("  %.*s is %.*s\n", STR_ARG(left), STR_ARG(str_cut(seen, 0, 200)));
    play_fail(p, str_cstr(p->arena, check), reply->body);
}

static inline void play_sign(struct play *p, const struct step *s, struct http_header *headers)
{
    const char *as = s->as ? s->as : "100200";
    size_t which = strcmp(as, "100201") == 0;
    str pair = p->secrets[which];
    if (strcmp(as, "wrong secret") == 0) pair = str_print(p->arena, "%.*sx", STR_ARG(pair));
    str code = str_base64(p->arena, pair);
    headers[0] = (struct http_header){ STR("Authorization"),
                                       str_print(p->arena, "Basic %.*s", STR_ARG(code)) };
    headers[1] =
        (struct http_header){ STR("User-Agent"), str_print(p->arena, "%d - SelfIntegration",
                                                           which ? 100201 : 100200) };
    headers[2] = (struct http_header){ STR("Content-Type"), STR("application/json") };
    headers[3] = (struct http_header){ STR("SellerID"), which ? STR("100201") : STR("100200") };
    if (strcmp(as, "nobody") == 0) headers[0].name = STR("X-Nothing");
    if (strncmp(as, "agent:", 6) == 0) headers[1].value = str_from(as + 6);
}

static inline bool play_send(struct play *p, const struct step *s, struct http_reply *reply)
{
    str call = play_fill(p, s->call), method, path;
    struct http_header headers[4];
    str_split(call, ' ', &method, &path);
    bool is_control = str_starts(path, STR("/control/"));
    play_sign(p, s, headers);
    struct http_request request = {
        .method = str_cstr(p->arena, method),
        .url = str_print(p->arena, "http://127.0.0.1:%d%s%.*s", sandbox_port(p->sandbox),
                         is_control ? "" : "/integration", STR_ARG(path)),
        .headers = is_control ? NULL : headers,
        .header_count = is_control ? 0 : 4,
        .body = play_fill(p, s->body),
        .changes_something = !str_eq(method, STR("GET")),
        .reply_limit = (size_t)256 << 20,
        .timeout_ms = 60000,
    };
    return http_client_send(p->client, NULL, p->arena, &request, reply, NULL);
}

static inline void play_step(struct play *p, const struct step *s)
{
    struct http_reply reply = { 0 };
    const struct json *body = NULL;
    p->at = s->call;
    bool was_answered = play_send(p, s, &reply);
    if (!was_answered && s->status == 0) return;
    if (!was_answered || reply.status != s->status) {
        print_error("  status %d, wanted %d\n", reply.status, s->status);
        play_fail(p, "another status", reply.body);
    }
    if (reply.body.len) json_parse(p->arena, reply.body, NULL, &body, NULL);
    str list = str_from(s->see), check;
    while (str_next(&list, ';', &check)) play_check(p, str_trim(check), &reply, body);
}

static inline void play_start(struct play *p, bool clock_stands)
{
    static const char *const pairs[2][2] = { { "sellers.0.apiKey", "sellers.0.apiSecret" },
                                             { "sellers.1.apiKey", "sellers.1.apiSecret" } };
    static const struct step sellers = { "GET /control/sellers", NULL, 200, NULL };
    struct err e = { 0 };
    struct http_reply reply;
    const struct json *body = NULL;
    *p = (struct play){ .arena = arena_new() };
    struct sandbox_options options = { "trendyol", "127.0.0.1:0", 7, clock_stands ? PLAY_NOW : 0,
                                       clock_stands };
    p->sandbox = sandbox_start(&options, &e);
    if (!p->sandbox) fail_msg("%s", e.message);
    p->client = http_client_new(&(struct http_client_options){ .user_agent = "x" }, &e);
    assert_non_null(p->client);
    p->at = sellers.call;
    assert_true(play_send(p, &sellers, &reply));
    assert_true(json_parse(p->arena, reply.body, NULL, &body, NULL));
    for (size_t i = 0; i < 2; i++)
        p->secrets[i] =
            str_print(p->arena, "%.*s:%.*s", STR_ARG(play_look(p, body, str_from(pairs[i][0]))),
                      STR_ARG(play_look(p, body, str_from(pairs[i][1]))));
    play_keep(p, STR("now"), str_print(p->arena, "%lld", (long long)PLAY_NOW));
}

static inline void play_end(struct play *p)
{
    http_client_free(p->client);
    sandbox_stop(p->sandbox);
    arena_free(p->arena);
}

/* The shelf most cases start from: three good listings, and one of each bad kind. */
static const struct step play_shelf = {
    "POST /control/listings",
    "{\"seller\":100200,\"items\":["
    "{\"barcode\":\"A-1\",\"stockCode\":\"SKU-A\",\"title\":\"Mavi ayakkabı\",\"quantity\":10,"
    "\"salePrice\":199.90,\"listPrice\":250.00},"
    "{\"barcode\":\"B-1\",\"quantity\":5,\"salePrice\":50,\"listPrice\":60},"
    "{\"barcode\":\"C-1\",\"quantity\":1,\"salePrice\":10.05},"
    "{\"barcode\":\"WAITS\",\"quantity\":3,\"approved\":false},"
    "{\"barcode\":\"LOCKED\",\"quantity\":3,\"locked\":true},"
    "{\"barcode\":\"ARCHIVED\",\"quantity\":3,\"archived\":true}]}",
    201,
    "loaded=6",
};

static inline void play_run(void **state)
{
    const struct play_case *c = *state;
    struct play p;
    play_start(&p, true);
    play_step(&p, &play_shelf);
    for (size_t i = 0; i < PLAY_STEPS && c->steps[i].call; i++)
        for (int n = 0; n < (c->steps[i].times ? c->steps[i].times : 1); n++)
            play_step(&p, &c->steps[i]);
    play_end(&p);
}

#define ADVANCE(ms)                                                                                \
    {                                                                                              \
        "POST /control/clock", "{\"advance_ms\":" #ms "}", 200, NULL                               \
    }

#endif
