/*
 * Every operation of docs/openapi/bedesten.yaml, asked with success and, where it matters, with a
 * refusal. test/openapi/check.mjs holds the recording against the description.
 */
#include "api/content.h"
#include "net/wire.h"

static struct ask *k;
static struct content c;

static void expect_ok(const struct answer *r, const char *target)
{
    if (r->status >= 200 && r->status < 300) return;
    print_error("%s: %d %.*s\n", target, r->status, STR_ARG(str_cut(r->body, 0, 400)));
    fail();
}

static struct answer get(const char *target)
{
    struct answer r = ask(k, k->tokens[ROLE_SUPER_ADMIN], "GET", target, NULL);
    expect_ok(&r, target);
    return r;
}

static struct answer write_to(const char *method, const char *target, const char *body)
{
    struct answer r = ask(k, k->tokens[ROLE_SUPER_ADMIN], method, target, body);
    expect_ok(&r, target);
    return r;
}

static const char *at(const char *format, int64_t id)
{
    return ask_path(k, format, id);
}

static void people_sign_in_and_out(void **state)
{
    (void)state;
    struct answer made = ask(k, ASK_CONTROL, "POST", "/api/v1/users",
                             "{\"email\":\"yeni@ada.example\",\"name\":\"Yeni\",\"role\":\"admin\","
                             "\"company\":\"Ada Tekstil\",\"password\":\"on karakterden uzun\"}");
    assert_answer(made, 201, NULL);
    struct answer in = ask(k, ASK_NOBODY, "POST", "/api/v1/session",
                           "{\"email\":\"yeni@ada.example\",\"password\":\"on karakterden uzun\"}");
    assert_answer(in, 200, NULL);
    str cookie = answer_header(&in, "Set-Cookie"), pair, rest;
    assert_true(str_split(cookie, ';', &pair, &rest));
    struct answer again = ask_with(k, ASK_NOBODY, "POST", "/api/v1/session/refresh", NULL, "Cookie",
                                   str_cstr(k->h->arena, pair));
    assert_answer(again, 200, NULL);
    str token = answer_text(&again, "access_token");
    struct answer me = ask(k, token, "GET", "/api/v1/session", NULL);
    assert_answer(me, 200, NULL);
    struct answer ticket = ask(k, token, "POST", "/api/v1/session/ticket", NULL);
    assert_answer(ticket, 200, NULL);
    struct answer out = ask(k, token, "DELETE", "/api/v1/session", NULL);
    assert_answer(out, 204, NULL);
    struct answer gone = ask(k, token, "GET", "/api/v1/session", NULL);
    assert_answer(gone, 401, NULL);
    get("/api/v1/users");
}

static void stores_are_shown_and_changed(void **state)
{
    (void)state;
    get("/api/v1/marketplaces");
    get("/api/v1/stores");
    get(at("/api/v1/stores/%lld", c.hook_store));
    write_to("PATCH", at("/api/v1/stores/%lld", c.hook_store),
             "{\"name\":\"Ada Trendyol Üç\",\"settings\":{\"tier\":\"75k\"}}");
    write_to("POST", at("/api/v1/stores/%lld/check", c.hook_store), NULL);
    write_to("POST", at("/api/v1/stores/%lld/pause", c.hook_store), NULL);
    get(at("/api/v1/stores/%lld", c.hook_store));
    write_to("POST", at("/api/v1/stores/%lld/resume", c.hook_store), NULL);
    write_to("POST", at("/api/v1/stores/%lld/schedules/orders/run", c.hook_store), NULL);
}

static void the_catalogue_is_shown_and_changed(void **state)
{
    (void)state;
    get("/api/v1/products?limit=2&q=sal");
    struct answer made = write_to(
        "POST", "/api/v1/products",
        "{\"title\":\"Yün Atkı\",\"brand\":\"Ada\",\"category\":\"Aksesuar\","
        "\"vat_percent\":\"10\",\"variants\":[{\"sku\":\"ATK-1\",\"barcode\":\"8690000009991\","
        "\"name\":\"\",\"price\":{\"amount\":\"349.9\",\"currency\":\"TRY\"},\"cost\":null,"
        "\"safety_stock\":1,\"initial_stock\":7}]}");
    int64_t id = 0, variant = 0;
    assert_true(str_to_i64(answer_text(&made, "id"), &id));
    assert_true(str_to_i64(json_text_at(json_get(made.json, "variants")->first, "id"), &variant));
    get(at("/api/v1/products/%lld", id));
    str body = str_print(k->h->arena,
                         "{\"title\":\"Yün Atkı\",\"variants\":[{\"id\":\"%lld\",\"sku\":\"ATK-1\","
                         "\"price\":{\"amount\":\"359.90\",\"currency\":\"TRY\"}}]}",
                         (long long)variant);
    struct answer kept =
        write_to("PUT", at("/api/v1/products/%lld", id), str_cstr(k->h->arena, body));
    assert_text(answer_text(&kept, "vat_percent"), "10");
    write_to("POST", "/api/v1/stock/edits",
             "{\"note\":\"sayım\",\"edits\":[{\"sku\":\"ATK-1\",\"set\":9},"
             "{\"sku\":\"YOK\",\"add\":1}]}");
    write_to("POST", "/api/v1/stock/edits",
             "{\"dry_run\":true,\"edits\":[{\"sku\":\"ATK-1\",\"add\":-1}]}");
    get(at("/api/v1/variants/%lld/ledger?limit=1", variant));
    struct answer proof = ask(k, ASK_CONTROL, "POST", "/api/v1/ledger/verify", NULL);
    assert_answer(proof, 200, NULL);
    assert_true(json_bool_at(proof.json, "clean", false));
    struct answer shown = ask(k, ASK_CONTROL, "GET", "/api/v1/ledger/ATK-1", NULL);
    assert_answer(shown, 200, NULL);
}

static void listings_are_shown_and_made(void **state)
{
    (void)state;
    get("/api/v1/listings?limit=3");
    get("/api/v1/listings/count?sync=waiting");
    str body = str_print(k->h->arena,
                         "{\"store_id\":\"%lld\",\"sku\":\"BDS-0002\",\"remote_sku\":\"uzak-2\"}",
                         (long long)c.hook_store);
    struct answer made = write_to("POST", "/api/v1/listings", str_cstr(k->h->arena, body));
    int64_t id = 0;
    assert_true(str_to_i64(answer_text(&made, "id"), &id));
    get(at("/api/v1/listings/%lld", id));
    write_to("POST", at("/api/v1/listings/%lld/retry", id), NULL);
    get(at("/api/v1/listings/%lld/explain", id));
    get(at("/api/v1/listings/%lld/explain", k->h->listings[1][3]));
}

static void orders_are_shown_and_worked(void **state)
{
    (void)state;
    get("/api/v1/orders?limit=1&attention=true");
    get("/api/v1/orders?status=NEW&q=10750&from=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z");
    get("/api/v1/orders/count");
    get(at("/api/v1/orders/%lld", c.orders[0]));
    write_to("POST", at("/api/v1/orders/%lld/actions", c.orders[1]),
             "{\"action\":\"acknowledge\"}");
    write_to("POST", at("/api/v1/orders/%lld/settle", c.orders[0]), NULL);
    get("/api/v1/orders/raw/failed");
    write_to("POST", at("/api/v1/orders/raw/%lld/retry", c.failed_raw), NULL);
}

static void traces_are_shown(void **state)
{
    (void)state;
    get("/api/v1/overview");
    get("/api/v1/overview?since=2026-09-01T00:00:00%2B03:00");
    get("/api/v1/calls?status=rate_limited");
    get(at("/api/v1/calls/%lld", c.call));
    get("/api/v1/jobs?limit=2");
    get(at("/api/v1/jobs/%lld", c.job));
    write_to("POST", at("/api/v1/jobs/%lld/retry", c.job), NULL);
    get("/api/v1/events?limit=200");
    get("/api/v1/faults");
    get("/api/v1/faults?all=true&limit=1");
    struct answer faults = get("/api/v1/faults?limit=1");
    int64_t fault = 0;
    assert_true(str_to_i64(json_text_at(json_get(faults.json, "items")->first, "id"), &fault));
    write_to("POST", at("/api/v1/faults/%lld/close", fault), NULL);
}

static void the_system_tells_of_itself(void **state)
{
    (void)state;
    get("/healthz");
    get("/readyz");
    get("/metrics");
    get("/api/v1/openapi.json");
    api_not_ready(k->api, "stopping");
    struct answer r = ask(k, ASK_NOBODY, "GET", "/readyz", NULL);
    assert_answer(r, 503, NULL);
    api_not_ready(k->api, NULL);
}

static void callbacks_are_taken(void **state)
{
    (void)state;
    const char *path = str_cstr(
        k->h->arena, str_print(k->h->arena, "/hooks/trendyol/%.*s", STR_ARG(c.hook_secret)));
    struct answer r = ask_with(k, ASK_NOBODY, "POST", path, "{\"unreadable\":true}", "x-api-key",
                               str_cstr(k->h->arena, c.hook_key));
    assert_answer(r, 200, NULL);
    r = ask(k, ASK_NOBODY, "POST", path, "{}");
    assert_answer(r, 401, "hook.not_theirs");
}

static void refusals_are_problems(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target, *body;
        int status;
    } cases[] = {
        { "GET", "/api/v1/orders/999999", NULL, 404 },
        { "GET", "/api/v1/orders?limit=0", NULL, 400 },
        { "GET", "/api/v1/orders?cursor=bozuk", NULL, 400 },
        { "POST", "/api/v1/products", "{\"title\":\"x\"}", 400 },
        { "POST", "/api/v1/users", "{\"email\":\"a@b.example\",\"password\":\"0123456789\"}", 403 },
        { "POST", "/api/v1/session", "{\"email\":\"a@b.example\",\"password\":\"yanlış\"}", 401 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer r =
            ask(k, k->tokens[ROLE_SUPER_ADMIN], cases[i].method, cases[i].target, cases[i].body);
        assert_answer(r, cases[i].status, NULL);
    }
}

/* A short text frame of a client, and the text of one of the server. */
static void say(int fd, const char *text)
{
    unsigned char frame[64] = { 0x81 };
    size_t len = strlen(text);
    assert_true(len < 50);
    frame[1] = (unsigned char)(0x80 | len); /* masked with zeros */
    memcpy(frame + 6, text, len);
    wire_send(fd, frame, 6 + len);
}

static void read_whole(int fd, unsigned char *to, size_t len)
{
    for (size_t at = 0, got; at < len; at += got) {
        got = wire_recv(fd, to + at, len - at);
        assert_true(got > 0);
    }
}

static void record_message(int fd)
{
    unsigned char head[4];
    read_whole(fd, head, 2);
    size_t len = head[1];
    if (len == 126) {
        read_whole(fd, head + 2, 2);
        len = (size_t)head[2] << 8 | head[3];
    }
    char *text = arena_take(k->h->arena, len + 1);
    read_whole(fd, (unsigned char *)text, len);
    struct json_writer w = json_writer(k->h->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "message", (str){ text, len });
    json_close_object(&w);
    ask_record_line(json_written(&w));
}

/* A reset, since the place is none, then something that happened. */
static void record_messages(int fd)
{
    say(fd, "{\"resume\":\"999999\"}");
    record_message(fd);
    write_to("POST", at("/api/v1/stores/%lld/pause", k->h->stores[0]), NULL);
    record_message(fd);
}

/* The one operation that needs a socket. */
static void a_panel_listens(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct http_server_options o = k->options;
    o.listen = "127.0.0.1:0";
    o.handler_threads = 2;
    struct http_server *s = http_server_start(&o, &e);
    assert_non_null(s);
    struct answer t = ask(k, k->tokens[ROLE_ADMIN], "POST", "/api/v1/session/ticket", NULL);
    str ticket = answer_text(&t, "ticket");
    int fd = wire_connect(http_server_port(s));
    wire_say(fd,
             str_cstr(k->h->arena, str_print(k->h->arena,
                                             "GET /api/v1/live?ticket=%.*s HTTP/1.1\r\nHost: h\r\n"
                                             "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                                             "Sec-WebSocket-Version: 13\r\n"
                                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                                             STR_ARG(ticket))));
    struct answer r = { .status = wire_status(wire_read_reply(k->h->arena, fd)) };
    assert_answer(r, 101, NULL);
    ask_record(k, "GET", STR("/api/v1/live"), &r);
    record_messages(fd);
    close(fd);
    http_server_stop(s, 1000);
}

/* ---- What the program takes at all ---- */

static str route_line(const struct http_route *route)
{
    const struct route_facts *facts = route->facts;
    struct json_writer w = json_writer(k->h->arena);
    json_open_object(&w, NULL);
    json_open_object(&w, "route");
    json_put_cstr(&w, "method", route->method);
    json_put_cstr(&w, "path", route->pattern);
    json_put_bool(&w, "public", facts->access == ACCESS_PUBLIC || facts->access == ACCESS_LOOPBACK);
    json_close_object(&w);
    json_close_object(&w);
    return json_written(&w);
}

static void the_routes_are_listed(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct http_route *const *t = k->options.tables; *t; t++) {
        for (const struct http_route *r = *t; r->method; r++) {
            const struct route_facts *facts = r->facts;
            assert_non_null(facts);
            if (facts->is_inner) continue;
            ask_record_line(route_line(r));
            count++;
        }
    }
    assert_true(count > 40);
}

int main(void)
{
    const char *record = getenv("BEDESTEN_RECORD");
    if (record) fclose(fopen(record, "we"));
    k = ask_new();
    c = content_fill(k);
    struct suite s = { 0 };
    SUITE_TEST(&s, people_sign_in_and_out);
    SUITE_TEST(&s, stores_are_shown_and_changed);
    SUITE_TEST(&s, the_catalogue_is_shown_and_changed);
    SUITE_TEST(&s, listings_are_shown_and_made);
    SUITE_TEST(&s, orders_are_shown_and_worked);
    SUITE_TEST(&s, traces_are_shown);
    SUITE_TEST(&s, the_system_tells_of_itself);
    SUITE_TEST(&s, callbacks_are_taken);
    SUITE_TEST(&s, refusals_are_problems);
    SUITE_TEST(&s, a_panel_listens);
    SUITE_TEST(&s, the_routes_are_listed);
    int failed = suite_run(&s, "contract");
    ask_free(k);
    return failed;
}
