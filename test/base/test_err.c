#include "base/err.h"

#include "support/suite.h"

static void an_error_says_what_and_why(void **state)
{
    (void)state;
    struct err e = { .marketplace = "demo", .http_status = 500, .retry_at = 5 };
    memcpy(e.remote_code, "X1", 3);
    assert_false(err_set(&e, ERR_INVALID, "price.below_floor", "price of SKU '%s' is below %d",
                         "BDS-0001", 5));
    assert_int_equal(e.kind, ERR_INVALID);
    assert_string_equal(e.code, "price.below_floor");
    assert_string_equal(e.message, "price of SKU 'BDS-0001' is below 5");
    assert_string_equal(e.marketplace, "demo");
    assert_int_equal(e.http_status, 0);
    assert_int_equal(e.retry_at, 0);
    assert_string_equal(e.remote_code, "");
    assert_null(e.args[0].name);
}

static void a_message_may_quote_the_one_before(void **state)
{
    (void)state;
    struct err e = { 0 };
    err_set(&e, ERR_UNAVAILABLE, "disk", "disk full");
    err_set(&e, ERR_BUG, "save", "cannot save: %s", e.message);
    assert_string_equal(e.message, "cannot save: disk full");
}

static void nobody_need_listen(void **state)
{
    (void)state;
    assert_false(err_set(NULL, ERR_BUG, "x", "y"));
    assert_false(err_arg(NULL, "x", STR("y")));
}

/* "ş" is two bytes; the odd 255 bytes end in the middle of one. */
static void a_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct text t = { .arena = a };
    for (int i = 0; i < 200; i++) text_add(&t, STR("\xC5\x9F"));
    struct err e = { 0 };
    err_set(&e, ERR_BUG, "long", "%s", str_cstr(a, text_str(&t)));
    assert_int_equal(strlen(e.message), 254);
    assert_true(str_is_utf8(str_from(e.message)));
}

static void arguments_are_kept_in_order_and_past_four_dropped(void **state)
{
    (void)state;
    struct err e = { 0 };
    err_set(&e, ERR_INVALID, "x", "y");
    static const char *const names[] = { "sku", "store", "limit", "given", "fifth" };
    for (size_t i = 0; i < 5; i++) assert_false(err_arg(&e, names[i], str_from(names[i])));
    for (size_t i = 0; i < ERR_ARGS; i++) {
        assert_string_equal(e.args[i].name, names[i]);
        assert_string_equal(e.args[i].value, names[i]);
    }
}

static void a_long_argument_is_cut(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    err_arg(&e, "sku", str_print(a, "%0100d", 7));
    assert_int_equal(strlen(e.args[0].value), sizeof e.args[0].value - 1);
}

static void every_kind_has_a_name_that_reads_back(void **state)
{
    (void)state;
    for (int kind = 0; kind < ERR_KIND_COUNT; kind++) {
        const char *name = err_kind_name((enum err_kind)kind);
        assert_non_null(name);
        assert_int_equal(err_kind_from(str_from(name)), kind);
    }
    assert_int_equal(err_kind_from(STR("no such kind")), ERR_BUG);
    assert_string_equal(err_kind_name((enum err_kind)99), "bug");
    assert_string_equal(err_kind_name(ERR_RATE_LIMITED), "rate_limited");
}

int main(void)
{
    static struct suite s;
    SUITE_TEST(&s, an_error_says_what_and_why);
    SUITE_TEST(&s, a_message_may_quote_the_one_before);
    SUITE_TEST(&s, nobody_need_listen);
    SUITE_TEST(&s, a_long_message_is_cut_between_characters);
    SUITE_TEST(&s, arguments_are_kept_in_order_and_past_four_dropped);
    SUITE_TEST(&s, a_long_argument_is_cut);
    SUITE_TEST(&s, every_kind_has_a_name_that_reads_back);
    return suite_run(&s, "err");
}
