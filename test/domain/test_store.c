/* Stores: their words, and which addresses they may have. */
#include "domain/store.h"
#include "support/suite.h"

static const struct url_case {
    const char *name, *url;
    bool test_mode, ok;
} urls[] = {
    { "none: the connector's own", "", false, true },
    { "https", "https://api.example.org", false, true },
    { "https with port and path", "https://api.example.org:8443/v1/", false, true },
    { "https to an address", "https://[2001:db8::1]:443/x", false, true },
    { "plain http on loopback in test mode", "http://127.0.0.1:9000", true, true },
    { "plain http on the whole loopback net", "http://127.9.8.7", true, true },
    { "plain http on localhost", "http://localhost:9000/trendyol", true, true },
    { "plain http on the other loopback", "http://[::1]:9000", true, true },
    { "plain http outside test mode", "http://127.0.0.1:9000", false, false },
    { "plain http to another machine", "http://api.example.org", true, false },
    { "a name that only begins like loopback", "http://127.0.0.1.example.org", true, false },
    { "a name that ends like localhost", "http://localhost.example.org", true, false },
    { "a short form of loopback", "http://127.1", true, false },
    { "a decimal form of loopback", "http://2130706433", true, false },
    { "an address beyond its bytes", "http://127.0.0.256", true, false },
    { "an address with a long part", "http://127.0.0.0001", true, false },
    { "a fifth part", "http://127.0.0.1.1", true, false },
    { "everywhere", "http://0.0.0.0", true, false },
    { "a user before the host", "http://127.0.0.1@evil.example", true, false },
    { "a user and a password", "https://u:p@api.example.org", false, false },
    { "a query", "https://api.example.org/?a=b", false, false },
    { "a query without a path", "https://api.example.org?a=b", false, false },
    { "a fragment", "https://api.example.org/#x", false, false },
    { "a blank", "https://api.example.org/a b", false, false },
    { "a line break", "https://api.example.org\n", false, false },
    { "a backslash", "https://api.example.org\\@evil.example", false, false },
    { "no host", "https://", false, false },
    { "no host but a port", "https://:443", false, false },
    { "an empty port", "https://api.example.org:", false, false },
    { "a port that is no number", "https://api.example.org:https", false, false },
    { "a port below zero", "https://api.example.org:-1", false, false },
    { "a port too high", "https://api.example.org:65536", false, false },
    { "a bracket that stays open", "https://[::1", false, false },
    { "text after a bracket", "https://[::1]x", false, false },
    { "another scheme", "ftp://api.example.org", true, false },
    { "a file", "file:///etc/passwd", true, false },
    { "no scheme", "api.example.org", false, false },
};

static void an_address_is_taken_or_refused(void **state)
{
    const struct url_case *c = *state;
    struct err e = { 0 };
    assert_int_equal(store_base_url_check(str_from(c->url), c->test_mode, &e), c->ok);
    if (c->ok) return;
    assert_int_equal(e.kind, ERR_INVALID);
    assert_string_equal(e.code, "store.base_url");
}

static void an_address_has_a_length(void **state)
{
    (void)state;
    struct err e = { 0 };
    char url[300] = "https://";
    memset(url + 8, 'a', 250);
    assert_true(store_base_url_check((str){ url, STORE_BASE_URL_MAX }, false, &e));
    assert_false(store_base_url_check((str){ url, STORE_BASE_URL_MAX + 1 }, false, &e));
}

static void states_are_read_back(void **state)
{
    (void)state;
    enum store_state s;
    for (int i = 0; i < STORE_STATE_COUNT; i++) {
        assert_true(store_state_from(str_from(store_state_name((enum store_state)i)), &s));
        assert_int_equal(s, i);
    }
    assert_false(store_state_from(STR("asleep"), &s));
}

static void a_value_is_found_by_name(void **state)
{
    (void)state;
    const struct store_value values[] = { { STR_INIT("a"), STR_INIT("1") },
                                          { STR_INIT("b"), STR_INIT("2") } };
    struct store s = { .values = values, .value_count = 2 };
    assert_text(store_value(&s, "b"), "2");
    assert_int_equal(store_value(&s, "c").len, 0);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, an_address_is_taken_or_refused, urls);
    SUITE_TEST(&s, an_address_has_a_length);
    SUITE_TEST(&s, states_are_read_back);
    SUITE_TEST(&s, a_value_is_found_by_name);
    return suite_run(&s, "store");
}
