/* The gate against what the table of hostile requests and its relatives send. */
#include "net/http_server.h"

#include <fcntl.h>

#include "base/log.h"
#include "net/wire.h"

#define HEAD(line) line " HTTP/1.1\r\nHost: a\r\n"
#define CLOSE "Connection: close\r\n\r\n"

static struct {
    struct http_server *server;
    struct arena *arena;
    int port;
} shared;

static void say_body(struct http_exchange *x)
{
    http_reply(x, 200, "text/plain", x->body);
}

static void refuse(struct http_exchange *x)
{
    http_reply(x, x->status, "application/problem+json",
               str_print(x->arena, "{\"status\":%d}", x->status));
}

static const struct http_route routes[] = {
    { .method = "GET", .pattern = "/hello", .handle = say_body },
    { .method = "POST", .pattern = "/echo", .handle = say_body },
    { 0 },
};
static const struct http_route *const tables[] = { routes, NULL };

static int start_shared(void **state)
{
    struct err e = { 0 };
    (void)state;
    shared.server = http_server_start(
        &(struct http_server_options){
            .listen = "127.0.0.1:0", .tables = tables, .refuse = refuse, .handler_threads = 2 },
        &e);
    assert_non_null(shared.server);
    shared.arena = arena_new();
    shared.port = http_server_port(shared.server);
    return 0;
}

static int stop_shared(void **state)
{
    (void)state;
    http_server_stop(shared.server, 1000);
    arena_free(shared.arena);
    return 0;
}

/* ---- The gate: the table of hostile requests ---- */

static const struct hostile_case {
    const char *name, *request;
    size_t len; /* 0: to the first NUL */
} hostile_cases[] = {
    { "two different Content-Length",
      HEAD("POST /echo") "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef" },
    { "two equal Content-Length",
      HEAD("POST /echo") "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde" },
    { "Content-Length with Transfer-Encoding",
      HEAD("POST /echo") "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
    { "Transfer-Encoding xchunked with Content-Length",
      HEAD("POST /echo") "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nabcde" },
    { "Transfer-Encoding that is not chunked",
      HEAD("POST /echo") "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
    { "Transfer-Encoding twice",
      HEAD("POST /echo") "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" },
    { "chunked in HTTP/1.0",
      "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
    { "Content-Length with a sign", HEAD("POST /echo") "Content-Length: +5\r\n\r\nabcde" },
    { "Content-Length with letters", HEAD("POST /echo") "Content-Length: 5abc\r\n\r\nabcde" },
    { "an empty Content-Length", HEAD("POST /echo") "Content-Length:\r\n\r\n" },
    { "a list of Content-Lengths", HEAD("POST /echo") "Content-Length: 5, 5\r\n\r\nabcde" },
    { "a blank before the colon", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n" },
    { "a folded header line", HEAD("GET /hello") "X-A: one\r\n two\r\n\r\n" },
    { "a folded line that hides a length",
      HEAD("POST /echo") "X-A: one\r\n Content-Length: 5\r\n\r\nabcde" },
    { "a folded first line", "GET /hello HTTP/1.1\r\n Host: a\r\nHost: b\r\n\r\n" },
    { "a bare CR in a value", HEAD("GET /hello") "X-A: one\rX-B: two\r\n\r\n" },
    { "a NUL in a value", HEAD("GET /hello") "X-A: one\0two\r\n\r\n",
      sizeof(HEAD("GET /hello") "X-A: one\0two\r\n\r\n") - 1 },
    { "a NUL in a name", HEAD("GET /hello") "X-A\0: one\r\n\r\n",
      sizeof(HEAD("GET /hello") "X-A\0: one\r\n\r\n") - 1 },
    { "a NUL in the target", "GET /hello\0x HTTP/1.1\r\nHost: a\r\n\r\n",
      sizeof("GET /hello\0x HTTP/1.1\r\nHost: a\r\n\r\n") - 1 },
    { "bare LF after the request line", "GET /hello HTTP/1.1\nHost: a\r\n\r\n" },
    { "bare LF after a field", "GET /hello HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n" },
    { "bare LF at the end of the head", "GET /hello HTTP/1.1\r\nHost: a\r\n\n" },
    { "bare LF everywhere", "GET /hello HTTP/1.1\nHost: a\n\n" },
    { "no Host", "GET /hello HTTP/1.1\r\nX-A: b\r\n\r\n" },
    { "no field at all", "GET /hello HTTP/1.1\r\n\r\n" },
    { "two Hosts", HEAD("GET /hello") "Host: b\r\n\r\n" },
    { "an empty Host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n" },
    { "a Host with a path", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n" },
    { "a control character in the method", HEAD("GE\x01T /hello") "\r\n" },
    { "a method that is not on the list", HEAD("TRACE /hello") "\r\n" },
    { "a method in small letters", HEAD("get /hello") "\r\n" },
    { "HTTP/1.9", "GET /hello HTTP/1.9\r\nHost: a\r\n\r\n" },
    { "two blanks in the request line", "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n" },
    { "a blank in the target", "GET /hel lo HTTP/1.1\r\nHost: a\r\n\r\n" },
    { "a target of another form", "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n" },
    { "the asterisk target", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" },
    { "a target with high bytes", "GET /h\xC3\xA4llo HTTP/1.1\r\nHost: a\r\n\r\n" },
    { "a field name that is no token", HEAD("GET /hello") "X(A): b\r\n\r\n" },
    { "a line without a colon", HEAD("GET /hello") "nonsense\r\n\r\n" },
    { "an unknown expectation", HEAD("GET /hello") "Expect: wonders\r\n\r\n" },
    { "a chunk size with a prefix",
      HEAD("POST /echo") "Transfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n" },
};

/* Known: what only MHD's parser sees. It answers by itself, in its own words, and closes. */
static const struct known_case {
    const char *name, *request;
    int status;
} known_cases[] = {
    { "known: a Content-Length past 64 bits is MHD's own 413",
      HEAD("POST /echo") "Content-Length: 99999999999999999999999\r\n\r\n", 413 },
    { "known: a chunk size past 64 bits is MHD's own 413",
      HEAD("POST /echo") "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 413 },
    { "known: HTTP/3.0 is MHD's own 505", "GET /hello HTTP/3.0\r\nHost: a\r\n\r\n", 505 },
    { "known: bare LF between chunks is taken",
      HEAD("POST /echo") "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\nab\n0\r\n\r\n",
      200 },
};

static void gate_refuses(void **state)
{
    const struct hostile_case *c = *state;
    arena_reset(shared.arena);
    int fd = wire_connect(shared.port);
    wire_send(fd, c->request, c->len > 0 ? c->len : strlen(c->request));
    str reply = wire_read_all(shared.arena, fd); /* so it is closed */
    close(fd);
    assert_int_equal(wire_status(reply), 400);
}

static void parser_answers(void **state)
{
    const struct known_case *c = *state;
    arena_reset(shared.arena);
    assert_int_equal(wire_status(wire_ask(shared.arena, shared.port, c->request)), c->status);
}

static str head_with_fields(struct arena *a, int fields, int value_len)
{
    struct text t = { .arena = a };
    text_add(&t, STR(HEAD("GET /hello")));
    for (int i = 0; i < fields; i++) {
        text_print(&t, "X-%d: ", i);
        for (int k = 0; k < value_len; k++) text_add_char(&t, 'v');
        text_add(&t, STR("\r\n"));
    }
    text_add(&t, STR(CLOSE));
    return text_str(&t);
}

static int status_of(str request)
{
    int fd = wire_connect(shared.port);
    wire_send(fd, request.at, request.len);
    int status = wire_status(wire_read_all(shared.arena, fd));
    close(fd);
    return status;
}

static void a_head_has_at_most_64_fields(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    assert_int_equal(status_of(head_with_fields(shared.arena, 62, 1)), 200);
    assert_int_equal(status_of(head_with_fields(shared.arena, 63, 1)), 431);
    assert_int_equal(status_of(head_with_fields(shared.arena, 2000, 1)), 431);
}

static void a_large_head_is_431(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    assert_int_equal(status_of(head_with_fields(shared.arena, 1, 8000)), 200);
    assert_int_equal(status_of(head_with_fields(shared.arena, 1, 9000)), 431);
    assert_int_equal(status_of(head_with_fields(shared.arena, 1, 65536)), 431);
}

static void refusals_have_the_callers_body(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    str reply = wire_ask(shared.arena, shared.port, "GET /hello HTTP/1.1\r\n\r\n");
    assert_text(wire_body(reply), "{\"status\":400}");
    assert_true(str_has(reply, STR("Connection: close\r\n")));
    assert_true(str_has(reply, STR("Content-Type: application/problem+json\r\n")));
    assert_true(str_has(reply, STR("X-Request-Id: ")));
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, gate_refuses, hostile_cases);
    SUITE_ROWS(&s, parser_answers, known_cases);
    SUITE_TEST(&s, a_head_has_at_most_64_fields);
    SUITE_TEST(&s, a_large_head_is_431);
    SUITE_TEST(&s, refusals_have_the_callers_body);
    log_setup(open("/dev/null", O_WRONLY | O_CLOEXEC), LOG_FORMAT_HUMAN, LOG_ERROR);
    return _cmocka_run_group_tests("http_gate", s.tests, s.count, start_shared, stop_shared);
}
