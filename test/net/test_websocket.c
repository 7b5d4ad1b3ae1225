#include "net/websocket.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <curl/curl.h>

#include "base/log.h"
#include "net/cert.h"
#include "net/http_server.h"
#include "net/wire.h"
#include "support/temp.h"

/* ---- The server's side: what a socket's user sees ---- */

struct seat {
    struct ws_socket *socket; /* under `lock` */
    _Atomic int opened, texts, closed;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct seat seat;

static void on_opened(struct ws_socket *s, void *user)
{
    assert_ptr_equal(user, &seat);
    assert_ptr_equal(ws_user(s), &seat);
    pthread_mutex_lock(&lock);
    seat.socket = s;
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&seat.opened, 1);
}

/* "close" closes, all else comes back. */
static void on_text(struct ws_socket *s, str message)
{
    atomic_fetch_add(&seat.texts, 1);
    struct ws_frame *f = ws_frame_new(message);
    ws_send(s, f);
    ws_frame_release(f);
    if (str_eq(message, STR("close"))) ws_close(s, 1000, "as you wish");
}

static void on_closed(struct ws_socket *s)
{
    pthread_mutex_lock(&lock);
    if (seat.socket == s) seat.socket = NULL;
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&seat.closed, 1);
}

static const struct ws_events events = { on_opened, on_text, on_closed };

static void accept_socket(struct http_exchange *x)
{
    if (http_query_has(x, "stranger")) {
        http_reply(x, 401, "text/plain", STR("who?"));
        return;
    }
    str offered = http_header(x->headers, x->header_count, "Sec-WebSocket-Protocol"), first;
    if (str_next(&offered, ',', &first))
        http_reply_header(x, "Sec-WebSocket-Protocol", str_trim(first));
    x->socket_user = &seat;
    x->status = 101;
}

static const struct http_route routes[] = {
    { .method = "GET", .pattern = "/live", .handle = accept_socket, .websocket = &events },
    { 0 },
};
static const struct http_route *const tables[] = { routes, NULL };

struct fixture {
    struct http_server *server;
    struct arena *arena;
    int port;
};

static struct fixture start(int ping_ms)
{
    struct http_server_options o = {
        .listen = "127.0.0.1:0", .tables = tables, .handler_threads = 2, .ws_ping_ms = ping_ms
    };
    struct err e = { 0 };
    struct fixture f = { .server = http_server_start(&o, &e), .arena = arena_new() };
    assert_non_null(f.server);
    f.port = http_server_port(f.server);
    atomic_store(&seat.opened, 0);
    atomic_store(&seat.texts, 0);
    atomic_store(&seat.closed, 0);
    return f;
}

/* Whatever was opened is closed by the stop at the latest. */
static void stop(struct fixture *f)
{
    http_server_stop(f->server, 1000);
    assert_int_equal(atomic_load(&seat.opened), atomic_load(&seat.closed));
    arena_free(f->arena);
}

static void wait_for(_Atomic int *counter, int count)
{
    for (int i = 0; i < 5000 && atomic_load(counter) < count; i++) poll(NULL, 0, 2);
    assert_int_equal(atomic_load(counter), count);
}

/* ---- The client's side ---- */

#define UPGRADE                                                                                    \
    "GET /live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

static int open_live(struct fixture *f)
{
    int fd = wire_connect(f->port);
    wire_say(fd, UPGRADE KEY VERSION "\r\n");
    assert_true(str_starts(wire_read_reply(f->arena, fd), STR("HTTP/1.1 101 ")));
    return fd;
}

/* A masked frame, as clients send; `first` is FIN, RSV and opcode. */
static void send_frame(int fd, int first, str payload)
{
    unsigned char *frame = malloc(payload.len + 14);
    assert_non_null(frame);
    size_t head = payload.len < 126 ? 2 : payload.len <= 65535 ? 4 : 10;
    frame[0] = (unsigned char)first;
    frame[1] = (unsigned char)(0x80 | (head == 2 ? payload.len : head == 4 ? 126 : 127));
    for (size_t i = 2; i < head; i++)
        frame[i] = (unsigned char)((uint64_t)payload.len >> (8 * (head - 1 - i)));
    memcpy(frame + head, "\x11\x22\x33\x44", 4);
    for (size_t i = 0; i < payload.len; i++)
        frame[head + 4 + i] = (unsigned char)payload.at[i] ^ (unsigned char)(0x11 * (1 + i % 4));
    wire_send(fd, frame, head + 4 + payload.len);
    free(frame);
}

static bool recv_whole(int fd, unsigned char *to, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t got = wire_recv(fd, to + at, len - at);
        if (got == 0) return false;
        at += got;
    }
    return true;
}

/* The next frame: its first byte, 0 at the end of the stream. */
static int read_frame(struct arena *a, int fd, str *payload)
{
    unsigned char head[2], more[8];
    *payload = (str){ 0 };
    if (!recv_whole(fd, head, 2)) return 0;
    assert_int_equal(head[1] & 0x80, 0); /* servers do not mask */
    uint64_t len = head[1];
    size_t extra = len == 126 ? 2 : len == 127 ? 8 : 0;
    assert_true(recv_whole(fd, more, extra));
    if (extra > 0) len = 0;
    for (size_t i = 0; i < extra; i++) len = len << 8 | more[i];
    char *bytes = arena_take(a, (size_t)len + 1);
    assert_true(recv_whole(fd, (unsigned char *)bytes, (size_t)len));
    *payload = (str){ bytes, (size_t)len };
    return head[0];
}

static void assert_frame(struct fixture *f, int fd, int first, const char *text)
{
    str payload;
    assert_int_equal(read_frame(f->arena, fd, &payload), first);
    assert_text(payload, text);
}

/* The next frame closes with the code (0: with none), and then the connection ends. */
static void assert_closed(struct fixture *f, int fd, int code)
{
    str payload;
    char c;
    assert_int_equal(read_frame(f->arena, fd, &payload), 0x88);
    assert_int_equal(payload.len >= 2, code != 0);
    if (code != 0)
        assert_int_equal((unsigned char)payload.at[0] << 8 | (unsigned char)payload.at[1], code);
    send_frame(fd, 0x88, str_cut(payload, 0, 2));
    assert_int_equal(wire_recv(fd, &c, 1), 0);
}

static str repeat(struct arena *a, char c, size_t len)
{
    char *text = arena_take(a, len + 1);
    memset(text, c, len);
    return (str){ text, len };
}

/* ---- The handshake ---- */

static const struct shake_case {
    const char *name, *request;
    int status;
    const char *says; /* a line of the reply; NULL: none */
} shake_cases[] = {
    { "the key of RFC 6455 gets its answer", UPGRADE KEY VERSION "\r\n", 101,
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" },
    { "the first protocol offered is taken",
      UPGRADE KEY VERSION "Sec-WebSocket-Protocol: v1.bedesten, v0\r\n\r\n", 101,
      "Sec-WebSocket-Protocol: v1.bedesten\r\n" },
    { "the handler may refuse",
      "GET /live?stranger HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, "
      "close\r\n" KEY VERSION "\r\n",
      401, NULL },
    { "another version is told which", UPGRADE KEY "Sec-WebSocket-Version: 8\r\n\r\n", 426,
      "Sec-WebSocket-Version: 13\r\n" },
    { "no version is told which", UPGRADE KEY "\r\n", 426, "Sec-WebSocket-Version: 13\r\n" },
    { "a plain GET is told to upgrade", "GET /live HTTP/1.1\r\nHost: a\r\n\r\n", 426,
      "Upgrade: websocket\r\n" },
    { "another upgrade is told which",
      "GET /live HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n" KEY VERSION "\r\n",
      426, "Upgrade: websocket\r\n" },
    { "no key is refused", UPGRADE VERSION "\r\n", 400, NULL },
    { "two keys are refused", UPGRADE KEY KEY VERSION "\r\n", 400, NULL },
    { "a short key is refused", UPGRADE "Sec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n" VERSION "\r\n",
      400, NULL },
    { "a key that is no base64 is refused",
      UPGRADE "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q==\r\n" VERSION "\r\n", 400, NULL },
    { "a key with stray bits is refused",
      UPGRADE "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n" VERSION "\r\n", 400, NULL },
    { "HTTP/1.0 cannot upgrade",
      "GET /live HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" KEY VERSION
      "\r\n",
      426, NULL },
    { "a body is refused", UPGRADE KEY VERSION "Content-Length: 1\r\n\r\na", 400, NULL },
};

static void handshake_is_judged(void **state)
{
    const struct shake_case *c = *state;
    struct fixture f = start(0);
    int fd = wire_connect(f.port);
    wire_say(fd, c->request);
    str reply = wire_read_reply(f.arena, fd);
    assert_int_equal(wire_status(reply), c->status);
    if (c->says) assert_true(str_has(reply, str_from(c->says)));
    close(fd);
    if (c->status == 101) wait_for(&seat.closed, 1);
    stop(&f);
}

/* ---- Messages ---- */

static void a_text_comes_back(void **state)
{
    (void)state;
    struct fixture f = start(0);
    int fd = open_live(&f);
    send_frame(fd, 0x81, STR("merhaba"));
    assert_frame(&f, fd, 0x81, "merhaba");
    send_frame(fd, 0x81, STR(""));
    assert_frame(&f, fd, 0x81, "");
    close(fd);
    wait_for(&seat.closed, 1);
    stop(&f);
}

static void long_texts_come_back_whole(void **state)
{
    (void)state;
    static const size_t lengths[] = { 125, 126, 65535, 65536 };
    struct fixture f = start(0);
    int fd = open_live(&f);
    for (size_t i = 0; i < 4; i++) {
        str text = repeat(f.arena, (char)('a' + (int)i), lengths[i]), back;
        send_frame(fd, 0x81, text);
        assert_int_equal(read_frame(f.arena, fd, &back), 0x81);
        assert_true(str_eq(text, back));
    }
    close(fd);
    stop(&f);
}

static void fragments_are_joined_round_a_ping(void **state)
{
    (void)state;
    struct fixture f = start(0);
    int fd = open_live(&f);
    send_frame(fd, 0x01, STR("one "));
    send_frame(fd, 0x00, STR("two "));
    send_frame(fd, 0x89, STR("still there?"));
    send_frame(fd, 0x80, STR("three"));
    assert_frame(&f, fd, 0x8A, "still there?");
    assert_frame(&f, fd, 0x81, "one two three");
    close(fd);
    stop(&f);
}

static void a_message_right_behind_the_head_is_read(void **state)
{
    (void)state;
    struct fixture f = start(0);
    int fd = wire_connect(f.port);
    wire_say(fd, UPGRADE KEY VERSION "\r\n\x81\x82\x11\x22\x33\x44\x79\x4b"); /* "hi" */
    assert_int_equal(wire_status(wire_read_reply(f.arena, fd)), 101);
    assert_frame(&f, fd, 0x81, "hi");
    close(fd);
    stop(&f);
}

/* ---- Closing ---- */

static void the_client_closes(void **state)
{
    (void)state;
    struct fixture f = start(0);
    int fd = open_live(&f);
    send_frame(fd, 0x88, STR("\x03\xE8"));
    assert_closed(&f, fd, 1000);
    wait_for(&seat.closed, 1);
    close(fd);
    stop(&f);
}

static void the_server_closes_after_what_it_sent(void **state)
{
    (void)state;
    struct fixture f = start(0);
    int fd = open_live(&f);
    send_frame(fd, 0x81, STR("close"));
    assert_frame(&f, fd, 0x81, "close");
    assert_closed(&f, fd, 1000);
    wait_for(&seat.closed, 1);
    close(fd);
    stop(&f);
}

static const struct breach_case {
    const char *name;
    int first;
    const char *payload;
    size_t repeat; /* of the payload's first byte; 0: the payload itself */
    int code;
} breach_cases[] = {
    { "a message over 64 KB closes with 1009", 0x81, "x", 65537, 1009 },
    { "bytes that are no UTF-8 close with 1007", 0x81, "\xC3\x28", 0, 1007 },
    { "a binary message closes with 1003", 0x82, "\x01", 0, 1003 },
    { "a reserved bit closes with 1002", 0xC1, "a", 0, 1002 },
    { "an unknown opcode closes with 1002", 0x83, "a", 0, 1002 },
    { "a continuation of nothing closes with 1002", 0x80, "a", 0, 1002 },
    { "a ping in pieces closes", 0x09, "a", 0, 0 },
};

static void breaches_close(void **state)
{
    const struct breach_case *c = *state;
    struct fixture f = start(0);
    int fd = open_live(&f);
    str payload = c->repeat ? repeat(f.arena, c->payload[0], c->repeat) : str_from(c->payload);
    send_frame(fd, c->first, payload);
    assert_closed(&f, fd, c->code);
    assert_int_equal(atomic_load(&seat.texts), 0);
    close(fd);
    wait_for(&seat.closed, 1);
    stop(&f);
}

static void fragments_over_64_kb_together_close_with_1009(void **state)
{
    (void)state;
    struct fixture f = start(0);
    int fd = open_live(&f);
    str half = repeat(f.arena, 'x', 40000);
    send_frame(fd, 0x01, half);
    send_frame(fd, 0x80, half);
    assert_closed(&f, fd, 1009);
    close(fd);
    stop(&f);
}

/* Sends from this thread as the house does: while the socket is open. */
static bool send_to_seat(struct ws_frame *frame)
{
    pthread_mutex_lock(&lock);
    bool sent = seat.socket && ws_send(seat.socket, frame);
    pthread_mutex_unlock(&lock);
    return sent;
}

static void a_slow_reader_is_closed_with_1013(void **state)
{
    (void)state;
    struct fixture f = start(0);
    int fd = open_live(&f), sent = 0, got = 0, first;
    wait_for(&seat.opened, 1);
    str text = repeat(f.arena, 'x', 16000), payload;
    struct ws_frame *frame = ws_frame_new(text);
    while (send_to_seat(frame)) assert_true(++sent < 2000); /* it reads nothing */
    ws_frame_release(frame);
    assert_true(sent >= 16);
    while ((first = read_frame(f.arena, fd, &payload)) == 0x81) {
        assert_true(str_eq(payload, text)); /* whole frames only */
        got++;
    }
    assert_int_equal(first, 0x88);
    assert_int_equal((unsigned char)payload.at[0] << 8 | (unsigned char)payload.at[1], 1013);
    assert_true(got < sent);
    close(fd);
    wait_for(&seat.closed, 1);
    stop(&f);
}

/* ---- Pings ---- */

static void pings_are_sent_and_answers_keep_it_open(void **state)
{
    (void)state;
    struct fixture f = start(400); /* two of them are longer than a busy machine holds us up */
    int fd = open_live(&f);
    for (int i = 0; i < 6; i++) {
        assert_frame(&f, fd, 0x89, "");
        send_frame(fd, 0x8A, STR(""));
    }
    send_frame(fd, 0x81, STR("here"));
    str payload;
    int first;
    while ((first = read_frame(f.arena, fd, &payload)) == 0x89) send_frame(fd, 0x8A, STR(""));
    assert_int_equal(first, 0x81);
    close(fd);
    stop(&f);
}

static void two_pings_without_answer_end_it(void **state)
{
    (void)state;
    char c;
    struct fixture f = start(30);
    int fd = open_live(&f);
    assert_frame(&f, fd, 0x89, "");
    assert_frame(&f, fd, 0x89, "");
    assert_int_equal(wire_recv(fd, &c, 1), 0);
    wait_for(&seat.closed, 1);
    close(fd);
    stop(&f);
}

static void a_flood_of_pings_that_is_not_read_ends_it(void **state)
{
    (void)state;
    struct fixture f = start(0);
    int fd = wire_connect(f.port), small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    wire_say(fd, UPGRADE KEY VERSION "\r\n");
    assert_int_equal(wire_status(wire_read_reply(f.arena, fd)), 101);
    str payload = repeat(f.arena, 'p', 125);
    for (int i = 0; i < 200000 && atomic_load(&seat.closed) == 0; i++)
        send_frame(fd, 0x89, payload);
    wait_for(&seat.closed, 1);
    close(fd);
    stop(&f);
}

/* ---- Many, and the end ---- */

static void one_frame_goes_to_many(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    int fds[COUNT];
    struct ws_socket *sockets[COUNT];
    struct fixture f = start(0);
    for (int i = 0; i < COUNT; i++) {
        fds[i] = open_live(&f);
        wait_for(&seat.opened, i + 1);
        sockets[i] = seat.socket;
    }
    struct ws_frame *frame = ws_frame_new(STR("all of you"));
    for (int i = 0; i < COUNT; i++) assert_true(ws_send(sockets[i], frame));
    ws_frame_release(frame);
    for (int i = 0; i < COUNT; i++) assert_frame(&f, fds[i], 0x81, "all of you");
    for (int i = 0; i < COUNT; i++) close(fds[i]);
    wait_for(&seat.closed, COUNT);
    stop(&f);
}

static void *stop_server(void *server)
{
    http_server_stop(server, 5000);
    return NULL;
}

static void a_stop_closes_with_1001(void **state)
{
    (void)state;
    pthread_t thread;
    struct fixture f = start(0);
    int fd = open_live(&f), deaf = open_live(&f);
    wait_for(&seat.opened, 2);
    assert_int_equal(pthread_create(&thread, NULL, stop_server, f.server), 0);
    assert_closed(&f, fd, 1001);
    close(deaf);
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&seat.closed), 2);
    close(fd);
    arena_free(f.arena);
}

static void a_stop_does_not_wait_for_the_deaf(void **state)
{
    (void)state;
    struct fixture f = start(0);
    int deaf = open_live(&f);
    wait_for(&seat.opened, 1);
    int64_t begun = mono_ms();
    http_server_stop(f.server, 0);
    assert_in_range(mono_ms() - begun, 0, 3000);
    assert_int_equal(atomic_load(&seat.closed), 1);
    close(deaf);
    arena_free(f.arena);
}

/* ---- Over TLS: MHD puts a pair of sockets between us and the client ---- */

static size_t tls_recv(CURL *easy, char *to, size_t room)
{
    curl_socket_t fd;
    size_t got = 0;
    CURLcode result;
    assert_int_equal(curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd), CURLE_OK);
    while ((result = curl_easy_recv(easy, to, room, &got)) == CURLE_AGAIN)
        assert_int_equal(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, WIRE_WAIT_MS), 1);
    return result == CURLE_OK ? got : 0;
}

static void tls_expect(CURL *easy, const char *bytes, size_t len)
{
    char seen[64];
    assert_in_range(len, 1, sizeof seen);
    for (size_t at = 0; at < len;) {
        size_t got = tls_recv(easy, seen + at, len - at);
        assert_in_range(got, 1, len - at);
        at += got;
    }
    assert_memory_equal(seen, bytes, len);
}

static void tls_send(CURL *easy, const char *bytes, size_t len)
{
    size_t sent;
    assert_int_equal(curl_easy_send(easy, bytes, len, &sent), CURLE_OK);
    assert_int_equal(sent, len);
}

static void a_text_comes_back_over_tls(void **state)
{
    (void)state;
    char cert[128], key[128], url[64], c[256];
    struct err e = { 0 };
    AUTO(temp) folder = temp_new();
    cert_write("IP:127.0.0.1", temp_path(folder, "cert.pem", cert),
               temp_path(folder, "key.pem", key));
    struct http_server *server = http_server_start(
        &(struct http_server_options){
            .listen = "127.0.0.1:0", .tables = tables, .tls_certificate = cert, .tls_key = key },
        &e);
    assert_non_null(server);
    atomic_store(&seat.closed, 0);
    snprintf(url, sizeof url, "https://127.0.0.1:%d", http_server_port(server));
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_CAINFO, cert);
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    assert_int_equal(curl_easy_perform(easy), CURLE_OK);
    tls_send(easy, UPGRADE KEY VERSION "\r\n", sizeof(UPGRADE KEY VERSION "\r\n") - 1);
    for (size_t i = 0; i < 4 || memcmp(c + i - 4, "\r\n\r\n", 4) != 0; i++) {
        assert_in_range(i, 0, sizeof c - 1);
        assert_int_equal(tls_recv(easy, c + i, 1), 1);
    }
    assert_memory_equal(c, "HTTP/1.1 101 ", 13);
    tls_send(easy, "\x81\x82\x11\x22\x33\x44\x79\x4b", 8);
    tls_expect(easy, "\x81\x02hi", 4);
    tls_send(easy, "\x88\x82\x00\x00\x00\x00\x03\xE8", 8);
    tls_expect(easy, "\x88\x02\x03\xE8", 4);
    assert_int_equal(tls_recv(easy, c, 1), 0);
    wait_for(&seat.closed, 1);
    curl_easy_cleanup(easy);
    http_server_stop(server, 1000);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, handshake_is_judged, shake_cases);
    SUITE_ROWS(&s, breaches_close, breach_cases);
    SUITE_TEST(&s, a_text_comes_back);
    SUITE_TEST(&s, long_texts_come_back_whole);
    SUITE_TEST(&s, fragments_are_joined_round_a_ping);
    SUITE_TEST(&s, a_message_right_behind_the_head_is_read);
    SUITE_TEST(&s, the_client_closes);
    SUITE_TEST(&s, the_server_closes_after_what_it_sent);
    SUITE_TEST(&s, fragments_over_64_kb_together_close_with_1009);
    SUITE_TEST(&s, a_slow_reader_is_closed_with_1013);
    SUITE_TEST(&s, pings_are_sent_and_answers_keep_it_open);
    SUITE_TEST(&s, two_pings_without_answer_end_it);
    SUITE_TEST(&s, a_flood_of_pings_that_is_not_read_ends_it);
    SUITE_TEST(&s, one_frame_goes_to_many);
    SUITE_TEST(&s, a_text_comes_back_over_tls);
    SUITE_TEST(&s, a_stop_closes_with_1001);
    SUITE_TEST(&s, a_stop_does_not_wait_for_the_deaf);
    log_setup(open("/dev/null", O_WRONLY | O_CLOEXEC), LOG_FORMAT_HUMAN, LOG_ERROR);
    return suite_run(&s, "websocket");
}
