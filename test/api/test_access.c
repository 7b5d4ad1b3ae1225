/*
 * Every route as every role, as nobody, over the control socket, and as the administrator of another
 * company; and what a clerk with one store sees of the other. What must come follows from what the
 * route says of itself, so a route that says too little is found by the table below.
 */
#include "api/content.h"

static struct ask *k;
static struct content c;

/* What each right lets its holder do: a second hand's list, to hold the routes' own against. */
static const struct promise {
    const char *method, *pattern;
    enum access access;
    unsigned right;
    /* How to ask for a thing of company A: the path, and a body that is read without complaint. */
    const char *target;
    int64_t *id;
    const char *body;
    bool is_of_company; /* a stranger finds nothing */
} promises[] = {
    { "POST", "/api/v1/session", ACCESS_PUBLIC, 0, "/api/v1/session", NULL, NULL, false },
    { "GET", "/api/v1/session", ACCESS_PERSON, 0, "/api/v1/session", NULL, NULL, false },
    { "POST", "/api/v1/session/refresh", ACCESS_PUBLIC, 0, "/api/v1/session/refresh", NULL, NULL,
      false },
    { "POST", "/api/v1/session/ticket", ACCESS_PERSON, RIGHT_SEE, "/api/v1/session/ticket", NULL,
      NULL, false },
    { "GET", "/api/v1/overview", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/overview", NULL, NULL,
      false },
    { "GET", "/api/v1/marketplaces", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/marketplaces", NULL,
      NULL, false },
    { "GET", "/api/v1/stores", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/stores", NULL, NULL, false },
    { "POST", "/api/v1/stores", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES, "/api/v1/stores", NULL, "{}",
      false },
    { "GET", "/api/v1/stores/{id}", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/stores/%lld",
      &c.hook_store, NULL, true },
    { "PATCH", "/api/v1/stores/{id}", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES, "/api/v1/stores/%lld",
      &c.hook_store, "{}", true },
    { "POST", "/api/v1/stores/{id}/check", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES,
      "/api/v1/stores/%lld/check", &c.hook_store, NULL, true },
    { "POST", "/api/v1/stores/{id}/pause", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES,
      "/api/v1/stores/%lld/pause", &c.hook_store, NULL, true },
    { "POST", "/api/v1/stores/{id}/resume", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES,
      "/api/v1/stores/%lld/resume", &c.hook_store, NULL, true },
    { "POST", "/api/v1/stores/{id}/schedules/{purpose}/run", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES,
      "/api/v1/stores/%lld/schedules/orders/run", &c.hook_store, NULL, true },
    { "GET", "/api/v1/products", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/products", NULL, NULL,
      false },
    { "POST", "/api/v1/products", ACCESS_SIGNED_IN, RIGHT_EDIT_STOCK, "/api/v1/products", NULL,
      "{}", false },
    { "GET", "/api/v1/products/{id}", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/products/%lld", NULL,
      NULL, true },
    { "PUT", "/api/v1/products/{id}", ACCESS_SIGNED_IN, RIGHT_EDIT_STOCK, "/api/v1/products/%lld",
      NULL, "{}", true },
    { "GET", "/api/v1/variants/{id}/ledger", ACCESS_SIGNED_IN, RIGHT_SEE,
      "/api/v1/variants/%lld/ledger", NULL, NULL, true },
    { "POST", "/api/v1/stock/edits", ACCESS_SIGNED_IN, RIGHT_EDIT_STOCK, "/api/v1/stock/edits",
      NULL, "{}", false },
    { "GET", "/api/v1/listings", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/listings", NULL, NULL,
      false },
    { "POST", "/api/v1/listings", ACCESS_SIGNED_IN, RIGHT_EDIT_STORES, "/api/v1/listings", NULL,
      "{}", false },
    { "GET", "/api/v1/listings/count", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/listings/count", NULL,
      NULL, false },
    { "GET", "/api/v1/listings/{id}", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/listings/%lld", NULL,
      NULL, true },
    { "POST", "/api/v1/listings/{id}/retry", ACCESS_SIGNED_IN, RIGHT_RETRY_JOBS,
      "/api/v1/listings/%lld/retry", NULL, NULL, true },
    { "GET", "/api/v1/listings/{id}/explain", ACCESS_SIGNED_IN, RIGHT_SEE,
      "/api/v1/listings/%lld/explain", NULL, NULL, true },
    { "GET", "/api/v1/orders", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/orders", NULL, NULL, false },
    { "GET", "/api/v1/orders/count", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/orders/count", NULL,
      NULL, false },
    { "GET", "/api/v1/orders/{id}", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/orders/%lld",
      &c.orders[0], NULL, true },
    { "POST", "/api/v1/orders/{id}/actions", ACCESS_SIGNED_IN, RIGHT_WORK_ORDERS,
      "/api/v1/orders/%lld/actions", &c.orders[0], "{\"action\":\"acknowledge\"}", true },
    { "POST", "/api/v1/orders/{id}/settle", ACCESS_SIGNED_IN, RIGHT_WORK_ORDERS,
      "/api/v1/orders/%lld/settle", &c.orders[0], NULL, true },
    { "GET", "/api/v1/orders/raw/failed", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/orders/raw/failed",
      NULL, NULL, false },
    { "POST", "/api/v1/orders/raw/{id}/retry", ACCESS_SIGNED_IN, RIGHT_RETRY_JOBS,
      "/api/v1/orders/raw/%lld/retry", &c.failed_raw, NULL, true },
    { "GET", "/api/v1/calls", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, "/api/v1/calls", NULL, NULL,
      false },
    { "GET", "/api/v1/calls/{id}", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, "/api/v1/calls/%lld", &c.call,
      NULL, true },
    { "GET", "/api/v1/jobs", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, "/api/v1/jobs", NULL, NULL, false },
    { "GET", "/api/v1/jobs/{id}", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, "/api/v1/jobs/%lld", &c.job,
      NULL, true },
    { "POST", "/api/v1/jobs/{id}/retry", ACCESS_SIGNED_IN, RIGHT_RETRY_JOBS,
      "/api/v1/jobs/%lld/retry", &c.job, NULL, true },
    { "GET", "/api/v1/events", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/events", NULL, NULL, false },
    { "GET", "/api/v1/faults", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/faults", NULL, NULL, false },
    { "POST", "/api/v1/faults/{id}/close", ACCESS_SIGNED_IN, RIGHT_SEE, "/api/v1/faults/%lld/close",
      &c.fault, NULL, true },
    { "GET", "/api/v1/live", ACCESS_PUBLIC, 0, "/api/v1/live", NULL, NULL, false },
    { "POST", "/hooks/{marketplace}/{secret}", ACCESS_PUBLIC, 0, "/hooks/trendyol/x", NULL, "{}",
      false },
    { "GET", "/healthz", ACCESS_PUBLIC, 0, "/healthz", NULL, NULL, false },
    { "GET", "/readyz", ACCESS_PUBLIC, 0, "/readyz", NULL, NULL, false },
    { "GET", "/metrics", ACCESS_LOOPBACK, 0, "/metrics", NULL, NULL, false },
    { "GET", "/api/v1/openapi.json", ACCESS_PUBLIC, 0, "/api/v1/openapi.json", NULL, NULL, false },
    { "GET", "/api/v1/users", ACCESS_ADMIN, 0, "/api/v1/users", NULL, NULL, false },
    { "POST", "/api/v1/users", ACCESS_CONTROL, 0, "/api/v1/users", NULL, "{}", false },
    { "POST", "/api/v1/ledger/verify", ACCESS_OWNER, 0, "/api/v1/ledger/verify", NULL, NULL,
      false },
    { "GET", "/api/v1/ledger/{sku}", ACCESS_OWNER, 0, "/api/v1/ledger/BDS-0001", NULL, NULL,
      false },
    { "DELETE", "/api/v1/session", ACCESS_PERSON, 0, "/api/v1/session", NULL, NULL, false },
};
#define PROMISES (sizeof promises / sizeof *promises)

static int64_t id_of(const struct promise *p)
{
    if (p->id) return *p->id;
    if (strstr(p->pattern, "/products/")) return k->h->product;
    if (strstr(p->pattern, "/variants/")) return k->h->variants[0];
    return k->h->listings[0][0];
}

static const char *target_of(const struct promise *p)
{
    return strstr(p->target, "%lld") ? ask_path(k, p->target, id_of(p)) : p->target;
}

static struct answer ask_promise(str who, const struct promise *p)
{
    return ask(k, who, p->method, target_of(p), p->body);
}

static bool says(const struct answer *r, const char *code)
{
    return str_eq(answer_text(r, "code"), str_from(code));
}

/* Whether the door let it pass, whatever came then. */
static bool got_in(const struct answer *r)
{
    return !says(r, "right.missing") && !says(r, "route.forbidden") &&
           !(r->status == 401 && says(r, "session.needed"));
}

static bool may(enum role role, const struct promise *p)
{
    bool is_admin = role == ROLE_ADMIN || role == ROLE_SUPER_ADMIN;
    if (p->access == ACCESS_CONTROL) return false;
    if (p->access == ACCESS_OWNER) return role == ROLE_SUPER_ADMIN;
    if (p->access == ACCESS_ADMIN) return is_admin;
    return (role_rights(role) & p->right) == p->right;
}

static void wrong(const struct promise *p, const char *who, const struct answer *r)
{
    print_error("%s %s as %s: %d %.*s\n", p->method, p->pattern, who, r->status,
                STR_ARG(str_cut(r->body, 0, 300)));
    fail();
}

static void every_route_is_promised(void **state)
{
    (void)state;
    size_t routes = 0;
    for (const struct http_route *const *t = k->options.tables; *t; t++) {
        for (const struct http_route *r = *t; r->method; r++) {
            const struct route_facts *facts = r->facts;
            if (facts->is_inner) continue;
            size_t i = 0;
            while (i < PROMISES && (strcmp(promises[i].method, r->method) != 0 ||
                                    strcmp(promises[i].pattern, r->pattern) != 0))
                i++;
            if (i == PROMISES) fail_msg("%s %s is in no promise", r->method, r->pattern);
            if (facts->access != promises[i].access || facts->right != promises[i].right)
                fail_msg("%s %s lets others in than promised", r->method, r->pattern);
            routes++;
        }
    }
    assert_int_equal(routes, PROMISES);
}

static void nobody_gets_in(void **state)
{
    const struct promise *p = *state;
    struct answer r = ask_promise(ASK_NOBODY, p);
    bool is_open = p->access == ACCESS_PUBLIC || p->access == ACCESS_LOOPBACK;
    if (is_open != (r.status != 401) && !strstr(p->pattern, "refresh")) wrong(p, "nobody", &r);
    if (!is_open && !says(&r, "session.needed")) wrong(p, "nobody", &r);
}

static void each_role_gets_its_own(void **state)
{
    const struct promise *p = *state;
    if (p->access == ACCESS_PUBLIC || p->access == ACCESS_LOOPBACK) return;
    for (int role = 0; role < ROLE_COUNT; role++) {
        bool ends_session = strcmp(p->method, "DELETE") == 0;
        str token = ends_session ? ask_session(k, k->users[role]) : k->tokens[role];
        struct answer r = ask_promise(token, p);
        bool is_right = may((enum role)role, p) ? got_in(&r) : r.status == 403;
        if (!is_right) wrong(p, role_name((enum role)role), &r);
    }
}

static void a_stranger_finds_nothing(void **state)
{
    const struct promise *p = *state;
    struct answer r = ask_promise(k->stranger, p);
    if (p->is_of_company && r.status != 404) wrong(p, "stranger", &r);
    if (strcmp(p->method, "DELETE") == 0) k->stranger = ask_session(k, k->h->stranger.user_id);
    const char *names[] = { "Ada", "1075012345", "ada.example" };
    if (str_starts(str_from(p->pattern), STR("/api/v1/session"))) return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_has(r.body, str_from(names[i]))) wrong(p, "stranger, who sees too much", &r);
}

static void the_control_socket_is_the_system(void **state)
{
    const struct promise *p = *state;
    if (p->access == ACCESS_PUBLIC) return;
    struct answer r = ask_promise(ASK_CONTROL, p);
    bool is_right = p->access == ACCESS_PERSON ? r.status == 401 : got_in(&r);
    if (!is_right) wrong(p, "the system", &r);
}

/* ---- Grants of stores ---- */

static int64_t other_fault(void)
{
    static const struct sql_text newest = {
        .both = "SELECT MAX(id) FROM {p}mp_fault WHERE store_id = ?",
    };
    struct err e = { 0 }, why = { 0 };
    err_set(&why, ERR_INVALID, "x.y", "of the other store");
    assert_true(trace_fault(&k->h->service, k->h->arena, &k->h->system, k->h->stores[1],
                            STR("other"), "store.trouble", 0, &why, &e));
    return house_number(k->h, &newest, k->h->stores[1]);
}

static void a_clerk_sees_his_store_alone(void **state)
{
    (void)state;
    const struct {
        const char *format;
        int64_t his, others;
    } things[] = {
        { "/api/v1/stores/%lld", 0, k->h->stores[1] },
        { "/api/v1/listings/%lld", k->h->listings[0][0], k->h->listings[1][0] },
        { "/api/v1/listings/%lld/explain", k->h->listings[0][0], k->h->listings[1][0] },
        { "/api/v1/orders/%lld", c.orders[0], c.orders[1] },
        { "/api/v1/calls/%lld", c.call, 0 },
        { "/api/v1/jobs/%lld", 0, c.job },
    };
    struct answer closed =
        ask(k, k->clerk, "POST", ask_path(k, "/api/v1/faults/%lld/close", other_fault()), NULL);
    assert_answer(closed, 404, "fault.not_found");
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        if (things[i].his) {
            struct answer r =
                ask(k, k->clerk, "GET", ask_path(k, things[i].format, things[i].his), NULL);
            assert_answer(r, 200, NULL);
        }
        if (things[i].others) {
            struct answer r =
                ask(k, k->clerk, "GET", ask_path(k, things[i].format, things[i].others), NULL);
            assert_answer(r, 404, NULL);
        }
    }
    const char *lists[] = { "/api/v1/stores", "/api/v1/orders",   "/api/v1/listings",
                            "/api/v1/jobs",   "/api/v1/overview", "/api/v1/events?limit=500" };
    str other = str_print(k->h->arena, "\"store_id\":\"%lld\"", (long long)k->h->stores[1]);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct answer r = ask(k, k->clerk, "GET", lists[i], NULL);
        assert_answer(r, 200, NULL);
        if (str_has(r.body, other) || str_has(r.body, STR("Ada Trendyol 2")))
            fail_msg("%s shows the other store", lists[i]);
    }
}

static void who_sees_granted_stores_alone_sees_the_one_he_connects(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct user u = { .company_id = k->h->company,
                      .email = STR("kurucu@ada.example"),
                      .name = STR("Kurucu"),
                      .password_hash = STR("-"),
                      .role = ROLE_INTEGRATOR };
    assert_true(user_repo_add(k->h->db, &u, HOUSE_NOW, &e));
    str token = ask_session(k, u.id);
    struct answer r = ask(k, token, "POST", "/api/v1/stores",
                          "{\"marketplace\":\"trendyol\",\"name\":\"Onun\",\"settings\":{"
                          "\"seller_id\":\"1\",\"api_key\":\"k\",\"api_secret\":\"gizli\"}}");
    assert_answer(r, 201, NULL);
    struct answer list = ask(k, token, "GET", "/api/v1/stores", NULL);
    assert_int_equal(json_get(list.json, "items")->count, 1);
}

static void jobs_of_other_stores_leave_no_holes_in_pages(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) {
        struct job_request r = { .company_id = k->h->company,
                                 .store_id = k->h->stores[i % 3 == 0 ? 0 : 1],
                                 .kind = JOB_CHECK_STORE,
                                 .lane = LANE_NOW };
        struct err e = { 0 };
        assert_true(queue_add(k->h->queue, &r, NULL, &e));
    }
    struct answer first = ask(k, k->clerk, "GET", "/api/v1/jobs?limit=3", NULL);
    assert_int_equal(json_get(first.json, "items")->count, 3);
    str next = answer_text(&first, "next");
    assert_true(next.len > 0);
    struct answer second =
        ask(k, k->clerk, "GET",
            str_cstr(k->h->arena,
                     str_print(k->h->arena, "/api/v1/jobs?limit=3&cursor=%.*s", STR_ARG(next))),
            NULL);
    assert_answer(second, 200, NULL);
    str last = json_text_at(json_get(first.json, "items")->first->next->next, "id");
    str following = json_text_at(json_get(second.json, "items")->first, "id");
    int64_t a = 0, b = 0;
    assert_true(str_to_i64(last, &a) && str_to_i64(following, &b));
    assert_true(b < a);
}

/* ---- Buyers ---- */

static int64_t looks(void)
{
    static const struct sql_text sql = {
        .both = "SELECT COUNT(*) FROM {p}mp_audit WHERE action = 'buyer.seen' AND company_id = ?",
    };
    return house_number(k->h, &sql, k->h->company);
}

static void buyers_are_for_those_who_may(void **state)
{
    (void)state;
    const char *path = ask_path(k, "/api/v1/orders/%lld", c.orders[0]);
    int64_t before = looks();
    struct answer masked = ask(k, k->tokens[ROLE_INTEGRATOR], "GET", path, NULL);
    assert_answer(masked, 200, NULL);
    assert_false(str_has(masked.body, STR("Yılmaz")));
    struct answer list = ask(k, k->tokens[ROLE_INTEGRATOR], "GET", "/api/v1/orders", NULL);
    assert_false(str_has(list.body, STR("Yılmaz")));
    assert_int_equal(looks(), before);
    struct answer opened = ask(k, k->clerk, "GET", path, NULL);
    assert_text(answer_text(&opened, "order.buyer"), "Ayşe Yılmaz");
    assert_int_equal(looks(), before + 1);
}

static int64_t call_with(const char *purpose, const char *name)
{
    struct err e = { 0 };
    struct api_call call = {
        .company_id = k->h->company,
        .store_id = k->h->stores[0],
        .at = HOUSE_NOW,
        .purpose = str_from(purpose),
        .method = STR("GET"),
        .url = STR("https://apigw.trendyol.com/integration/order"),
        .status = 200,
        .request = STR("{\"headers\":[],\"body\":\"\",\"truncated\":false}"),
        .reply = str_print(k->h->arena,
                           "{\"headers\":[{\"name\":\"Date\",\"value\":\"heute\"}],"
                           "\"body\":\"{\\\"fullName\\\": \\\"%s\\\"}\",\"truncated\":false}",
                           name),
    };
    assert_true(trace_call(&k->h->service, k->h->arena, &call, NULL, "done", NULL, &e));
    return call.id;
}

static void calls_show_buyers_to_those_who_may_alone(void **state)
{
    (void)state;
    const char *orders = ask_path(k, "/api/v1/calls/%lld", call_with("orders.stream", "Yılmaz"));
    const char *offers = ask_path(k, "/api/v1/calls/%lld", call_with("offers.push", "Şal"));
    struct answer hidden = ask(k, k->tokens[ROLE_INTEGRATOR], "GET", orders, NULL);
    assert_answer(hidden, 200, NULL);
    assert_false(str_has(hidden.body, STR("Yılmaz")));
    assert_true(str_has(hidden.body, STR("heute")));
    assert_true(json_get(json_get(hidden.json, "reply"), "hidden")->is_true);
    struct answer open = ask(k, k->tokens[ROLE_INTEGRATOR], "GET", offers, NULL);
    assert_true(str_has(open.body, STR("Şal")));
    int64_t before = looks();
    struct answer seen = ask(k, k->clerk, "GET", orders, NULL);
    assert_true(str_has(seen.body, STR("Yılmaz")));
    assert_int_equal(looks(), before + 1);
    ask(k, k->clerk, "GET", offers, NULL);
    assert_int_equal(looks(), before + 1);
}

static void a_buyer_whose_box_is_damaged_stays_masked(void **state)
{
    static const struct sql_text damage = {
        .both = "UPDATE {p}mp_order_map SET buyer_box = X'0001020304' WHERE id = ?",
    };
    (void)state;
    house_run(k->h, &damage, c.orders[1]);
    struct answer list = ask(k, k->tokens[ROLE_ADMIN], "GET", "/api/v1/orders", NULL);
    assert_answer(list, 200, NULL);
    struct answer one =
        ask(k, k->tokens[ROLE_ADMIN], "GET", ask_path(k, "/api/v1/orders/%lld", c.orders[1]), NULL);
    assert_text(answer_text(&one, "order.buyer"), "A*** Y***");
}

static void costs_are_for_those_who_may_edit(void **state)
{
    (void)state;
    const char *path = ask_path(k, "/api/v1/products/%lld", k->h->product);
    struct answer seen = ask(k, k->tokens[ROLE_ADMIN], "GET", path, NULL);
    struct answer hidden = ask(k, k->tokens[ROLE_SUPPORT], "GET", path, NULL);
    assert_true(str_has(seen.body, STR("\"cost\":{\"amount\":\"90.00\"")));
    assert_false(str_has(hidden.body, STR("\"cost\":{")));
}

static void numbers_are_for_this_machine(void **state)
{
    (void)state;
    const struct ask_extra far = { .remote_address = "192.0.2.7" };
    struct answer r = ask_more(k, ASK_NOBODY, "GET", "/metrics", NULL, &far);
    assert_answer(r, 403, "route.forbidden");
    r = ask_with(k, ASK_NOBODY, "GET", "/metrics", NULL, "X-Forwarded-For", "192.0.2.7");
    assert_answer(r, 403, "route.forbidden");
    r = ask(k, ASK_NOBODY, "GET", "/metrics", NULL);
    assert_answer(r, 200, NULL);
    assert_true(str_has(r.body, STR("bedesten_api_requests_total{route=\"/metrics\"")));
}

int main(void)
{
    static char names[4][PROMISES][120];
    static const struct {
        const char *who;
        CMUnitTestFunction run;
    } walks[] = {
        { "nobody", nobody_gets_in },
        { "every role", each_role_gets_its_own },
        { "a stranger", a_stranger_finds_nothing },
        { "the system", the_control_socket_is_the_system },
    };
    k = ask_new();
    c = content_fill(k);
    struct suite s = { 0 };
    SUITE_TEST(&s, every_route_is_promised);
    for (size_t w = 0; w < 4; w++) {
        for (size_t i = 0; i < PROMISES; i++) {
            snprintf(names[w][i], sizeof names[w][i], "%s at %s %s", walks[w].who,
                     promises[i].method, promises[i].pattern);
            suite_add(&s, names[w][i], walks[w].run, &promises[i]);
        }
    }
    SUITE_TEST(&s, a_clerk_sees_his_store_alone);
    SUITE_TEST(&s, jobs_of_other_stores_leave_no_holes_in_pages);
    SUITE_TEST(&s, buyers_are_for_those_who_may);
    SUITE_TEST(&s, calls_show_buyers_to_those_who_may_alone);
    SUITE_TEST(&s, a_buyer_whose_box_is_damaged_stays_masked);
    SUITE_TEST(&s, who_sees_granted_stores_alone_sees_the_one_he_connects);
    SUITE_TEST(&s, costs_are_for_those_who_may_edit);
    SUITE_TEST(&s, numbers_are_for_this_machine);
    int failed = suite_run(&s, "access");
    ask_free(k);
    return failed;
}
