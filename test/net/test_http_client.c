#include "net/http_client.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/log.h"
#include "base/metrics.h"
#include "net/cert.h"
#include "net/http_server.h"
#include "net/wire.h"
#include "support/temp.h"

/* ---- A peer that answers as it was told, one connection after the other ---- */

struct peer {
    int listener, port;
    str reply;
    int replies; /* on one connection */
    enum { THEN_CLOSE, THEN_READ_AND_CLOSE, THEN_READ_AND_KEEP } then;
    _Atomic int requests;
    char seen[4096]; /* the last request; read it when the peer has ended */
    pthread_t thread;
};

static bool read_request(int fd, char *to, size_t room)
{
    size_t len = 0, wanted = SIZE_MAX;
    while (len < room - 1 && len < wanted) {
        ssize_t got = recv(fd, to + len, room - 1 - len, 0);
        if (got <= 0) return false;
        len += (size_t)got;
        to[len] = '\0';
        const char *end = strstr(to, "\r\n\r\n"), *length = strstr(to, "Content-Length: ");
        if (end) wanted = (size_t)(end + 4 - to) + (length ? strtoul(length + 16, NULL, 10) : 0);
    }
    return true;
}

static void serve_one(struct peer *p, int fd)
{
    char request[sizeof p->seen];
    int reads = p->replies + (p->then != THEN_CLOSE);
    for (int i = 0; i < reads && read_request(fd, request, sizeof request); i++) {
        memcpy(p->seen, request, sizeof request);
        atomic_fetch_add(&p->requests, 1);
        if (i < p->replies) wire_send(fd, p->reply.at, p->reply.len);
    }
    if (p->then == THEN_READ_AND_KEEP) recv(fd, request, 1, 0); /* until the client goes */
}

static void *run_peer(void *user)
{
    struct peer *p = user;
    int fd;
    while ((fd = accept(p->listener, NULL, NULL)) >= 0) {
        serve_one(p, fd);
        close(fd);
    }
    return NULL;
}

static int listen_anywhere(int *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 64), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static void peer_start(struct peer *p)
{
    p->listener = listen_anywhere(&p->port);
    assert_int_equal(pthread_create(&p->thread, NULL, run_peer, p), 0);
}

/* The client is gone already, so no connection is left. */
static void peer_end(struct peer *p)
{
    shutdown(p->listener, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->listener);
}

/* ---- A client to ask with ---- */

struct fixture {
    struct http_client *client;
    struct arena *arena;
    struct peer peer;
    struct err e;
    struct http_reply reply;
};

static void setup(struct fixture *f, const struct peer *peer, const struct http_client_options *o)
{
    struct http_client_options usual = { .user_agent = "test/1" };
    *f = (struct fixture){ .peer = *peer, .arena = arena_new() };
    f->client = http_client_new(o ? o : &usual, &f->e);
    assert_non_null(f->client);
    peer_start(&f->peer);
}

static void teardown(struct fixture *f)
{
    http_client_free(f->client);
    peer_end(&f->peer);
    arena_free(f->arena);
}

static struct http_request to_port(struct arena *a, int port, const char *method, bool changes)
{
    return (struct http_request){ .method = method,
                                  .url = str_print(a, "http://127.0.0.1:%d/path?q=1", port),
                                  .purpose = "test.call",
                                  .changes_something = changes,
                                  .body = changes ? STR("{\"a\":1}") : (str){ 0 } };
}

static bool ask(struct fixture *f, const struct http_request *r)
{
    f->e = (struct err){ 0 };
    return http_client_send(f->client, NULL, f->arena, r, &f->reply, &f->e);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

/* ---- What goes out ---- */

static void a_request_goes_out_as_it_was_given(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f,
          &(struct peer){ .reply = STR(OK_HEAD "Content-Length: 2\r\nX-A:  b \r\n\r\nok"),
                          .replies = 1 },
          NULL);
    struct http_request r = to_port(f.arena, f.peer.port, "PUT", true);
    const struct http_header headers[] = { { STR("Authorization"), STR("Basic c2VjcmV0") },
                                           { STR("X-Empty"), STR("") },
                                           { STR("Content-Type"), STR("application/json") } };
    r.headers = headers;
    r.header_count = 3;
    assert_true(ask(&f, &r));
    assert_int_equal(f.reply.status, 200);
    assert_text(f.reply.body, "ok");
    assert_text(http_header(f.reply.headers, f.reply.header_count, "x-a"), "b");
    assert_in_range(f.reply.took_ms, 0, 5000);
    http_client_free(f.client);
    peer_end(&f.peer);
    str seen = str_from(f.peer.seen);
    assert_true(str_starts(seen, STR("PUT /path?q=1 HTTP/1.1\r\n")));
    assert_true(str_has(seen, STR("Authorization: Basic c2VjcmV0\r\n")));
    assert_true(str_has(seen, STR("X-Empty:\r\n")));
    assert_true(str_has(seen, STR("User-Agent: test/1\r\n")));
    assert_true(str_has(seen, STR("Content-Length: 7\r\n")));
    assert_false(str_has(seen, STR("Expect")));
    assert_true(str_ends(seen, STR("\r\n\r\n{\"a\":1}")));
    arena_free(f.arena);
}

static const struct method_case {
    const char *name, *method, *body, *wanted, *not_wanted;
} method_cases[] = {
    { "GET has no body", "GET", "", "GET /path", "Content-" },
    { "a POST without body says so", "POST", "", "Content-Length: 0\r\n", "Content-Type" },
    { "a PUT without body says so", "PUT", "", "Content-Length: 0\r\n", "Content-Type" },
    { "DELETE has no body", "DELETE", "", "DELETE /path", "Content-" },
    { "DELETE may have a body", "DELETE", "abc", "Content-Length: 3\r\n", "Content-Type" },
    { "PATCH has its body", "PATCH", "abc", "PATCH /path", "Expect" },
};

static void method_goes_out(void **state)
{
    const struct method_case *c = *state;
    struct fixture f;
    setup(&f, &(struct peer){ .reply = STR(OK_HEAD "Content-Length: 0\r\n\r\n"), .replies = 1 },
          NULL);
    struct http_request r = to_port(f.arena, f.peer.port, c->method, false);
    r.body = str_from(c->body);
    assert_true(ask(&f, &r));
    http_client_free(f.client);
    peer_end(&f.peer);
    assert_true(str_has(str_from(f.peer.seen), str_from(c->wanted)));
    assert_false(str_has(str_from(f.peer.seen), str_from(c->not_wanted)));
    arena_free(f.arena);
}

/* ---- What comes back ---- */

static const struct reply_case {
    const char *name, *reply;
    bool changes;
    size_t limit;
    enum err_kind kind; /* ERR_NONE: a reply */
    const char *code;   /* or the body */
    int status;
} reply_cases[] = {
    { "a reply is a reply whatever its status",
      "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops", true, 0, ERR_NONE, "oops", 500 },
    { "a redirect is not followed",
      "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", false, 0,
      ERR_NONE, "", 302 },
    { "an early 103 is passed over",
      "HTTP/1.1 103 Early\r\nX-A: b\r\n\r\n" OK_HEAD "Content-Length: 1\r\n\r\na", false, 0,
      ERR_NONE, "a", 200 },
    { "chunks are joined",
      OK_HEAD "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n", false, 0, ERR_NONE,
      "ab", 200 },
    { "a body to the end of the stream is whole", OK_HEAD "Connection: close\r\n\r\nall of it",
      false, 0, ERR_NONE, "all of it", 200 },
    { "the limit itself is taken", OK_HEAD "Content-Length: 4\r\n\r\nabcd", false, 4, ERR_NONE,
      "abcd", 200 },
    { "more than the limit is refused", OK_HEAD "Content-Length: 5\r\n\r\nabcde", false, 4,
      ERR_UNAVAILABLE, "http.reply_too_large", 0 },
    { "too large a reply to a change is uncertain", OK_HEAD "Content-Length: 5\r\n\r\nabcde", true,
      4, ERR_UNCERTAIN, "http.reply_too_large", 0 },
    { "no reply to a question may be asked again", "", false, 0, ERR_UNAVAILABLE, "http.no_reply",
      0 },
    { "no reply to a change is uncertain", "", true, 0, ERR_UNCERTAIN, "http.no_reply", 0 },
    { "half a head is no reply", "HTTP/1.1 200 OK\r\nContent-", true, 0, ERR_UNCERTAIN,
      "http.no_reply", 0 },
    { "half a body is no reply", OK_HEAD "Content-Length: 100\r\n\r\nonly this", false, 0,
      ERR_UNAVAILABLE, "http.no_reply", 0 },
    { "half a body to a change is uncertain", OK_HEAD "Content-Length: 100\r\n\r\nonly this", true,
      0, ERR_UNCERTAIN, "http.no_reply", 0 },
    { "half a chunk is no reply", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n9\r\nab", false, 0,
      ERR_UNAVAILABLE, "http.no_reply", 0 },
    { "no HTTP at all is no reply", "hello?\r\n\r\n", true, 0, ERR_UNCERTAIN, "http.no_reply", 0 },
    { "a broken gzip is no reply",
      OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde", false, 0, ERR_UNAVAILABLE,
      "http.no_reply", 0 },
};

static void reply_is_judged(void **state)
{
    const struct reply_case *c = *state;
    struct fixture f;
    setup(&f, &(struct peer){ .reply = str_from(c->reply), .replies = 1 }, NULL);
    struct http_request r = to_port(f.arena, f.peer.port, c->changes ? "POST" : "GET", c->changes);
    r.reply_limit = c->limit;
    bool ok = ask(&f, &r);
    assert_int_equal(ok, c->kind == ERR_NONE);
    if (ok) {
        assert_int_equal(f.reply.status, c->status);
        assert_text(f.reply.body, c->code);
    } else {
        assert_int_equal(f.e.kind, c->kind);
        assert_string_equal(f.e.code, c->code);
        assert_int_equal(f.e.retry_at, 0);
        assert_string_equal(f.e.args[0].value, "127.0.0.1");
    }
    teardown(&f);
}

/* ---- Packed replies ---- */

static str gzip(struct arena *a, str plain, const char *head)
{
    z_stream z = { 0 };
    size_t room = plain.len / 500 + 4096;
    unsigned char *packed = arena_take(a, room);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)plain.at;
    z.avail_in = (uInt)plain.len;
    z.next_out = packed;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t len = z.total_out;
    deflateEnd(&z);
    struct text t = { .arena = a };
    text_print(&t, OK_HEAD "Content-Encoding: gzip\r\n%sContent-Length: %zu\r\n\r\n", head, len);
    text_add(&t, (str){ (char *)packed, len });
    return text_str(&t);
}

static void a_gzipped_reply_is_unpacked(void **state)
{
    (void)state;
    struct fixture f;
    AUTO(arena) a = arena_new();
    setup(&f, &(struct peer){ .reply = gzip(a, STR("unpacked"), ""), .replies = 1 }, NULL);
    struct http_request r = to_port(f.arena, f.peer.port, "GET", false);
    assert_true(ask(&f, &r));
    assert_text(f.reply.body, "unpacked");
    http_client_free(f.client);
    peer_end(&f.peer);
    assert_true(str_has(str_from(f.peer.seen), STR("Accept-Encoding: ")));
    assert_true(str_has(str_from(f.peer.seen), STR("gzip")));
    arena_free(f.arena);
}

/* 40 MB of zeroes in 40 KB: the limit counts what comes out. */
static void a_gzip_bomb_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    AUTO(arena) a = arena_new();
    char *zeroes = calloc(1, (size_t)40 << 20);
    assert_non_null(zeroes);
    str bomb = gzip(a, (str){ zeroes, (size_t)40 << 20 }, "");
    free(zeroes);
    assert_in_range(bomb.len, 1000, 200000);
    setup(&f, &(struct peer){ .reply = bomb, .replies = 1 }, NULL);
    struct http_request r = to_port(f.arena, f.peer.port, "GET", false);
    r.reply_limit = (size_t)1 << 20;
    assert_false(ask(&f, &r));
    assert_string_equal(f.e.code, "http.reply_too_large");
    teardown(&f);
}

static void an_endless_head_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    AUTO(arena) a = arena_new();
    struct text t = { .arena = a };
    text_add(&t, STR(OK_HEAD));
    for (int i = 0; i < 10000; i++) text_print(&t, "X-%d: 0123456789\r\n", i);
    setup(&f, &(struct peer){ .reply = text_str(&t), .replies = 1 }, NULL);
    struct http_request r = to_port(f.arena, f.peer.port, "GET", false);
    assert_false(ask(&f, &r));
    assert_string_equal(f.e.code, "http.reply_too_large");
    teardown(&f);
}

/* ---- Kept connections ---- */

#define NOTHING OK_HEAD "Content-Length: 0\r\n\r\n"

static void a_change_is_never_sent_twice(void **state)
{
    (void)state;
    static const char *const bodies[] = { "{\"a\":1}", "" };
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        setup(&f,
              &(struct peer){ .reply = STR(NOTHING), .replies = 1, .then = THEN_READ_AND_CLOSE },
              NULL);
        struct http_request r = to_port(f.arena, f.peer.port, "POST", true);
        r.body = str_from(bodies[i]);
        assert_true(ask(&f, &r));
        assert_false(ask(&f, &r)); /* on the kept connection, which ends without a reply */
        assert_int_equal(f.e.kind, ERR_UNCERTAIN);
        assert_string_equal(f.e.code, "http.no_reply");
        assert_int_equal(atomic_load(&f.peer.requests), 2);
        teardown(&f);
    }
}

static void a_question_is_asked_again_on_a_fresh_connection(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, &(struct peer){ .reply = STR(NOTHING), .replies = 1, .then = THEN_READ_AND_CLOSE },
          NULL);
    struct http_request r = to_port(f.arena, f.peer.port, "GET", false);
    assert_true(ask(&f, &r));
    assert_true(ask(&f, &r));
    assert_int_equal(atomic_load(&f.peer.requests), 3);
    teardown(&f);
}

static void a_limited_question_is_asked_once(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, &(struct peer){ .reply = STR(NOTHING), .replies = 1, .then = THEN_READ_AND_CLOSE },
          NULL);
    struct http_request r = to_port(f.arena, f.peer.port, "GET", false);
    r.limit_group = "orders"; /* a second sending would not have been admitted */
    assert_true(ask(&f, &r));
    assert_false(ask(&f, &r));
    assert_int_equal(f.e.kind, ERR_UNAVAILABLE);
    assert_int_equal(atomic_load(&f.peer.requests), 2);
    teardown(&f);
}

/* ---- Nobody there, nobody answering ---- */

static void a_closed_port_is_unreachable(void **state)
{
    (void)state;
    int port;
    struct fixture f;
    setup(&f, &(struct peer){ 0 }, NULL);
    close(listen_anywhere(&port));
    struct http_request r = to_port(f.arena, port, "POST", true);
    assert_false(ask(&f, &r));
    assert_int_equal(f.e.kind, ERR_UNAVAILABLE); /* nothing left us */
    assert_string_equal(f.e.code, "http.unreachable");
    teardown(&f);
}

static void a_silent_peer_runs_into_the_timeout(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, &(struct peer){ .then = THEN_READ_AND_KEEP }, NULL);
    struct http_request r = to_port(f.arena, f.peer.port, "POST", true);
    int64_t begun = mono_ms();
    r.timeout_ms = 150;
    assert_false(ask(&f, &r));
    assert_in_range(mono_ms() - begun, 140, 3000);
    assert_int_equal(f.e.kind, ERR_UNCERTAIN);
    assert_string_equal(f.e.code, "http.no_reply");
    teardown(&f);
}

static const struct refused_case {
    const char *name, *url, *header, *code;
} refused_cases[] = {
    { "plain http off loopback is refused", "http://192.0.2.1/", "a", "http.plain_refused" },
    { "plain http to a name is refused", "http://example.com/", "a", "http.plain_refused" },
    { "another scheme is refused", "ftp://127.0.0.1/", "a", "http.bad_url" },
    { "a header with a line break is refused", "http://127.0.0.1/", "a\r\nX: b",
      "http.bad_header" },
};

static void request_is_refused(void **state)
{
    const struct refused_case *c = *state;
    struct fixture f;
    setup(&f, &(struct peer){ 0 }, NULL);
    struct http_header header = { STR("X-A"), str_from(c->header) };
    struct http_request r = { "GET", str_from(c->url), &header, 1 };
    assert_false(ask(&f, &r));
    assert_int_equal(f.e.kind, ERR_INVALID);
    assert_string_equal(f.e.code, c->code);
    teardown(&f);
}

/* ---- Cancelling ---- */

struct cancelling {
    struct fixture *f;
    struct http_cancel *cancel;
    const struct http_request *request;
    bool ok;
    struct err e;
};

static void *ask_cancelled(void *user)
{
    struct cancelling *c = user;
    AUTO(arena) a = arena_new();
    struct http_reply reply;
    c->ok = http_client_send(c->f->client, c->cancel, a, c->request, &reply, &c->e);
    return NULL;
}

static void wait_for_requests(struct peer *p, int count)
{
    for (int i = 0; i < 5000 && atomic_load(&p->requests) < count; i++) poll(NULL, 0, 2);
    assert_int_equal(atomic_load(&p->requests), count);
}

static void a_waiting_call_is_cancelled(void **state)
{
    (void)state;
    pthread_t thread;
    struct fixture f;
    AUTO(http_cancel) cancel = http_cancel_new();
    setup(&f, &(struct peer){ .then = THEN_READ_AND_KEEP }, NULL);
    struct http_request r = to_port(f.arena, f.peer.port, "POST", true);
    struct cancelling c = { &f, cancel, &r };
    assert_int_equal(pthread_create(&thread, NULL, ask_cancelled, &c), 0);
    wait_for_requests(&f.peer, 1);
    http_cancel_now(cancel);
    pthread_join(thread, NULL);
    assert_false(c.ok);
    assert_int_equal(c.e.kind, ERR_UNCERTAIN); /* it has been sent */
    assert_string_equal(c.e.code, "http.cancelled");
    c.e = (struct err){ 0 };
    ask_cancelled(&c); /* now and later */
    assert_false(c.ok);
    assert_int_equal(c.e.kind, ERR_UNAVAILABLE);
    assert_string_equal(c.e.code, "http.cancelled");
    assert_int_equal(atomic_load(&f.peer.requests), 1);
    teardown(&f);
}

static void ending_the_client_cancels_what_runs(void **state)
{
    (void)state;
    pthread_t thread;
    struct fixture f;
    setup(&f, &(struct peer){ .then = THEN_READ_AND_KEEP }, NULL);
    struct http_request r = to_port(f.arena, f.peer.port, "GET", false);
    struct cancelling c = { &f, NULL, &r };
    assert_int_equal(pthread_create(&thread, NULL, ask_cancelled, &c), 0);
    wait_for_requests(&f.peer, 1);
    http_client_free(f.client);
    pthread_join(thread, NULL);
    assert_false(c.ok);
    assert_int_equal(c.e.kind, ERR_UNAVAILABLE);
    assert_string_equal(c.e.code, "http.cancelled");
    peer_end(&f.peer);
    arena_free(f.arena);
}

static void a_call_waits_its_turn_and_no_longer_than_its_time(void **state)
{
    (void)state;
    pthread_t thread;
    struct fixture f;
    AUTO(http_cancel) cancel = http_cancel_new();
    setup(&f, &(struct peer){ .then = THEN_READ_AND_KEEP },
          &(struct http_client_options){ .total = 1 });
    struct http_request r = to_port(f.arena, f.peer.port, "POST", true), hasty = r;
    struct cancelling c = { &f, cancel, &r };
    assert_int_equal(pthread_create(&thread, NULL, ask_cancelled, &c), 0);
    wait_for_requests(&f.peer, 1);
    hasty.timeout_ms = 100;
    assert_false(ask(&f, &hasty));
    assert_int_equal(f.e.kind, ERR_UNAVAILABLE);
    assert_string_equal(f.e.code, "http.unreachable");
    http_cancel_now(cancel);
    pthread_join(thread, NULL);
    teardown(&f);
}

/* ---- Against our own server ---- */

static void echo(struct http_exchange *x)
{
    http_reply(x, 200, "text/plain", x->body);
}

static const struct http_route routes[] = {
    { .method = "POST", .pattern = "/echo", .handle = echo },
    { 0 },
};
static const struct http_route *const tables[] = { routes, NULL };

static struct http_server *start_server(struct http_server_options o)
{
    struct err e = { 0 };
    o.tables = tables;
    o.handler_threads = 8;
    struct http_server *server = http_server_start(&o, &e);
    if (!server) print_error("%s\n", e.message);
    assert_non_null(server);
    return server;
}

struct crowd {
    struct http_client *client;
    int port;
    _Atomic int good;
};

static void *ask_often(void *user)
{
    struct crowd *crowd = user;
    AUTO(arena) a = arena_new();
    for (int i = 0; i < 5; i++) {
        struct err e = { 0 };
        struct http_reply reply;
        struct http_over_client over = http_over_client(crowd->client, NULL);
        struct http_request r = { .method = "POST", .purpose = "test.crowd" };
        r.url = str_print(a, "http://127.0.0.1:%d/echo", crowd->port);
        r.body = str_print(a, "%p %d", (void *)&reply, i);
        if (http_send(&over.http, a, &r, &reply, &e) && str_eq(reply.body, r.body))
            atomic_fetch_add(&crowd->good, 1);
    }
    return NULL;
}

static void two_hundred_callers_get_their_own_replies(void **state)
{
    (void)state;
    struct err e = { 0 };
    pthread_t threads[200];
    struct http_server *server =
        start_server((struct http_server_options){ .listen = "127.0.0.1:0" });
    struct crowd crowd = { .client = http_client_new(&(struct http_client_options){ 0 }, &e),
                           .port = http_server_port(server) };
    for (int i = 0; i < 200; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &crowd), 0);
    for (int i = 0; i < 200; i++) pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&crowd.good), 1000);
    AUTO(arena) a = arena_new();
    assert_true(
        str_has(metrics_write(a),
                STR("bedesten_http_out_total{purpose=\"test.crowd\",outcome=\"2xx\"} 1000\n")));
    http_client_free(crowd.client);
    http_server_stop(server, 1000);
}

static bool echo_over(struct http_client *client, struct arena *a, const char *url, struct err *e)
{
    struct http_reply reply;
    struct http_request r = {
        .method = "POST", .url = str_from(url), .body = STR("hi"), .changes_something = true
    };
    *e = (struct err){ 0 };
    if (!http_client_send(client, NULL, a, &r, &reply, e)) return false;
    assert_text(reply.body, "hi");
    return true;
}

static void calls_go_over_the_unix_socket(void **state)
{
    (void)state;
    char path[128];
    struct err e;
    AUTO(arena) a = arena_new();
    AUTO(temp) folder = temp_new();
    temp_path(folder, "control.sock", path);
    struct http_server *server = start_server((struct http_server_options){ .unix_socket = path });
    AUTO(http_client)
    client = http_client_new(&(struct http_client_options){ .unix_socket = path }, &e);
    assert_true(echo_over(client, a, "http://bedesten/echo", &e));
    http_server_stop(server, 1000);
    assert_false(echo_over(client, a, "http://bedesten/echo", &e));
    assert_string_equal(e.code, "http.unreachable");
}

static void tls_is_verified(void **state)
{
    (void)state;
    char cert[128], key[128], url[64], elsewhere[64], plain[64];
    struct err e;
    AUTO(arena) a = arena_new();
    AUTO(temp) folder = temp_new();
    cert_write("DNS:localhost", temp_path(folder, "cert.pem", cert),
               temp_path(folder, "key.pem", key));
    struct http_server *server = start_server((struct http_server_options){
        .listen = "127.0.0.1:0", .tls_certificate = cert, .tls_key = key });
    int port = http_server_port(server);
    snprintf(url, sizeof url, "https://localhost:%d/echo", port);
    snprintf(elsewhere, sizeof elsewhere, "https://127.0.0.1:%d/echo", port);
    snprintf(plain, sizeof plain, "http://localhost:%d/echo", port);
    AUTO(http_client) doubting = http_client_new(&(struct http_client_options){ 0 }, &e);
    assert_false(echo_over(doubting, a, url, &e));
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    assert_string_equal(e.code, "http.tls");
    assert_true(str_has(str_from(e.message), STR("localhost")));
    AUTO(http_client)
    trusting = http_client_new(&(struct http_client_options){ .ca_file = cert }, &e);
    assert_true(echo_over(trusting, a, url, &e));
    assert_true(echo_over(trusting, a, url, &e));
    assert_false(echo_over(trusting, a, elsewhere, &e)); /* a name the certificate does not have */
    assert_string_equal(e.code, "http.tls");
    assert_false(echo_over(trusting, a, plain, &e));
    http_server_stop(server, 1000);
}

static void a_server_with_half_of_tls_does_not_start(void **state)
{
    (void)state;
    char cert[128], key[128];
    struct err e = { 0 };
    AUTO(temp) folder = temp_new();
    cert_write("DNS:localhost", temp_path(folder, "cert.pem", cert),
               temp_path(folder, "key.pem", key));
    struct http_server_options o = { .listen = "127.0.0.1:0",
                                     .tables = tables,
                                     .tls_certificate = cert };
    assert_null(http_server_start(&o, &e));
    assert_string_equal(e.code, "net.tls_file");
    o.tls_key = "/nowhere/key.pem";
    assert_null(http_server_start(&o, &e));
    assert_string_equal(e.code, "net.tls_file");
    assert_true(str_has(str_from(e.message), STR("/nowhere/key.pem")));
    o.tls_key = cert; /* no key in it */
    assert_null(http_server_start(&o, &e));
    assert_string_equal(e.code, "net.start_failed");
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, a_request_goes_out_as_it_was_given);
    SUITE_ROWS(&s, method_goes_out, method_cases);
    SUITE_ROWS(&s, reply_is_judged, reply_cases);
    SUITE_ROWS(&s, request_is_refused, refused_cases);
    SUITE_TEST(&s, a_gzipped_reply_is_unpacked);
    SUITE_TEST(&s, a_gzip_bomb_is_refused);
    SUITE_TEST(&s, an_endless_head_is_refused);
    SUITE_TEST(&s, a_change_is_never_sent_twice);
    SUITE_TEST(&s, a_question_is_asked_again_on_a_fresh_connection);
    SUITE_TEST(&s, a_limited_question_is_asked_once);
    SUITE_TEST(&s, a_closed_port_is_unreachable);
    SUITE_TEST(&s, a_silent_peer_runs_into_the_timeout);
    SUITE_TEST(&s, a_waiting_call_is_cancelled);
    SUITE_TEST(&s, ending_the_client_cancels_what_runs);
    SUITE_TEST(&s, a_call_waits_its_turn_and_no_longer_than_its_time);
    SUITE_TEST(&s, two_hundred_callers_get_their_own_replies);
    SUITE_TEST(&s, calls_go_over_the_unix_socket);
    SUITE_TEST(&s, tls_is_verified);
    SUITE_TEST(&s, a_server_with_half_of_tls_does_not_start);
    log_setup(open("/dev/null", O_WRONLY | O_CLOEXEC), LOG_FORMAT_HUMAN, LOG_ERROR);
    return suite_run(&s, "http_client");
}
