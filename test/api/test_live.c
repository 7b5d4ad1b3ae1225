/* The live feed over real sockets: who is let in, what he is told, and how he catches up. */
#include "api/content.h"
#include "net/wire.h"

static struct ask *k;
static struct http_server *server;

/* ---- A client ---- */

static str ticket_of(str who)
{
    struct answer r = ask(k, who, "POST", "/api/v1/session/ticket", NULL);
    assert_answer(r, 200, NULL);
    return answer_text(&r, "ticket");
}

static int knock(str ticket, const char *origin, int *status)
{
    struct arena *a = k->h->arena;
    int fd = wire_connect(http_server_port(server));
    str head = str_print(a,
                         "GET /api/v1/live?ticket=%.*s HTTP/1.1\r\nHost: hub.example\r\n"
                         "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                         "Sec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s%s\r\n",
                         STR_ARG(ticket), origin ? "Origin: " : "", origin ? origin : "",
                         origin ? "\r\n" : "");
    wire_send(fd, head.at, head.len);
    *status = wire_status(wire_read_reply(a, fd));
    return fd;
}

static void say(int fd, const char *text)
{
    unsigned char frame[256];
    size_t len = strlen(text);
    assert_true(len < 126);
    frame[0] = 0x81;
    frame[1] = (unsigned char)(0x80 | len);
    memcpy(frame + 2, "\x11\x22\x33\x44", 4);
    for (size_t i = 0; i < len; i++)
        frame[6 + i] = (unsigned char)text[i] ^ (unsigned char)(0x11 * (1 + i % 4));
    wire_send(fd, frame, 6 + len);
}

static void read_whole(int fd, unsigned char *to, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t got = wire_recv(fd, to + at, len - at);
        assert_true(got > 0);
        at += got;
    }
}

/* The next frame: its opcode, its text. */
static int hear(int fd, str *text)
{
    unsigned char head[2], more[8];
    read_whole(fd, head, 2);
    size_t len = head[1], extra = len == 126 ? 2 : len == 127 ? 8 : 0;
    read_whole(fd, more, extra);
    if (extra) len = 0;
    for (size_t i = 0; i < extra; i++) len = len << 8 | more[i];
    char *bytes = arena_take(k->h->arena, len + 1);
    read_whole(fd, (unsigned char *)bytes, len);
    *text = (str){ bytes, len };
    return head[0] & 0x0f;
}

static const struct json *hear_json(int fd)
{
    str text;
    const struct json *v = NULL;
    struct err e = { 0 };
    assert_int_equal(hear(fd, &text), 1);
    assert_true(json_parse(k->h->arena, text, NULL, &v, &e));
    return v;
}

static void hear_close(int fd, int code)
{
    str text;
    assert_int_equal(hear(fd, &text), 8);
    assert_true(text.len >= 2);
    assert_int_equal((unsigned char)text.at[0] << 8 | (unsigned char)text.at[1], code);
    close(fd);
}

static int listen_as(str who, const char *resume)
{
    int status;
    int fd = knock(ticket_of(who), NULL, &status);
    assert_int_equal(status, 101);
    say(fd, resume);
    return fd;
}

/* ---- Events ---- */

static int64_t newest(void)
{
    static const struct sql_text sql = {
        .both = "SELECT COALESCE(MAX(id), 0) FROM {p}mp_event WHERE id > ?",
    };
    return house_number(k->h, &sql, 0);
}

static int64_t happen(const struct actor *by, int64_t store, const char *kind, int64_t subject)
{
    struct err e = { 0 };
    assert_true(event_repo_add(k->h->db, by, store, kind, subject, (str){ 0 }, HOUSE_NOW, &e));
    api_ring(k->api);
    return newest();
}

static void assert_event(const struct json *v, int64_t seq, const char *kind)
{
    int64_t seen = 0;
    assert_true(json_i64_at(v, "seq", &seen));
    assert_int_equal(seen, seq);
    assert_text(json_text_at(v, "kind"), kind);
}

static void what_changes_is_told(void **state)
{
    (void)state;
    int fd = listen_as(k->tokens[ROLE_ADMIN], "{\"resume\":null}");
    int64_t seq = happen(&k->h->system, k->h->stores[0], "order.new", 7);
    const struct json *v = hear_json(fd);
    assert_event(v, seq, "order.new");
    assert_text(json_text_at(v, "subject_id"), "7");
    close(fd);
}

/* What happened between the handshake and the first word is not lost. */
static void nothing_falls_between_opening_and_resuming(void **state)
{
    (void)state;
    int status;
    int fd = knock(ticket_of(k->tokens[ROLE_ADMIN]), NULL, &status);
    assert_int_equal(status, 101);
    int64_t seq = happen(&k->h->system, 0, "stock.changed", 1);
    say(fd, "{\"resume\":null}");
    assert_event(hear_json(fd), seq, "stock.changed");
    close(fd);
}

static void what_was_missed_comes_in_order(void **state)
{
    (void)state;
    int64_t before = newest();
    for (int i = 0; i < 5; i++) happen(&k->h->system, 0, "stock.changed", 10 + i);
    int fd = listen_as(
        k->tokens[ROLE_ADMIN],
        str_cstr(k->h->arena, str_print(k->h->arena, "{\"resume\":\"%lld\"}", (long long)before)));
    for (int i = 0; i < 5; i++) assert_event(hear_json(fd), before + 1 + i, "stock.changed");
    int64_t next = happen(&k->h->system, 0, "stock.changed", 99);
    assert_event(hear_json(fd), next, "stock.changed");
    close(fd);
}

static void assert_reset(int fd)
{
    const struct json *v = hear_json(fd);
    assert_true(json_bool_at(v, "reset", false));
    int64_t seq = 0;
    assert_true(json_i64_at(v, "seq", &seq));
    assert_int_equal(seq, newest());
}

static void too_much_missed_is_a_reset(void **state)
{
    (void)state;
    static const struct sql_text many = {
        .both = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)"
                " INSERT INTO {p}mp_event (company_id, store_id, at, kind, subject_id, data)"
                " SELECT ?, 0, 1, 'stock.changed', 1, '{}' FROM n",
    };
    int64_t before = newest();
    house_run(k->h, &many, k->h->company);
    api_ring(k->api);
    int fd = listen_as(
        k->tokens[ROLE_ADMIN],
        str_cstr(k->h->arena, str_print(k->h->arena, "{\"resume\":\"%lld\"}", (long long)before)));
    assert_reset(fd);
    int64_t next = happen(&k->h->system, 0, "stock.changed", 1);
    assert_event(hear_json(fd), next, "stock.changed");
    close(fd);
}

static void a_place_that_never_was_is_a_reset(void **state)
{
    (void)state;
    int fd = listen_as(k->tokens[ROLE_ADMIN], "{\"resume\":\"999999999\"}");
    assert_reset(fd);
    close(fd);
}

static void rows_that_are_gone_are_a_reset(void **state)
{
    (void)state;
    static const struct sql_text forget = { .both = "DELETE FROM {p}mp_event WHERE id < ?" };
    happen(&k->h->system, 0, "stock.changed", 1);
    happen(&k->h->system, 0, "stock.changed", 1);
    house_run(k->h, &forget, newest());
    int fd = listen_as(k->tokens[ROLE_ADMIN], "{\"resume\":\"1\"}");
    assert_reset(fd);
    close(fd);
}

/* ---- Whose it is ---- */

static void everybody_is_told_his_own(void **state)
{
    (void)state;
    struct actor other = actor_system(k->h->other_company);
    int clerk = listen_as(k->clerk, "{\"resume\":null}");
    int stranger = listen_as(k->stranger, "{\"resume\":null}");
    happen(&k->h->system, k->h->stores[1], "order.new", 1); /* the clerk's not */
    int64_t his = happen(&k->h->system, k->h->stores[0], "order.new", 2);
    int64_t all = happen(&k->h->system, 0, "stock.changed", 3);
    int64_t theirs = happen(&other, k->h->other_store, "order.new", 4);
    assert_event(hear_json(clerk), his, "order.new");
    assert_event(hear_json(clerk), all, "stock.changed");
    assert_event(hear_json(stranger), theirs, "order.new");
    close(clerk);
    close(stranger);
}

/* ---- Doors ---- */

static void a_ticket_is_for_one_socket(void **state)
{
    (void)state;
    int status;
    str ticket = ticket_of(k->tokens[ROLE_ADMIN]);
    close(knock(ticket, NULL, &status));
    assert_int_equal(status, 101);
    close(knock(ticket, NULL, &status));
    assert_int_equal(status, 401);
    close(knock(STR("hic"), NULL, &status));
    assert_int_equal(status, 401);
    close(knock((str){ 0 }, NULL, &status));
    assert_int_equal(status, 401);
}

static void another_sites_page_is_not_let_in(void **state)
{
    (void)state;
    int status;
    close(knock(ticket_of(k->tokens[ROLE_ADMIN]), "http://evil.example", &status));
    assert_int_equal(status, 403);
    close(knock(ticket_of(k->tokens[ROLE_ADMIN]), "http://hub.example", &status));
    assert_int_equal(status, 101);
}

static void a_ticket_ends_with_its_session(void **state)
{
    (void)state;
    int status;
    str token = ask_session(k, k->users[ROLE_ADMIN]);
    str ticket = ticket_of(token);
    struct answer r = ask(k, token, "DELETE", "/api/v1/session", NULL);
    assert_answer(r, 204, NULL);
    close(knock(ticket, NULL, &status));
    assert_int_equal(status, 401);
}

static void signing_out_closes_the_socket(void **state)
{
    (void)state;
    str token = ask_session(k, k->users[ROLE_ADMIN]);
    int fd = listen_as(token, "{\"resume\":null}");
    struct answer r = ask(k, token, "DELETE", "/api/v1/session", NULL);
    assert_answer(r, 204, NULL);
    hear_close(fd, 4401);
}

static const struct breach {
    const char *name, *first;
} breaches[] = {
    { "no JSON", "resume" },
    { "no resume", "{}" },
    { "a resume that is no number", "{\"resume\":\"x\"}" },
    { "a resume below zero", "{\"resume\":\"-1\"}" },
    { "a list", "[]" },
    { "twice", NULL },
};

static void who_speaks_otherwise_is_closed(void **state)
{
    const struct breach *b = *state;
    int fd = listen_as(k->tokens[ROLE_ADMIN], b->first ? b->first : "{\"resume\":null}");
    if (!b->first) say(fd, "{\"resume\":null}");
    hear_close(fd, 1008);
}

int main(void)
{
    struct err e = { 0 };
    k = ask_new();
    struct http_server_options o = k->options;
    o.listen = "127.0.0.1:0";
    o.handler_threads = 2;
    server = http_server_start(&o, &e);
    if (!server) return 1;
    struct suite s = { 0 };
    SUITE_TEST(&s, what_changes_is_told);
    SUITE_TEST(&s, nothing_falls_between_opening_and_resuming);
    SUITE_TEST(&s, what_was_missed_comes_in_order);
    SUITE_TEST(&s, too_much_missed_is_a_reset);
    SUITE_TEST(&s, a_place_that_never_was_is_a_reset);
    SUITE_TEST(&s, rows_that_are_gone_are_a_reset);
    SUITE_TEST(&s, everybody_is_told_his_own);
    SUITE_TEST(&s, a_ticket_is_for_one_socket);
    SUITE_TEST(&s, another_sites_page_is_not_let_in);
    SUITE_TEST(&s, a_ticket_ends_with_its_session);
    SUITE_TEST(&s, signing_out_closes_the_socket);
    SUITE_ROWS(&s, who_speaks_otherwise_is_closed, breaches);
    int failed = suite_run(&s, "live");
    http_server_stop(server, 1000);
    ask_free(k);
    return failed;
}
