#include "net/http_server.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/log.h"
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
                         x->is_local_socket, x->request_id, STR_ARG(http_query_value(x, "name")),
                         STR_ARG(http_cookie(x, "session")));
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
    { "a body may hold NUL and line ends", HEAD("PUT /echo") "Content-Length: 4\r\n" CLOSE "a\r\nb",
      200, "a\r\nb" },
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
      HEAD("GET /facts?name=a+b%26c") "X-Request-Id: abc-1\r\nCookie: x=1; session=\"s "
                                      "1\"\r\n" CLOSE,
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

/* ---- Replies ---- */

static void a_405_names_what_is_allowed(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    str reply = wire_ask(shared.arena, shared.port, HEAD("PUT /hello") CLOSE);
    assert_true(str_has(reply, STR("Allow: GET, HEAD, DELETE\r\n")));
}

static void headers_go_out_and_none_is_injected(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    str reply = wire_ask(shared.arena, shared.port, HEAD("DELETE /hello") CLOSE);
    assert_int_equal(wire_status(reply), 204);
    assert_true(str_has(reply, STR("X-Extra: one\r\n")));
    assert_true(str_has(reply, STR("X-After: yes\r\n")));
    assert_false(str_has(reply, STR("Injected")));
    assert_false(str_has(reply, STR("Content-Length")));
}

static void a_body_is_json_unless_said_otherwise(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    str reply = wire_ask(shared.arena, shared.port, HEAD("GET /json") CLOSE);
    assert_true(str_has(reply, STR("Content-Type: application/json\r\n")));
}

static void a_strange_request_id_is_replaced(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    str reply =
        wire_ask(shared.arena, shared.port, HEAD("GET /hello") "X-Request-Id: a b\r\n" CLOSE);
    assert_false(str_has(reply, STR("X-Request-Id: a b")));
    assert_true(str_has(reply, STR("X-Request-Id: ")));
}

static void a_connection_is_kept(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    int fd = wire_connect(shared.port);
    for (int i = 0; i < 3; i++) {
        wire_say(fd, HEAD("GET /hello") "\r\n");
        assert_text(wire_body(wire_read_reply(shared.arena, fd)), "hello");
        wire_say(fd, HEAD("GET /nowhere") "\r\n");
        assert_int_equal(wire_status(wire_read_reply(shared.arena, fd)), 404);
        wire_say(fd, HEAD("POST /nowhere") "Content-Length: 3\r\n\r\nabc");
        assert_int_equal(wire_status(wire_read_reply(shared.arena, fd)), 404);
    }
    close(fd);
}

static void requests_may_be_sent_before_the_reply(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    int fd = wire_connect(shared.port);
    wire_say(fd, HEAD("POST /echo") "Content-Length: 1\r\n\r\na" HEAD(
                     "POST /echo") "Content-Length: 1\r\n\r\nb" HEAD("GET /hello") "\r\n");
    assert_text(wire_body(wire_read_reply(shared.arena, fd)), "a");
    assert_text(wire_body(wire_read_reply(shared.arena, fd)), "b");
    assert_text(wire_body(wire_read_reply(shared.arena, fd)), "hello");
    close(fd);
}

static void a_client_that_expects_is_told_to_continue(void **state)
{
    (void)state;
    char begin[64] = { 0 };
    arena_reset(shared.arena);
    int fd = wire_connect(shared.port);
    wire_say(fd, HEAD("POST /echo") "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(wire_recv(fd, begin, 25), 25);
    assert_string_equal(begin, "HTTP/1.1 100 Continue\r\n\r\n");
    wire_say(fd, "abc");
    assert_text(wire_body(wire_read_reply(shared.arena, fd)), "abc");
    close(fd);
}

/* ---- Bodies over the limit ---- */

static void a_large_body_is_refused_and_the_reply_arrives(void **state)
{
    (void)state;
    static char body[3 << 20];
    arena_reset(shared.arena);
    int fd = wire_connect(shared.port);
    wire_say(fd, HEAD("POST /small") "Content-Length: 3145728\r\n\r\n");
    wire_send(fd, body, sizeof body); /* does not look whether it is refused */
    str reply = wire_read_all(shared.arena, fd);
    close(fd);
    assert_int_equal(wire_status(reply), 413);
    assert_text(wire_body(reply), "{\"status\":413}");
}

static void a_chunked_body_over_the_limit_is_refused(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    int fd = wire_connect(shared.port);
    wire_say(fd, HEAD("POST /small") "Transfer-Encoding: chunked\r\n" CLOSE);
    for (int i = 0; i < 11; i++) wire_say(fd, "a\r\n0123456789\r\n");
    wire_say(fd, "0\r\n\r\n");
    assert_int_equal(wire_status(wire_read_all(shared.arena, fd)), 413);
    close(fd);
}

static void an_endless_chunked_body_is_cut(void **state)
{
    (void)state;
    static char chunk[65536 + 9];
    arena_reset(shared.arena);
    memcpy(chunk, "10000\r\n", 7);
    memcpy(chunk + 7 + 65536, "\r\n", 2);
    int fd = wire_connect(shared.port);
    wire_say(fd, HEAD("POST /small") "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 64; i++) wire_send(fd, chunk, sizeof chunk);
    assert_int_equal(wire_read_all(shared.arena, fd).len, 0);
    close(fd);
}

/* ---- Deadlines ---- */

static struct fixture start_hasty(void)
{
    struct http_server_options o = usual_options();
    o.head_timeout_ms = 300;
    o.body_timeout_ms = 300;
    o.idle_timeout_ms = 300;
    return start(&o);
}

/* Sends a byte every 20 ms until the server closes (or for 5 s); gives how long that took. */
static int64_t drip(int fd, const char *bytes)
{
    int64_t begun = mono_ms();
    struct pollfd p = { .fd = fd, .events = POLLIN };
    size_t len = strlen(bytes);
    for (size_t i = 0; poll(&p, 1, 20) == 0 && mono_ms() - begun < 5000; i++)
        if (send(fd, bytes + i % len, 1, MSG_NOSIGNAL) < 0) break;
    return mono_ms() - begun;
}

static void a_dripping_head_is_closed_in_time(void **state)
{
    (void)state;
    struct fixture f = start_hasty();
    int fd = wire_connect(f.port);
    wire_say(fd, "GET /hello HTTP/1.1\r\nX-A: ");
    int64_t took = drip(fd, "a");
    close(fd);
    stop(&f);
    assert_in_range(took, 250, 1500);
}

static void a_dripping_body_is_closed_in_time(void **state)
{
    (void)state;
    struct fixture f = start_hasty();
    int fd = wire_connect(f.port);
    wire_say(fd, HEAD("POST /echo") "Content-Length: 200\r\n\r\n");
    int64_t took = drip(fd, "a");
    close(fd);
    stop(&f);
    assert_in_range(took, 450, 2000); /* 300 ms and 200 bytes at 1 KB/s */
}

static void a_dripping_chunked_body_is_closed_in_time(void **state)
{
    (void)state;
    struct fixture f = start_hasty();
    int fd = wire_connect(f.port);
    wire_say(fd, HEAD("POST /echo") "Transfer-Encoding: chunked\r\n\r\n");
    int64_t took = drip(fd, "1\r\na\r\n");
    close(fd);
    stop(&f);
    assert_in_range(took, 250, 1500);
}

static void a_silent_connection_is_closed_in_time(void **state)
{
    (void)state;
    char c;
    struct fixture f = start_hasty();
    int64_t begun = mono_ms();
    int fresh = wire_connect(f.port), kept = wire_connect(f.port);
    wire_say(kept, HEAD("GET /hello") "\r\n");
    assert_int_equal(wire_status(wire_read_reply(f.arena, kept)), 200);
    assert_int_equal(wire_recv(fresh, &c, 1), 0);
    assert_int_equal(wire_recv(kept, &c, 1), 0);
    assert_in_range(mono_ms() - begun, 250, 2000);
    close(fresh);
    close(kept);
    stop(&f);
}

static void a_dripping_second_head_is_closed_in_time(void **state)
{
    (void)state;
    struct fixture f = start_hasty();
    int fd = wire_connect(f.port);
    wire_say(fd, HEAD("GET /hello") "\r\n");
    assert_int_equal(wire_status(wire_read_reply(f.arena, fd)), 200);
    wire_say(fd, "GET /hello HTTP/1.1\r\nX-A: ");
    int64_t took = drip(fd, "a");
    close(fd);
    stop(&f);
    assert_in_range(took, 250, 1500);
}

/* A handler has all the time it needs. */
static void a_running_handler_is_not_hurried(void **state)
{
    (void)state;
    struct fixture f = start_hasty();
    int fd = wire_connect(f.port);
    struct pollfd p = { .fd = fd, .events = POLLIN };
    wire_say(fd, HEAD("GET /wait") CLOSE);
    assert_int_equal(poll(&p, 1, 800), 0);
    assert_int_equal(write(gate_fds[1], "x", 1), 1);
    assert_text(wire_body(wire_read_all(f.arena, fd)), "waited");
    close(fd);
    stop(&f);
}

/* ---- Many at once ---- */

struct crowd {
    int port, requests;
    _Atomic int good;
};

static void *ask_many(void *user)
{
    struct crowd *c = user;
    AUTO(arena) a = arena_new();
    int fd = wire_connect(c->port);
    for (int i = 0; i < c->requests; i++) {
        char request[256], wanted[32];
        snprintf(wanted, sizeof wanted, "%p %d", user, i);
        snprintf(request, sizeof request, HEAD("POST /echo") "Content-Length: %zu\r\n\r\n%s",
                 strlen(wanted), wanted);
        wire_say(fd, request);
        if (str_eq(wire_body(wire_read_reply(a, fd)), str_from(wanted)))
            atomic_fetch_add(&c->good, 1);
        arena_reset(a);
    }
    close(fd);
    return NULL;
}

static void many_connections_get_their_own_answers(void **state)
{
    (void)state;
    pthread_t threads[40];
    struct crowd crowd = { .port = shared.port, .requests = 50 };
    for (int i = 0; i < 40; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_many, &crowd), 0);
    for (int i = 0; i < 40; i++) pthread_join(threads[i], NULL);
    assert_int_equal(crowd.good, 40 * 50);
}

static void wait_until_entered(int count)
{
    for (int i = 0; i < 5000 && atomic_load(&entered) < count; i++) poll(NULL, 0, 2);
    assert_int_equal(atomic_load(&entered), count);
}

/* More requests than threads wait in handlers; the server answers them all and others too. */
static void waiting_handlers_hold_up_nobody_else(void **state)
{
    (void)state;
    struct http_server_options o = usual_options();
    o.handler_threads = 16;
    struct fixture f = start(&o);
    int fds[40];
    atomic_store(&entered, 0);
    for (int i = 0; i < 40; i++) {
        fds[i] = wire_connect(f.port);
        wire_say(fds[i], HEAD("GET /wait") CLOSE);
        if (i == 14) { /* one thread is left */
            wait_until_entered(15);
            assert_text(wire_body(wire_ask(f.arena, f.port, HEAD("GET /hello") CLOSE)), "hello");
        }
    }
    wait_until_entered(16);
    for (int i = 0; i < 40; i++) assert_int_equal(write(gate_fds[1], "x", 1), 1);
    for (int i = 0; i < 40; i++) {
        assert_text(wire_body(wire_read_all(f.arena, fds[i])), "waited");
        close(fds[i]);
    }
    stop(&f);
}

static void a_full_queue_is_503(void **state)
{
    (void)state;
    struct http_server_options o = usual_options();
    o.handler_threads = 1; /* so that 32 wait in its queue */
    struct fixture f = start(&o);
    int fds[33];
    atomic_store(&entered, 0);
    for (int i = 0; i < 33; i++) {
        fds[i] = wire_connect(f.port);
        wire_say(fds[i], HEAD("GET /wait") CLOSE);
        if (i == 0) wait_until_entered(1);
    }
    int busy = 0;
    while (busy == 0) { /* until the 33 are all in */
        int fd = wire_connect(f.port);
        struct pollfd p = { .fd = fd, .events = POLLIN };
        wire_say(fd, HEAD("GET /hello") CLOSE);
        if (poll(&p, 1, 200) == 1) {
            str reply = wire_read_all(f.arena, fd);
            assert_int_equal(wire_status(reply), 503);
            assert_true(str_has(reply, STR("Retry-After: 1\r\n")));
            busy++;
        }
        close(fd);
    }
    for (int i = 0; i < 33; i++) assert_int_equal(write(gate_fds[1], "x", 1), 1);
    for (int i = 0; i < 33; i++) {
        wire_read_all(f.arena, fds[i]);
        close(fds[i]);
    }
    stop(&f);
    while (poll(&(struct pollfd){ .fd = gate_fds[0], .events = POLLIN }, 1, 0) == 1) {
        char c;
        assert_int_equal(read(gate_fds[0], &c, 1), 1);
    }
}

/* ---- Stopping ---- */

struct stopping {
    struct http_server *server;
    _Atomic bool is_done;
};

static void *run_stop(void *user)
{
    struct stopping *s = user;
    http_server_stop(s->server, 10000);
    atomic_store(&s->is_done, true);
    return NULL;
}

static void a_stop_lets_the_running_request_finish(void **state)
{
    (void)state;
    char c;
    pthread_t thread;
    struct http_server_options o = usual_options();
    struct fixture f = start(&o);
    struct stopping stopping = { .server = f.server };
    int idle = wire_connect(f.port), running = wire_connect(f.port);
    wire_say(idle, HEAD("GET /hello") "\r\n");
    wire_read_reply(f.arena, idle);
    atomic_store(&entered, 0);
    wire_say(running, HEAD("GET /wait") "\r\n");
    wait_until_entered(1);
    assert_int_equal(pthread_create(&thread, NULL, run_stop, &stopping), 0);
    assert_int_equal(wire_recv(idle, &c, 1), 0); /* idle ones are closed at once */
    assert_false(atomic_load(&stopping.is_done));
    assert_int_equal(write(gate_fds[1], "x", 1), 1);
    str reply = wire_read_all(f.arena, running);
    assert_text(wire_body(reply), "waited");
    assert_true(str_has(reply, STR("Connection: close\r\n")));
    pthread_join(thread, NULL);
    close(idle);
    close(running);
    arena_free(f.arena);
}

static void a_draining_server_takes_no_more(void **state)
{
    (void)state;
    pthread_t thread;
    struct http_server_options o = usual_options();
    struct fixture f = start(&o);
    struct stopping stopping = { .server = f.server };
    int fresh = wire_connect(f.port), running = wire_connect(f.port), idle = wire_connect(f.port);
    wire_say(idle, HEAD("GET /hello") "\r\n");
    wire_read_reply(f.arena, idle);
    atomic_store(&entered, 0);
    wire_say(fresh, "GET /hello HTTP/1.1\r\n"); /* its head comes too late */
    wire_say(running, HEAD("GET /wait") "\r\n");
    wait_until_entered(1);
    assert_int_equal(pthread_create(&thread, NULL, run_stop, &stopping), 0);
    wire_read_all(f.arena, idle); /* closed: it is draining now */
    wire_say(fresh, "Host: a\r\n\r\n");
    assert_int_equal(wire_status(wire_read_all(f.arena, fresh)), 503);
    assert_int_equal(write(gate_fds[1], "x", 1), 1);
    pthread_join(thread, NULL);
    close(fresh);
    close(running);
    close(idle);
    arena_free(f.arena);
}

/* ---- Listeners ---- */

static void the_unix_socket_is_ours_alone(void **state)
{
    (void)state;
    char path[128];
    struct stat st;
    AUTO(temp) folder = temp_new();
    struct http_server_options o = usual_options();
    o.unix_socket = temp_path(folder, "control.sock", path);
    o.listen = NULL;
    struct fixture f = start(&o);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    str_fill(to.sun_path, sizeof to.sun_path, str_from(path));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    wire_say(fd, HEAD("GET /facts") "X-Request-Id: r\r\n" CLOSE);
    assert_text(wire_body(wire_read_all(f.arena, fd)), "GET  1 r =");
    close(fd);
    stop(&f);
    assert_int_equal(stat(path, &st), -1);
}

static void a_stale_socket_file_is_replaced_and_a_live_one_is_not(void **state)
{
    (void)state;
    char path[128];
    struct err e = { 0 };
    AUTO(temp) folder = temp_new();
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    str_fill(at.sun_path, sizeof at.sun_path, str_from(temp_path(folder, "control.sock", path)));
    int left = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(left, (struct sockaddr *)&at, sizeof at), 0);
    close(left);
    struct http_server_options o = usual_options();
    o.unix_socket = path;
    struct fixture f = start(&o);
    assert_null(http_server_start(&o, &e));
    assert_string_equal(e.code, "net.socket_taken");
    stop(&f);
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(file >= 0);
    close(file);
    assert_null(http_server_start(&o, &e));
    assert_string_equal(e.code, "net.socket_taken");
    assert_int_equal(access(path, F_OK), 0);
}

static const struct listen_case {
    const char *name, *listen, *code;
} listen_cases[] = {
    { "plain HTTP for everybody is refused", "0.0.0.0:0", "net.plain_refused" },
    { "plain HTTP for everybody on IPv6 is refused", "[::]:0", "net.plain_refused" },
    { "a listener without port is refused", "127.0.0.1", "net.bad_listen" },
    { "a listener with a strange port is refused", "127.0.0.1:99999", "net.bad_listen" },
    { "a listener with a name is refused", "example.com:80", "net.bad_listen" },
    { "a listener without address is refused", ":80", "net.bad_listen" },
};

static void listening_is_refused(void **state)
{
    const struct listen_case *c = *state;
    struct err e = { 0 };
    struct http_server_options o = usual_options();
    o.listen = c->listen;
    assert_null(http_server_start(&o, &e));
    assert_string_equal(e.code, c->code);
}

static void a_taken_port_is_named(void **state)
{
    (void)state;
    char listen[32];
    struct err e = { 0 };
    struct http_server_options o = usual_options();
    snprintf(listen, sizeof listen, "127.0.0.1:%d", shared.port);
    o.listen = listen;
    assert_null(http_server_start(&o, &e));
    assert_string_equal(e.code, "net.port_taken");
    assert_true(str_has(str_from(e.message), str_from(listen)));
}

static void plain_http_may_be_allowed(void **state)
{
    (void)state;
    struct http_server_options o = usual_options();
    o.listen = "0.0.0.0:0";
    o.allow_plain_beyond_loopback = true;
    struct fixture f = start(&o);
    assert_text(wire_body(wire_ask(f.arena, f.port, HEAD("GET /hello") CLOSE)), "hello");
    stop(&f);
}

static void requests_are_counted(void **state)
{
    (void)state;
    arena_reset(shared.arena);
    wire_ask(shared.arena, shared.port, HEAD("GET /json") CLOSE);
    str all = metrics_write(shared.arena);
    assert_true(str_has(all, STR("bedesten_http_in_total{route=\"/json\",status=\"2xx\"}")));
    assert_true(str_has(all, STR("bedesten_http_in_seconds")));
}

/* ---- Without a socket ---- */

static void an_exchange_runs_without_a_socket(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct http_server_options o = usual_options();
    struct http_exchange x = { .arena = a, .method = "GET", .path = STR("/stores/7") };
    http_dispatch(&o, &x);
    assert_int_equal(x.status, 200);
    assert_text(x.reply_body, "/stores/{id}|7||");
    x = (struct http_exchange){ .arena = a, .method = "GET", .path = STR("/no") };
    http_dispatch(&o, &x);
    assert_int_equal(x.status, 404);
    assert_text(x.reply_body, "{\"status\":404}");
}

int main(void)
{
    struct suite s = { 0 };
    if (pipe2(gate_fds, O_CLOEXEC) != 0) return 1;
    SUITE_ROWS(&s, server_answers, ask_cases);
    SUITE_ROWS(&s, listening_is_refused, listen_cases);
    SUITE_TEST(&s, a_405_names_what_is_allowed);
    SUITE_TEST(&s, headers_go_out_and_none_is_injected);
    SUITE_TEST(&s, a_body_is_json_unless_said_otherwise);
    SUITE_TEST(&s, a_strange_request_id_is_replaced);
    SUITE_TEST(&s, a_connection_is_kept);
    SUITE_TEST(&s, requests_may_be_sent_before_the_reply);
    SUITE_TEST(&s, a_client_that_expects_is_told_to_continue);
    SUITE_TEST(&s, a_large_body_is_refused_and_the_reply_arrives);
    SUITE_TEST(&s, a_chunked_body_over_the_limit_is_refused);
    SUITE_TEST(&s, an_endless_chunked_body_is_cut);
    SUITE_TEST(&s, a_dripping_head_is_closed_in_time);
    SUITE_TEST(&s, a_dripping_body_is_closed_in_time);
    SUITE_TEST(&s, a_dripping_chunked_body_is_closed_in_time);
    SUITE_TEST(&s, a_silent_connection_is_closed_in_time);
    SUITE_TEST(&s, a_dripping_second_head_is_closed_in_time);
    SUITE_TEST(&s, a_running_handler_is_not_hurried);
    SUITE_TEST(&s, many_connections_get_their_own_answers);
    SUITE_TEST(&s, waiting_handlers_hold_up_nobody_else);
    SUITE_TEST(&s, a_full_queue_is_503);
    SUITE_TEST(&s, a_stop_lets_the_running_request_finish);
    SUITE_TEST(&s, a_draining_server_takes_no_more);
    SUITE_TEST(&s, the_unix_socket_is_ours_alone);
    SUITE_TEST(&s, a_stale_socket_file_is_replaced_and_a_live_one_is_not);
    SUITE_TEST(&s, a_taken_port_is_named);
    SUITE_TEST(&s, plain_http_may_be_allowed);
    SUITE_TEST(&s, requests_are_counted);
    SUITE_TEST(&s, an_exchange_runs_without_a_socket);
    log_setup(open("/dev/null", O_WRONLY | O_CLOEXEC), LOG_FORMAT_HUMAN, LOG_ERROR);
    return _cmocka_run_group_tests("http_server", s.tests, s.count, start_shared, stop_shared);
}
