#include "sandbox/play.h"

#include "sandbox/control.h"
#include "sandbox/trendyol.h"

#define ADDRESSES "GET /sellers/100200/addresses"

static const struct play_case control_cases[] = {
    { "the clock is read, set and moved",
      { { "GET /control/clock", NULL, 200, "now=$now; now_iso=2026-11-22T00:00:00.000Z; speed=0" },
        { "POST /control/clock", "{\"advance_ms\":1500}", 200, "now=1795305601500" },
        { "POST /control/clock", "{\"now\":\"2026-12-01T10:00:00Z\"}", 200, "now=1796119200000" },
        { "POST /control/clock", "{\"now\":5,\"advance_ms\":6}", 200, "now=11" },
        { "POST /control/clock", "{\"speed\":-1}", 400 },
        { "POST /control/clock", "{\"now\":\"tomorrow\"}", 400 },
        { "POST /control/clock", "[", 400, "error~JSON" } } },
    { "two sellers are there from the start, more can be made",
      { { "GET /control/sellers", NULL, 200,
          "sellers.#=2; sellers.0.id=100200; sellers.1.id=100201; sellers.0.tier=50K" },
        { "POST /control/sellers", "{}", 201, "id=100202; tier=50K" },
        { "POST /control/sellers", "{\"id\":7,\"tier\":\"unlimited\"}", 201, "tier=unlimited" },
        { "POST /control/sellers", "{\"id\":7}", 409 },
        { "POST /control/sellers", "{\"tier\":\"1M\"}", 400 },
        { "GET /control/sellers", NULL, 200, "sellers.#=4" } } },
    { "a listing loaded again keeps what is not said",
      { { "POST /control/listings",
          "{\"seller\":100200,\"items\":[{\"barcode\":\"A-1\",\"locked\":true}]}", 201 },
        { "GET /control/books?seller=100200", NULL, 200,
          "sellers.0.listings.0.quantity=10; sellers.0.listings.0.salePrice=199.90; "
          "sellers.0.listings.0.locked=true; sellers.0.listings.#=6" } } },
    { "a list price is never below the sale price",
      { { "GET /control/books?seller=100200", NULL, 200,
          "sellers.0.listings.2.salePrice=10.05; sellers.0.listings.2.listPrice=10.05" } } },
    { "what cannot be loaded is refused by place",
      { { "POST /control/listings",
          "{\"seller\":100200,\"items\":[{\"barcode\":\"N\"},{\"quantity\":1}]}", 400,
          "error~item 1" },
        { "POST /control/listings", "{\"seller\":1,\"items\":[]}", 404 } } },
    { "settings are listed, changed together or not at all",
      { { "GET /control/settings", NULL, 200,
          "window_mode=sliding; batch_delay_min_ms=2000; webhook_passive_after=13; "
          "limits_on=true; tiers.100201=50K" },
        { "POST /control/settings", "{\"limits_on\":false,\"window_mode\":\"round\"}", 400 },
        { "POST /control/settings", "{\"limits_on\":false,\"colour\":1}", 400, "error~colour" },
        { "POST /control/settings", "{\"limits_on\":false,\"tiers\":{\"9\":\"50K\"}}", 400 },
        { "POST /control/settings", "{\"batch_delay_min_ms\":2001}", 400 },
        { "POST /control/settings", "{\"batch_delay_max_ms\":30001}", 400 },
        { "GET /control/settings", NULL, 200, "limits_on=true; batch_delay_min_ms=2000" } } },
    { "every request is kept with its body, status and seller",
      { { ADDRESSES "?x=1", NULL, 200 },
        { "POST /inventory/sellers/100200/products/price-and-inventory", "{\"items\":[]}", 400 },
        { ADDRESSES, NULL, 401, NULL, "nobody" },
        { "GET /control/requests", NULL, 200,
          "count=3; items.#=3; items.0.path=/integration/sellers/100200/addresses?x=1; "
          "items.0.endpoint=addresses; items.0.seller=100200; items.0.at=$now; items.0.status=200; "
          "items.1.method=POST; items.1.body={\"items\":[]}; items.1.body_size=12; "
          "items.1.status=400; items.2.seller=null; items.2.status=401" },
        { "GET /control/requests?after=1&limit=1", NULL, 200,
          "items.#=1; items.0.number=2; next_after=2" },
        { "GET /control/requests?endpoint=offers.push", NULL, 200, "items.#=1; next_after=3" },
        { "GET /control/requests?seller=100201", NULL, 200, "items.#=0; next_after=3" } } },
    { "books can leave orders out or show some",
      { { "POST /control/orders",
          "{\"seller\":100200,\"count\":4,\"lines\":[{\"barcode\":\"A-1\"}]}", 201 },
        { "GET /control/books?seller=100200", NULL, 200, "sellers.#=1; sellers.0.orders.#=4" },
        { "GET /control/books", NULL, 200, "sellers.#=2" },
        { "GET /control/books?orders=false", NULL, 200, "sellers.0.orders.#=0" },
        { "GET /control/books?orders_from=3&orders_limit=5", NULL, 200,
          "sellers.0.orders.#=1; sellers.0.counts.orders=4" } } },
    { "a rate needs a number and listings",
      { { "POST /control/orders/rate", "{}", 400 },
        { "POST /control/orders/rate", "{\"per_second\":1,\"seconds\":0}", 400 },
        { "POST /control/orders/rate", "{\"per_second\":1,\"barcodes\":[\"NONE\"]}", 409 },
        { "GET /control/orders/rate", NULL, 200, "running=false; made=0" } } },
    { "orders need a seller, lines and a count in bounds",
      { { "POST /control/orders", "{\"seller\":5}", 404 },
        { "POST /control/orders", "{\"seller\":100200}", 400 },
        { "POST /control/orders", "{\"seller\":100200,\"count\":0}", 400 },
        { "GET /control/orders/1", NULL, 404 } } },
};

static void unknown_marketplaces_and_taken_ports_are_refused(void **state)
{
    struct err e = { 0 };
    struct play p;
    (void)state;
    assert_null(sandbox_start(&(struct sandbox_options){ "atlantis", "127.0.0.1:0", 1 }, &e));
    assert_int_equal(e.kind, ERR_INVALID);
    assert_non_null(strstr(e.message, "trendyol"));
    play_start(&p, true);
    str taken = str_print(p.arena, "127.0.0.1:%d", sandbox_port(p.sandbox));
    struct sandbox_options again = { "trendyol", str_cstr(p.arena, taken), 1 };
    assert_null(sandbox_start(&again, &e));
    play_end(&p);
}

static void sellers_follow_from_the_seed(void **state)
{
    struct play p, q;
    struct err e = { 0 };
    struct http_reply reply;
    (void)state;
    play_start(&p, true);
    play_start(&q, true);
    assert_true(str_eq(p.secrets[0], q.secrets[0]));
    assert_false(str_eq(p.secrets[0], p.secrets[1]));
    sandbox_stop(q.sandbox);
    q.sandbox = sandbox_start(&(struct sandbox_options){ "trendyol", "127.0.0.1:0", 8 }, &e);
    assert_non_null(q.sandbox);
    assert_true(play_send(&q, &(struct step){ "GET /control/sellers" }, &reply));
    str key = str_cut(p.secrets[0], 0, 20);
    assert_false(str_has(reply.body, key));
    play_end(&p);
    play_end(&q);
}

static void receipt_is_timed_by_the_machines_clock(void **state)
{
    struct play p;
    struct http_reply reply;
    const struct json *body = NULL;
    int64_t received = 0, before = mono_us();
    (void)state;
    play_start(&p, true);
    play_step(&p, &(struct step){ ADDRESSES, NULL, 200 });
    assert_true(play_send(&p, &(struct step){ "GET /control/requests" }, &reply));
    assert_true(json_parse(p.arena, reply.body, NULL, &body, NULL));
    assert_true(json_i64(json_get(json_get(body, "items")->first, "mono_us"), &received));
    assert_true(received >= before && received <= mono_us());
    play_end(&p);
}

/* Asks until the rate has ended; its own time is short. */
static void wait_for_rate(struct play *p, const char *see)
{
    struct http_reply reply;
    int64_t give_up = mono_ms() + 20000;
    do {
        assert_true(play_send(p, &(struct step){ "GET /control/orders/rate" }, &reply));
        assert_true(mono_ms() < give_up);
    } while (str_has(reply.body, STR("\"running\":true")));
    play_step(p, &(struct step){ "GET /control/orders/rate", NULL, 200, see });
}

static void orders_come_at_a_rate_until_their_count(void **state)
{
    struct play p;
    (void)state;
    play_start(&p, true);
    play_step(&p, &(struct step){ "POST /control/listings",
                                  "{\"seller\":100201,\"items\":[{\"barcode\":\"R-1\","
                                  "\"quantity\":100000},{\"barcode\":\"R-2\",\"quantity\":0}]}",
                                  201 });
    play_step(&p, &(struct step){ "POST /control/orders/rate",
                                  "{\"per_second\":20000,\"sellers\":[100201],"
                                  "\"barcodes\":[\"R-1\"],\"until_count\":400}",
                                  200, "listings=1" });
    wait_for_rate(&p, "made=400; refused=0");
    play_step(&p, &(struct step){ "GET /control/books?seller=100201&orders=false", NULL, 200,
                                  "sellers.0.counts.orders=400" });
    play_step(&p, &(struct step){ "POST /control/orders/rate",
                                  "{\"per_second\":1000,\"barcodes\":[\"R-2\"],\"seconds\":0.05}",
                                  200 });
    wait_for_rate(&p, "made=0; refused=50");
    play_step(&p, &(struct step){ "POST /control/orders/rate", "{\"per_second\":100000}", 200,
                                  "running=true" });
    play_step(&p, &(struct step){ "POST /control/orders/rate", "{\"per_second\":0}", 200,
                                  "running=false" });
    play_end(&p);
}

static void a_running_clock_moves_and_can_be_sped_up(void **state)
{
    struct play p;
    struct http_reply reply;
    const struct json *body = NULL;
    struct clock real = { 0 };
    utc_ms now = 0, fast = 0;
    (void)state;
    play_start(&p, false);
    assert_true(play_send(&p, &(struct step){ "GET /control/clock" }, &reply));
    assert_true(json_parse(p.arena, reply.body, NULL, &body, NULL));
    assert_true(json_i64_at(body, "now", &now) && now <= clock_now(&real) && now > PLAY_NOW / 2);
    play_step(&p,
              &(struct step){ "POST /control/clock", "{\"speed\":100000}", 200, "speed=100000" });
    int64_t since = mono_ms();
    while (mono_ms() < since + 5) {}
    assert_true(play_send(&p, &(struct step){ "GET /control/clock" }, &reply));
    assert_true(json_parse(p.arena, reply.body, NULL, &body, NULL));
    assert_true(json_i64_at(body, "now", &fast) && fast >= now + 300000);
    play_end(&p);
}

/* Whether the described API has the method under the path; only its indentation is read. */
static bool is_described(str yaml, str path, str method)
{
    bool is_here = false;
    str line;
    while (str_next(&yaml, '\n', &line)) {
        if (str_starts(line, STR("  /")))
            is_here = str_eq(str_cut(line, 2, line.len - 3), path) && str_ends(line, STR(":"));
        if (is_here && str_starts(line, STR("    ")) && str_ends(line, STR(":")) &&
            str_eq_nocase(str_cut(line, 4, line.len - 5), method))
            return true;
    }
    return false;
}

static size_t count_described(str yaml)
{
    static const char *const methods[] = { "    get:", "    post:", "    put:", "    delete:" };
    size_t count = 0;
    str line;
    while (str_next(&yaml, '\n', &line))
        for (size_t i = 0; i < 4; i++) count += str_eq(line, str_from(methods[i]));
    return count;
}

static str read_description(struct arena *a)
{
    str here = str_from(play_file()), tail = STR("test/sandbox/play.h");
    assert_true(str_ends(here, tail));
    str path = str_print(a, "%.*sdocs/openapi/sandbox.yaml", (int)(here.len - tail.len), here.at);
    FILE *f = fopen(str_cstr(a, path), "re");
    assert_non_null(f);
    char *text = arena_take(a, 1 << 20);
    size_t len = fread(text, 1, 1 << 20, f);
    fclose(f);
    return (str){ text, len };
}

static void every_control_route_is_described_and_none_else(void **state)
{
    const struct http_route *const tables[] = { control_routes, trendyol_control_routes };
    AUTO(arena) a = arena_new();
    str yaml = read_description(a);
    size_t count = 0;
    (void)state;
    for (size_t t = 0; t < 2; t++) {
        for (const struct http_route *r = tables[t]; r->method; r++, count++)
            if (!is_described(yaml, str_from(r->pattern), str_from(r->method)))
                fail_msg("%s %s is not described", r->method, r->pattern);
    }
    assert_int_equal(count_described(yaml), count);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, play_run, control_cases);
    SUITE_TEST(&s, unknown_marketplaces_and_taken_ports_are_refused);
    SUITE_TEST(&s, sellers_follow_from_the_seed);
    SUITE_TEST(&s, receipt_is_timed_by_the_machines_clock);
    SUITE_TEST(&s, orders_come_at_a_rate_until_their_count);
    SUITE_TEST(&s, every_control_route_is_described_and_none_else);
    SUITE_TEST(&s, a_running_clock_moves_and_can_be_sped_up);
    return suite_run(&s, "sandbox control");
}
