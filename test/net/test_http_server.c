#include "net/http_server.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/metrics.h"
#include "net/wire.h"
#include "support/temp.h"

/* ---- A server to ask ---- */

static _Atomic int entered; /* handlers of /wait that have begun */
static int gate_fds[2];     /* each byte lets one of them go on */

static void say_hello(struct http_exchange *x)
{
    http_reply(x, 200, "text/plain", STR("hello"));
}

static void say_params(struct http_exchange *x)
{
    str text = str_print(x->arena, "%s|%.*s|%.*s|%.*s", http_route_pattern(x),
                         STR_ARG(x->params[0]), STR_ARG(x->params[1]), STR_ARG(x->query));
    http_reply(x, 200, "text/plain", text);
}

static void say_body(struct http_exchange *x)
{
    http_reply(x, 200, "application/octet-stream", x->body);
}

static void say_facts(struct http_exchange *x)
{
    str text = str_print(x->arena, "%s %.*s %d %s %.*s=%.*s", x->method, STR_ARG(x->remote_address),
                         x->is_local_socket, x->request_id,
                         STR_ARG(http_query_value(x, "name")), STR_ARG(http_cookie(x, "session")));
    http_reply(x, 200, "text/plain", text);
}

static void wait_for_gate(struct http_exchange *x)
{
    char c;
    atomic_fetch_add(&entered, 1);
    while (read(gate_fds[0], &c, 1) < 0 && errno == EINTR) continue;
    http_reply(x, 200, "text/plain", STR("waited"));
}

static void answer_nothing(struct http_exchange *x)
{
    x->cut = true;
}

static void forget_the_status(struct http_exchange *x)
{
    x->status = 99;
}

static void say_no_content(struct http_exchange *x)
{
    x->status = 204;
    http_reply_header(x, "X-Extra", STR("one"));
    http_reply_header(x, "X-Bad", STR("two\r\nX-Injected: yes"));
}

static void say_json(struct http_exchange *x)
{
    x->reply_body = STR("{}");
}

static void before_all(struct http_exchange *x)
{
    if (http_query_has(x, "stranger")) http_reply(x, 401, "text/plain", STR("who?"));
}

static void after_all(struct http_exchange *x)
{
    http_reply_header(x, "X-After", STR("yes"));
}

static void refuse(struct http_exchange *x)
{
    http_reply(x, x->status, "application/problem+json",
               str_print(x->arena, "{\"status\":%d}", x->status));
}

static const struct http_route first_table[] = {
    { .method = "GET", .pattern = "/hello", .handle = say_hello },
    { .method = "POST", .pattern = "/echo", .handle = say_body },
    { .method = "PUT", .pattern = "/echo", .handle = say_body },
    { .method = "POST", .pattern = "/small", .handle = say_body, .body_limit = 100 },
    { .method = "GET", .pattern = "/facts", .handle = say_facts },
    { .method = "GET", .pattern = "/wait", .handle = wait_for_gate },
    { .method = "GET", .pattern = "/cut", .handle = answer_nothing },
    { .method = "GET", .pattern = "/forgetful", .handle = forget_the_status },
    { .method = "DELETE", .pattern = "/hello", .handle = say_no_content },
    { .method = "GET", .pattern = "/json", .handle = say_json },
    { 0 },
};
static const struct http_route second_table[] = {
    { .method = "GET", .pattern = "/stores/{id}", .handle = say_params },
    { .method = "GET", .pattern = "/stores/new", .handle = say_params },
    { .method = "POST", .pattern = "/stores/{id}/check/{what}", .handle = say_params },
    { .method = "GET", .pattern = "/assets/{rest*}", .handle = say_params },
    { 0 },
};
static const struct http_route *const tables[] = { first_table, second_table, NULL };

static struct http_server_options usual_options(void)
{
    return (struct http_server_options){
        .listen = "127.0.0.1:0",
        .tables = tables,
        .before = before_all,
        .after = after_all,
        .refuse = refuse,
        .handler_threads = 4,
    };
}

struct fixture {
    struct http_server *server;
    struct arena *arena;
    int port;
};

static struct fixture start(const struct http_server_options *o)
{
    struct err e = { 0 };
    struct fixture f = { .server = http_server_start(o, &e), .arena = arena_new() };
    if (!f.server) print_error("%s: %s\n", e.code, e.message);
    assert_non_null(f.server);
    f.port = http_server_port(f.server);
    return f;
}

static void stop(struct fixture *f)
{
    http_server_stop(f->server, 5000);
    arena_free(f->arena);
}

/* ---- Requests and replies ---- */

#define HEAD(line) line " HTTP/1.1\r\nHost: a\r\n"
#define CLOSE "Connection: close\r\n\r\n"

static const struct ask_case {
    const char *name, *request;
    int status;
    const char *body; /* NULL: whatever */
} ask_cases[] = {
    { "a route answers", HEAD("GET /hello") CLOSE, 200, "hello" },
    { "a GET route answers HEAD without a body", HEAD("HEAD /hello") CLOSE, 200, "" },
    { "an unknown path is 404", HEAD("GET /nowhere") CLOSE, 404, "{\"status\":404}" },
    { "another method is 405", HEAD("POST /facts") CLOSE, 405, "{\"status\":405}" },
    { "a path is not a prefix", HEAD("GET /hello/") CLOSE, 404, NULL },
    { "places are filled and decoded", HEAD("GET /stores/a%20%2Fb?q=1&r") CLOSE, 200,
      "/stores/{id}|a /b||q=1&r" },
    { "a literal goes before a place", HEAD("GET /stores/new") CLOSE, 200, "/stores/new|||" },
    { "two places are filled", HEAD("POST /stores/7/check/keys") CLOSE, 200,
      "/stores/{id}/check/{what}|7|keys|" },
    { "an empty place does not match", HEAD("GET /stores/") CLOSE, 404, NULL },
    { "the rest takes all", HEAD("GET /assets/x/y.js") CLOSE, 200, "/assets/{rest*}|x/y.js||" },
    { "a broken escape is refused", HEAD("GET /stores/%zz") CLOSE, 400, "{\"status\":400}" },
    { "an encoded NUL is refused", HEAD("GET /stores/a%00") CLOSE, 400, NULL },
    { "a body comes back", HEAD("POST /echo") "Content-Length: 5\r\n" CLOSE "abcde", 200, "abcde" },
    { "a chunked body comes back",
      HEAD("POST /echo") "Transfer-Encoding: chunked\r\n" CLOSE "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
      200, "abcde" },
    { "a body may hold NUL and line ends",
      HEAD("PUT /echo") "Content-Length: 4\r\n" CLOSE "a\r\nb", 200, "a\r\nb" },
    { "the limit itself is taken",
      HEAD("POST /small") "Content-Length: 100\r\n" CLOSE
                          "0123456789012345678901234567890123456789012345678901234567890123456789"
                          "012345678901234567890123456789",
      200, NULL },
    { "more than the limit is 413 before it is read",
      HEAD("POST /small") "Content-Length: 101\r\nExpect: 100-continue\r\n" CLOSE, 413,
      "{\"status\":413}" },
    { "before may answer", HEAD("GET /hello?stranger") CLOSE, 401, "who?" },
    { "query, cookie and request id are seen",
      HEAD("GET /facts?name=a+b%26c") "X-Request-Id: abc-1\r\nCookie: x=1; session=\"s 1\"\r\n" CLOSE,
      200, "GET 127.0.0.1 0 abc-1 a b&c=s 1" },
    { "a handler may cut", HEAD("GET /cut") CLOSE, 0, NULL },
    { "a status that is none becomes 500", HEAD("GET /forgetful") CLOSE, 500, "{\"status\":500}" },
    { "HTTP/1.0 is served", "GET /hello HTTP/1.0\r\nHost: a\r\n\r\n", 200, "hello" },
};

static struct fixture shared;

static void server_answers(void **state)
{
    const struct ask_case *c = *state;
    arena_reset(shared.arena);
    str reply = wire_ask(shared.arena, shared.port, c->request);
    assert_int_equal(wire_status(reply), c->status);
    if (c->body) assert_text(wire_body(reply), c->body);
}

static int start_shared(void **state)
{
    (void)state;
    struct http_server_options o = usual_options();
    shared = start(&o);
    return 0;
}

static int stop_shared(void **state)
{
    (void)state;
    stop(&shared);
    return 0;
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, server_answers, ask_cases);
    return _cmocka_run_group_tests("http_server", s.tests, s.count, start_shared, stop_shared);
}
