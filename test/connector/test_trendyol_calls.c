/* Trendyol's settings, refusals, shipment notices and webhooks. */
#include "connector/trendyol/trendyol.h"
#include "support/playback.h"
#include "support/suite.h"

static void a_check_says_what_it_saw(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/check.json");
    struct check_report report = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.check(&p->visit, &report, &e));
    playback_end(p);
    assert_int_equal(report.count, 2);
    assert_string_equal(report.steps[1].name, "address_list");
    assert_true(report.steps[1].is_ok);
    assert_text(report.steps[1].detail, "2 addresses");
}

static void a_failed_check_says_why(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p =
        playback_of(a, &trendyol, 401, "{\"exception\":\"ClientApiAuthenticationException\"}");
    struct check_report report = { 0 };
    struct err e = { .marketplace = "trendyol" };
    assert_false(trendyol.check(&p->visit, &report, &e));
    assert_int_equal(e.kind, ERR_CREDENTIALS);
    assert_string_equal(e.marketplace, "trendyol");
    assert_string_equal(e.remote_code, "ClientApiAuthenticationException");
    assert_true(report.steps[0].is_ok);
    assert_false(report.steps[1].is_ok);
    assert_true(str_has(report.steps[1].detail, STR("enter seller ID")));
}

static const struct setting_case {
    const char *name, *setting, *value;
    bool is_ok;
} setting_cases[] = {
    { "a seller id has digits only", "seller_id", "10o200", false },
    { "a seller id is needed", "seller_id", "", false },
    { "a seller id may be pasted with blanks", "seller_id", " 100200\n", true },
    { "a key is needed", "api_key", "  ", false },
    { "a key has no colon", "api_key", "a:b", false },
    { "a secret has no line break", "api_secret", "a\nb", false },
    { "an integrator name of thirty letters is taken", "integrator_name",
      "abcdefghijklmnopqrstuvwxyz1234", true },
    { "an integrator name of thirty-one is not", "integrator_name",
      "abcdefghijklmnopqrstuvwxyz12345", false },
    { "an integrator name has no blanks", "integrator_name", "Bedesten Hub", false },
};

static void a_setting_is_judged(void **state)
{
    const struct setting_case *c = *state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "{\"supplierAddresses\":[]}");
    struct store_value values[5];
    memcpy(values, p->store.values, 4 * sizeof *values);
    size_t at = 0;
    while (at < 4 && !str_eq(values[at].name, str_from(c->setting))) at++;
    values[at] = (struct store_value){ str_from(c->setting), str_from(c->value) };
    p->store.values = values;
    p->store.value_count = at == 4 ? 5 : 4;
    struct check_report report = { 0 };
    struct err e = { 0 };
    assert_int_equal(trendyol.check(&p->visit, &report, &e), c->is_ok);
    assert_int_equal(p->asked, c->is_ok); /* nothing leaves with settings that cannot be right */
    if (c->is_ok) return;
    assert_int_equal(e.kind, ERR_CREDENTIALS);
    assert_string_equal(e.args[0].value, c->setting);
    assert_false(report.steps[0].is_ok);
}

static void a_base_address_without_the_prefix_gets_it(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "{\"supplierAddresses\":[]}");
    struct check_report report = { 0 };
    struct err e = { 0 };
    p->visit.base_url = STR("http://127.0.0.1:9001");
    assert_true(trendyol.check(&p->visit, &report, &e));
    assert_text(p->request.url, "http://127.0.0.1:9001/integration/sellers/100200/addresses");
}

#define SAID(key, message) "{\"errors\":[{\"key\":\"" key "\",\"message\":\"" message "\"}]}"
#define TWICE "15 dakika boyunca aynı isteği tekrarlı olarak atamazsınız!"
#define STATE "Shipment Update Edilebilir Bir Durumda Değil."
#define HTML "<html><body>Forbidden</body></html>"

static const struct refusal_case {
    const char *name;
    int status;
    const char *body;
    enum call_kind call;
    enum err_kind kind;
    const char *code, *remote;
} refusal_cases[] = {
    { "dead keys on a read", 401, "{\"exception\":\"ClientApiAuthenticationException\"}", CALL_READ,
      ERR_CREDENTIALS, "trendyol.credentials", "ClientApiAuthenticationException" },
    { "dead keys on offers", 401, "", CALL_OFFERS, ERR_CREDENTIALS, "trendyol.credentials", "" },
    { "401 on a package may be the package", 401, "{}", CALL_PACKAGE, ERR_REFUSED,
      "trendyol.package_unknown", "" },
    { "a refusal in HTML", 403, HTML, CALL_READ, ERR_REFUSED, "trendyol.forbidden", "" },
    { "what is not there", 404, SAID("product.not.found", "yok"), CALL_READ, ERR_NOT_FOUND,
      "trendyol.not_found", "product.not.found" },
    { "an invoice that is there already", 409, "{}", CALL_PACKAGE, ERR_CONFLICT,
      "trendyol.conflict", "" },
    { "a closed version", 426, "", CALL_READ, ERR_REFUSED, "trendyol.version_closed", "" },
    { "too many requests", 429, SAID("too.many.requests", "yavaş"), CALL_READ, ERR_RATE_LIMITED,
      "trendyol.rate_limited", "too.many.requests" },
    { "too many writes", 429, SAID("too.many.requests", "yavaş"), CALL_OFFERS, ERR_RATE_LIMITED,
      "trendyol.rate_limited", "too.many.requests" },
    { "the same body again", 400, SAID("duplicate", TWICE), CALL_OFFERS, ERR_CONFLICT,
      "trendyol.same_body", "duplicate" },
    { "the same body under another status", 429, "{\"message\":\"" TWICE "\"}", CALL_OFFERS,
      ERR_CONFLICT, "trendyol.same_body", "" },
    { "a body they do not take", 400, SAID("invalid.barcode", "geçersiz"), CALL_OFFERS, ERR_REFUSED,
      "trendyol.refused", "invalid.barcode" },
    { "a package in another state", 400, "{\"error\":\"x\",\"message\":\"" STATE "\"}",
      CALL_PACKAGE, ERR_CONFLICT, "trendyol.package_state", "x" },
    { "a batch too large", 504, HTML, CALL_OFFERS, ERR_UNAVAILABLE, "trendyol.batch_too_large",
      "" },
    { "a body too large", 413, "", CALL_OFFERS, ERR_UNAVAILABLE, "trendyol.batch_too_large", "" },
    { "a time-out of a read", 504, HTML, CALL_READ, ERR_UNAVAILABLE, "trendyol.unavailable", "" },
    { "a time-out of a notice", 504, HTML, CALL_PACKAGE, ERR_UNCERTAIN, "trendyol.maybe_applied",
      "" },
    { "a fault of a read", 500, "null", CALL_READ, ERR_UNAVAILABLE, "trendyol.unavailable", "" },
    { "a fault of offers", 500, "[]", CALL_OFFERS, ERR_UNCERTAIN, "trendyol.maybe_applied", "" },
    { "an outage", 503, HTML, CALL_READ, ERR_UNAVAILABLE, "trendyol.unavailable", "" },
    { "an outage of a write", 503, HTML, CALL_WRITE, ERR_UNCERTAIN, "trendyol.maybe_applied", "" },
    { "a slow reader", 408, "", CALL_WRITE, ERR_UNCERTAIN, "trendyol.maybe_applied", "" },
    { "a redirection", 302, "", CALL_READ, ERR_REFUSED, "trendyol.redirected", "" },
    { "errors of another type", 400, "{\"errors\":{\"key\":3}}", CALL_READ, ERR_REFUSED,
      "trendyol.refused", "" },
    { "a status of the moon", 700, "", CALL_READ, ERR_REFUSED, "trendyol.refused", "" },
};

static void a_refusal_is_understood(void **state)
{
    const struct refusal_case *c = *state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "");
    struct trendyol_call call = { .kind = c->call, .purpose = "something.done" };
    struct http_reply reply = { .status = c->status, .body = str_from(c->body) };
    struct err e = { .marketplace = "trendyol" };
    assert_false(trendyol_refused(&p->visit, &call, &reply, &e));
    assert_string_equal(err_kind_name(e.kind), err_kind_name(c->kind));
    assert_string_equal(e.code, c->code);
    assert_string_equal(e.remote_code, c->remote);
    assert_string_equal(e.marketplace, "trendyol");
    assert_int_equal(e.http_status, c->status);
    assert_int_equal(e.retry_at, 0);
    assert_true(str_has(str_from(e.message), STR("something.done")));
    assert_true(strlen(e.message) < sizeof e.message - 1); /* the advice is not cut off */
}

static const struct wait_case {
    const char *name, *value;
    utc_ms retry_at;
} wait_cases[] = {
    { "seconds to wait are kept", "17", PLAYBACK_NOW + 17000 },
    { "seconds with blanks are kept", " 0 ", PLAYBACK_NOW },
    { "a date counts as unknown", "Sun, 22 Nov 2026 08:00:00 GMT", 0 },
    { "a negative wait counts as unknown", "-5", 0 },
    { "a wait beyond a day counts as unknown", "86401", 0 },
    { "a number past all bounds counts as unknown", "99999999999999999999", 0 },
};

static void a_wait_is_read(void **state)
{
    const struct wait_case *c = *state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "");
    struct trendyol_call call = { .kind = CALL_READ, .purpose = "x" };
    struct http_header header = { STR("retry-after"), str_from(c->value) };
    struct http_reply reply = { .status = 429, .headers = &header, .header_count = 1 };
    struct err e = { 0 };
    assert_false(trendyol_refused(&p->visit, &call, &reply, &e));
    assert_int_equal(e.retry_at, c->retry_at);
}

static void a_long_refusal_stays_one_readable_line(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "");
    struct trendyol_call call = { .kind = CALL_PACKAGE, .purpose = "package.status" };
    struct text body = { .arena = a };
    text_print(&body, "{\"errors\":[{\"key\":\"");
    for (int i = 0; i < 500; i++) text_print(&body, "ş\\n");
    text_print(&body, "\"}]}");
    struct http_reply reply = { .status = 401, .body = text_str(&body) };
    struct err e = { 0 };
    assert_false(trendyol_refused(&p->visit, &call, &reply, &e));
    assert_null(strchr(e.message, '\n'));
    assert_true(str_is_utf8(str_from(e.message)));
    assert_true(str_is_utf8(str_from(e.remote_code)));
    assert_true(str_has(str_from(e.message), STR("pull the order again")));
}

static const struct order_line lines[] = {
    { .remote_line_id = STR_INIT("4765111"), .quantity = 2 },
    { .remote_line_id = STR_INIT("4765112"), .quantity = 1, .is_cancelled = true },
};
static const struct shipment_notice notice = {
    .remote_number = STR_INIT("1075012345"),
    .remote_package_id = STR_INIT("3853354001"),
    .lines = lines,
    .line_count = 2,
    .invoice_number = STR_INIT("BDS2026000000001"),
};

static void notices_name_the_lines_that_go(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/notices.json");
    struct err e = { 0 };
    assert_true(trendyol.acknowledge(&p->visit, &notice, &e));
    assert_true(trendyol.invoice(&p->visit, &notice, &e));
    playback_end(p);
}

static void a_notice_without_lines_is_not_sent(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "");
    struct shipment_notice none = notice;
    struct err e = { 0 };
    none.lines = &lines[1];
    none.line_count = 1;
    assert_false(trendyol.acknowledge(&p->visit, &none, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_int_equal(p->asked, 0);
}

static void a_notice_answered_in_html_is_uncertain(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, HTML);
    struct err e = { 0 };
    assert_false(trendyol.invoice(&p->visit, &notice, &e));
    assert_int_equal(e.kind, ERR_UNCERTAIN);
}

static void webhooks_are_registered_listed_and_deleted(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_open(a, &trendyol, "trendyol/hooks.json");
    str url = STR("https://hub.example/hooks/trendyol/gizli-yol"), id = { 0 };
    struct hook_list list = { 0 };
    struct err e = { 0 };
    assert_true(trendyol.register_hook(&p->visit, url, STR("kanca-anahtari"), &id, &e));
    assert_text(id, "kanca-1");
    assert_true(trendyol.list_hooks(&p->visit, &list, &e));
    assert_int_equal(list.count, 2); /* one without id cannot be told of */
    assert_true(str_eq(list.hooks[0].url, url));
    assert_true(list.hooks[0].is_active);
    assert_text(list.hooks[1].url, "https://eski.example/a%20b");
    assert_false(list.hooks[1].is_active);
    assert_true(trendyol.delete_hook(&p->visit, id, &e));
    assert_true(trendyol.delete_hook(&p->visit, id, &e)); /* gone already */
    playback_end(p);
}

static const struct host_case {
    const char *name, *url;
    bool is_ok;
} host_cases[] = {
    { "a host of its own is taken", "https://hub.example/hooks/trendyol/x", true },
    { "localhost is refused", "http://localhost:8080/hooks/trendyol/x", false },
    { "a host with the marketplace's name is refused", "https://my-TrendYol.example/x", false },
    { "an address is taken", "http://127.0.0.1:8080/hooks/trendyol/x", true },
};

static void a_hook_host_is_judged(void **state)
{
    const struct host_case *c = *state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, "{\"id\":\"k\"}");
    str id = { 0 };
    struct err e = { 0 };
    bool is_ok = trendyol.register_hook(&p->visit, str_from(c->url), STR("s"), &id, &e);
    assert_int_equal(is_ok, c->is_ok);
    assert_int_equal(p->asked, c->is_ok);
    if (c->is_ok) assert_false(str_has(p->request.body, STR("trendyol")));
}

static const struct hooks_case {
    const char *name, *body;
    int count; /* -1: asked again */
} hooks_cases[] = {
    { "a bare list of webhooks", "[{\"id\":1}]", 1 },
    { "webhooks under content", "{\"content\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", 2 },
    { "webhooks under their name", "{\"webhooks\":[]}", 0 },
    { "an object without webhooks", "{}", -1 },
    { "an empty answer", "", -1 },
    { "an HTML page", HTML, -1 },
};

static void a_hook_list_is_read(void **state)
{
    const struct hooks_case *c = *state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 200, c->body);
    struct hook_list list = { 0 };
    struct err e = { 0 };
    assert_int_equal(trendyol.list_hooks(&p->visit, &list, &e), c->count >= 0);
    if (c->count >= 0) assert_int_equal(list.count, c->count);
    if (c->count < 0) assert_int_equal(e.kind, ERR_UNAVAILABLE);
}

static void a_webhook_without_an_id_is_uncertain(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct playback *p = playback_of(a, &trendyol, 201, "{}");
    str id = { 0 };
    struct err e = { 0 };
    assert_false(trendyol.register_hook(&p->visit, STR("https://h.example"), STR("s"), &id, &e));
    assert_int_equal(e.kind, ERR_UNCERTAIN);
}

static const struct callback_case {
    const char *name, *header, *value, *secret;
    bool is_theirs;
} callback_cases[] = {
    { "a callback with our key is theirs", "X-API-Key", "kanca-anahtari", "kanca-anahtari", true },
    { "another key is not", "x-api-key", "kanca-anahtarı", "kanca-anahtari", false },
    { "the beginning of the key is not", "x-api-key", "kanca", "kanca-anahtari", false },
    { "no key is not", "x-other", "kanca-anahtari", "kanca-anahtari", false },
    { "an empty key never is", "x-api-key", "", "", false },
};

static void a_callback_is_judged(void **state)
{
    const struct callback_case *c = *state;
    struct http_header header = { str_from(c->header), str_from(c->value) };
    struct hook_delivery d = {
        .headers = &header, .header_count = 1, .body = STR("{}"), .secret = str_from(c->secret)
    };
    struct err e = { 0 };
    assert_int_equal(trendyol.hook_check(&d, &e), c->is_theirs);
    if (!c->is_theirs) assert_int_equal(e.kind, ERR_SIGNED_OUT);
}

static void a_delivery_sent_again_has_the_same_key(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    str payload = STR("{\"content\":[{\"shipmentPackageId\":7,\"status\":\"Created\","
                      "\"lastModifiedDate\":1790000000000,\"lines\":[]},{\"a\":1},{\"a\":2}]}");
    struct order_page page = { 0 };
    struct err e = { 0 };
    str one = { 0 }, two = { 0 }, three = { 0 };
    assert_true(trendyol.parse_orders(a, payload, PLAYBACK_NOW, &page, &e));
    assert_true(trendyol.hook_dedupe(a, &page.orders[0], &one, &e));
    assert_text(one, "7|Created|1790000000000");
    assert_true(trendyol.hook_dedupe(a, &page.orders[1], &two, &e));
    assert_true(trendyol.hook_dedupe(a, &page.orders[2], &three, &e));
    assert_int_equal(two.len, 64);
    assert_false(str_eq(two, three));
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, a_check_says_what_it_saw);
    SUITE_TEST(&s, a_failed_check_says_why);
    SUITE_TEST(&s, a_base_address_without_the_prefix_gets_it);
    SUITE_TEST(&s, a_long_refusal_stays_one_readable_line);
    SUITE_TEST(&s, notices_name_the_lines_that_go);
    SUITE_TEST(&s, a_notice_without_lines_is_not_sent);
    SUITE_TEST(&s, a_notice_answered_in_html_is_uncertain);
    SUITE_TEST(&s, webhooks_are_registered_listed_and_deleted);
    SUITE_TEST(&s, a_webhook_without_an_id_is_uncertain);
    SUITE_TEST(&s, a_delivery_sent_again_has_the_same_key);
    SUITE_ROWS(&s, a_setting_is_judged, setting_cases);
    SUITE_ROWS(&s, a_refusal_is_understood, refusal_cases);
    SUITE_ROWS(&s, a_wait_is_read, wait_cases);
    SUITE_ROWS(&s, a_hook_host_is_judged, host_cases);
    SUITE_ROWS(&s, a_hook_list_is_read, hooks_cases);
    SUITE_ROWS(&s, a_callback_is_judged, callback_cases);
    return suite_run(&s, "trendyol calls");
}
