/* The panel's pages, and what every reply carries. */
#include "api/ask.h"

static struct ask *k;

static struct static_files *files(const char *index)
{
    static unsigned char page[512];
    static struct static_file bundle[2];
    size_t len = strlen(index);
    memcpy(page, index, len);
    bundle[0] = (struct static_file){ "/index.html", page, len, NULL };
    bundle[1] = (struct static_file){ "/assets/app.js", (const unsigned char *)"1", 1, NULL };
    return static_files_from_bundle(bundle, 2);
}

static void use(struct static_files *f)
{
    if (k->api->options.panel) static_files_free((struct static_files *)k->api->options.panel);
    k->api->options.panel = f;
}

static struct answer get(const char *path)
{
    return ask(k, ASK_NOBODY, "GET", path, NULL);
}

static void a_page_without_a_place_keeps_inline_styles(void **state)
{
    (void)state;
    use(files("<meta name=\"csp-nonce\" content=\"\">"));
    struct answer r = get("/orders");
    assert_answer(r, 200, NULL);
    str policy = answer_header(&r, "Content-Security-Policy");
    assert_true(str_has(policy, STR("script-src 'self';")));
    assert_true(str_has(policy, STR("style-src 'self' 'unsafe-inline';")));
    assert_true(str_has(policy, STR("frame-ancestors 'none'")));
    assert_text(answer_header(&r, "Cache-Control"), "no-cache");
    assert_true(answer_header(&r, "ETag").len > 0);
}

static void a_page_with_a_place_gets_a_fresh_nonce(void **state)
{
    (void)state;
    use(files("<meta name=\"csp-nonce\" content=\"__CSP_NONCE__\"><b>__CSP_NONCE__</b>"));
    struct answer a = get("/"), b = get("/");
    assert_answer(a, 200, NULL);
    assert_false(str_has(a.body, STR("__CSP_NONCE__")));
    assert_false(str_eq(a.body, b.body));
    str policy = answer_header(&a, "Content-Security-Policy");
    const char *at = memmem(policy.at, policy.len, "'nonce-", 7);
    assert_non_null(at);
    str nonce = { at + 7, 24 };
    assert_true(str_has(a.body, nonce));
    assert_false(str_has(policy, STR("unsafe-inline")));
    assert_text(answer_header(&a, "Cache-Control"), "no-store");
    assert_int_equal(answer_header(&a, "ETag").len, 0);
}

static void assets_are_kept_by_browsers(void **state)
{
    (void)state;
    struct answer r = get("/assets/app.js");
    assert_answer(r, 200, NULL);
    assert_true(str_has(answer_header(&r, "Cache-Control"), STR("immutable")));
    assert_text(answer_header(&r, "X-Content-Type-Options"), "nosniff");
}

static const struct missing {
    const char *name, *method, *path;
    int status;
    const char *code;
} missing[] = {
    { "an address of the API that is none", "GET", "/api/v1/nothing", 404, "http.not_found" },
    { "a write to none", "POST", "/api/v1/nothing", 404, "http.not_found" },
    { "a change of none", "PATCH", "/api/v1/nothing/7", 404, "http.not_found" },
    { "a method that is not taken", "DELETE", "/api/v1/orders", 405, "http.method" },
    { "a put that is not taken", "PUT", "/api/v1/orders/7", 405, "http.method" },
    { "a write to a page", "POST", "/orders", 405, "http.method" },
    { "an older API", "GET", "/api/v0/orders", 404, "http.not_found" },
    { "a callback without its secret", "GET", "/hooks/trendyol", 404, "http.not_found" },
    { "a socket without its handshake", "GET", "/api/v1/live", 426, "http.upgrade" },
};

static void what_is_not_there_is_a_problem(void **state)
{
    const struct missing *m = *state;
    struct answer r = ask(k, ASK_NOBODY, m->method, m->path, NULL);
    assert_answer(r, m->status, m->code);
    assert_text(r.type, "application/problem+json");
    assert_text(answer_header(&r, "X-Frame-Options"), "DENY");
    if (m->status == 405) assert_true(answer_header(&r, "Allow").len > 0);
}

static void too_large_a_body_is_a_problem(void **state)
{
    (void)state;
    struct text t = { .arena = k->h->arena };
    for (int i = 0; i < 70000; i++) text_add(&t, STR("0123456789abcdef"));
    struct answer r = ask(k, k->tokens[ROLE_ADMIN], "POST", "/api/v1/products",
                          str_cstr(k->h->arena, text_str(&t)));
    assert_answer(r, 413, "http.too_large");
}

static void replies_of_the_api_are_kept_by_nobody(void **state)
{
    (void)state;
    struct answer r = ask(k, k->tokens[ROLE_ADMIN], "GET", "/api/v1/orders", NULL);
    assert_text(answer_header(&r, "Cache-Control"), "no-store");
    assert_text(answer_header(&r, "Referrer-Policy"), "no-referrer");
    assert_true(str_has(answer_header(&r, "Content-Security-Policy"), STR("default-src 'none'")));
    assert_int_equal(answer_header(&r, "Strict-Transport-Security").len, 0);
}

static void without_a_panel_there_is_no_page(void **state)
{
    (void)state;
    use(NULL);
    struct answer r = get("/");
    assert_answer(r, 404, "http.not_found");
}

int main(void)
{
    k = ask_new();
    struct suite s = { 0 };
    SUITE_TEST(&s, a_page_without_a_place_keeps_inline_styles);
    SUITE_TEST(&s, a_page_with_a_place_gets_a_fresh_nonce);
    SUITE_TEST(&s, assets_are_kept_by_browsers);
    SUITE_ROWS(&s, what_is_not_there_is_a_problem, missing);
    SUITE_TEST(&s, too_large_a_body_is_a_problem);
    SUITE_TEST(&s, replies_of_the_api_are_kept_by_nobody);
    SUITE_TEST(&s, without_a_panel_there_is_no_page);
    int failed = suite_run(&s, "panel");
    ask_free(k);
    return failed;
}
