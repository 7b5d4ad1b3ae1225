/* Reading: what is taken (y), what is refused (n), and what is ours to decide (i). */
#include "base/json.h"

#include <stdio.h>

#include "support/suite.h"

/* `written` is how the writer says it again; NULL: the same text. */
static const struct taken_case {
    const char *name;
    str text;
    const char *written;
} taken[] = {
    { "y empty array", STR_INIT("[]"), NULL },
    { "y empty object", STR_INIT("{}"), NULL },
    { "y null alone", STR_INIT("null"), NULL },
    { "y true alone", STR_INIT("true"), NULL },
    { "y false alone", STR_INIT("false"), NULL },
    { "y number alone", STR_INIT("42"), NULL },
    { "y string alone", STR_INIT("\"a\""), NULL },
    { "y empty string", STR_INIT("\"\""), NULL },
    { "y white space everywhere", STR_INIT(" \t\r\n[ 1 , { \"a\" : null } ]\n"),
      "[1,{\"a\":null}]" },
    { "y arrays in arrays", STR_INIT("[[],[[]],[1,[2]]]"), NULL },
    { "y objects in objects", STR_INIT("{\"a\":{\"b\":{}},\"c\":[{}]}"), NULL },
    { "y empty key", STR_INIT("{\"\":0}"), NULL },
    { "y key with escapes", STR_INIT("{\"a\\u0062\\n\":0}"), "{\"ab\\n\":0}" },
    { "y key with NUL", STR_INIT("{\"a\\u0000b\":0}"), NULL },
    { "y minus zero", STR_INIT("-0"), NULL },
    { "y digits are kept", STR_INIT("[498.90,1.0,0.10,100]"), NULL },
    { "y a 20 digit number is kept", STR_INIT("12345678901234567890"), NULL },
    { "y exponents are kept", STR_INIT("[1e5,1E+5,1.5e-05,0e0]"), NULL },
    { "y a huge exponent is kept", STR_INIT("1e999999999"), NULL },
    { "y all short escapes", STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
      "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
    { "y unicode escapes", STR_INIT("\"\\u0041\\u00e7\\u20BA\""), "\"Aç₺\"" },
    { "y surrogate pair", STR_INIT("\"\\ud83d\\uDE00\""), "\"😀\"" },
    { "y first and last pair", STR_INIT("\"\\ud800\\udc00\\udbff\\udfff\""),
      "\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"" },
    { "y escaped NUL", STR_INIT("\"a\\u0000b\""), NULL },
    { "y control characters by escape", STR_INIT("\"\\u001f\\u0001\""), NULL },
    { "y Turkish text", STR_INIT("\"Kırmızı Şal\""), NULL },
    { "y delete character", STR_INIT("\"\x7F\""), NULL },
    { "y noncharacters", STR_INIT("\"\xEF\xBF\xBF\\uFFFE\""), "\"\xEF\xBF\xBF\xEF\xBF\xBE\"" },
    { "y line separators come back escaped", STR_INIT("\"\xE2\x80\xA8\xE2\x80\xA9\""),
      "\"\\u2028\\u2029\"" },
    { "y an end tag comes back escaped", STR_INIT("\"</script>\""), "\"<\\/script>\"" },
    { "y escaped backslash before u", STR_INIT("\"\\\\u0041\""), NULL },
    { "i byte order mark is skipped", STR_INIT("\xEF\xBB\xBF[]"), "[]" },
    { "i keys may stand twice", STR_INIT("{\"a\":1,\"a\":2}"), NULL },
};

static void json_parse_takes(void **state)
{
    const struct taken_case *c = *state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const struct json *v = NULL;
    char *exact = malloc(c->text.len); /* neither longer than it says, nor there afterwards */
    memcpy(exact, c->text.at, c->text.len);
    bool ok = json_parse(a, (str){ exact, c->text.len }, NULL, &v, &e);
    free(exact);
    if (!ok) print_error("%s\n", e.message);
    assert_true(ok);
    struct json_writer w = json_writer(a);
    json_put_value(&w, NULL, v);
    if (c->written)
        assert_text(json_written(&w), c->written);
    else
        assert_true(str_eq(json_written(&w), c->text));
}

static const struct refused_case {
    const char *name;
    str text;
    int line, column;
} refused[] = {
    { "n nothing", STR_INIT(""), 1, 1 },
    { "n white space only", STR_INIT(" \n "), 2, 2 },
    { "n byte order mark only", STR_INIT("\xEF\xBB\xBF"), 1, 1 },
    { "n two values", STR_INIT("1 2"), 1, 3 },
    { "n two documents", STR_INIT("[]\n[]"), 2, 1 },
    { "n text after it", STR_INIT("[]x"), 1, 3 },
    { "n NUL after it", STR_INIT("[]\0"), 1, 3 },
    { "n open array", STR_INIT("["), 1, 2 },
    { "n open array after value", STR_INIT("[1"), 1, 3 },
    { "n open object", STR_INIT("{"), 1, 2 },
    { "n open object after key", STR_INIT("{\"a\""), 1, 5 },
    { "n open object after colon", STR_INIT("{\"a\":"), 1, 6 },
    { "n wrong bracket", STR_INIT("[}"), 1, 2 },
    { "n wrong bracket after value", STR_INIT("{\"a\":1]"), 1, 7 },
    { "n closing bracket alone", STR_INIT("]"), 1, 1 },
    { "n comma at the end of an array", STR_INIT("[1,]"), 1, 4 },
    { "n comma at the end of an object", STR_INIT("{\"a\":1,}"), 1, 8 },
    { "n comma first", STR_INIT("[,1]"), 1, 2 },
    { "n two commas", STR_INIT("[1,,2]"), 1, 4 },
    { "n no comma", STR_INIT("[1 2]"), 1, 4 },
    { "n colon in an array", STR_INIT("[\"a\":1]"), 1, 5 },
    { "n no colon", STR_INIT("{\"a\" 1}"), 1, 6 },
    { "n two colons", STR_INIT("{\"a\"::1}"), 1, 6 },
    { "n key without quotes", STR_INIT("{a:1}"), 1, 2 },
    { "n key in single quotes", STR_INIT("{'a':1}"), 1, 2 },
    { "n number as key", STR_INIT("{1:1}"), 1, 2 },
    { "n string in single quotes", STR_INIT("'a'"), 1, 1 },
    { "n comment", STR_INIT("/**/[]"), 1, 1 },
    { "n comment inside", STR_INIT("[1 // x\n]"), 1, 4 },
    { "n capital True", STR_INIT("True"), 1, 1 },
    { "n cut true", STR_INIT("tru"), 1, 1 },
    { "n longer true", STR_INIT("truee"), 1, 5 },
    { "n cut null", STR_INIT("[nul]"), 1, 2 },
    { "n NaN", STR_INIT("NaN"), 1, 1 },
    { "n Infinity", STR_INIT("-Infinity"), 1, 2 },
    { "n leading zero", STR_INIT("01"), 1, 2 },
    { "n leading zero after minus", STR_INIT("-012"), 1, 3 },
    { "n plus sign", STR_INIT("+1"), 1, 1 },
    { "n minus alone", STR_INIT("-"), 1, 2 },
    { "n two minuses", STR_INIT("--1"), 1, 2 },
    { "n point first", STR_INIT(".5"), 1, 1 },
    { "n point last", STR_INIT("5."), 1, 3 },
    { "n point before exponent", STR_INIT("5.e1"), 1, 3 },
    { "n exponent without digits", STR_INIT("1e"), 1, 3 },
    { "n exponent with sign only", STR_INIT("1e+"), 1, 4 },
    { "n exponent with a point", STR_INIT("1e1.5"), 1, 4 },
    { "n hexadecimal", STR_INIT("0x1"), 1, 2 },
    { "n thousands separator", STR_INIT("[1_000]"), 1, 3 },
    { "n full width digit", STR_INIT("１"), 1, 1 },
    { "n open string", STR_INIT("\"abc"), 1, 5 },
    { "n string ends in a backslash", STR_INIT("\"abc\\"), 1, 6 },
    { "n string ends in an escaped quote", STR_INIT("\"\\\""), 1, 4 },
    { "n unknown escape", STR_INIT("\"\\x41\""), 1, 3 },
    { "n escaped NUL byte", STR_INIT("\"\\\0\""), 1, 3 },
    { "n capital U", STR_INIT("\"\\U0041\""), 1, 3 },
    { "n three hexadecimal digits", STR_INIT("\"\\u004\""), 1, 7 },
    { "n no hexadecimal digit", STR_INIT("\"\\u00g0\""), 1, 6 },
    { "n escape cut by the end", STR_INIT("\"\\u00"), 1, 6 },
    { "n line end in a string", STR_INIT("\"a\nb\""), 1, 3 },
    { "n tab in a string", STR_INIT("\"a\tb\""), 1, 3 },
    { "n NUL in a string", STR_INIT("\"a\0b\""), 1, 3 },
    { "n form feed as white space", STR_INIT("[\f]"), 1, 2 },
    { "n no-break space as white space", STR_INIT("[\xC2\xA0]"), 1, 2 },
    { "n invalid UTF-8", STR_INIT("\"\xFF\""), 1, 2 },
    { "n overlong UTF-8", STR_INIT("\"\xC0\xAF\""), 1, 2 },
    { "n surrogate in UTF-8", STR_INIT("\"\xED\xA0\x80\""), 1, 2 },
    { "n cut UTF-8", STR_INIT("\"\xE2\x82\""), 1, 2 },
    { "n UTF-16", STR_INIT("\xFF\xFE[\0]\0"), 1, 1 },
    { "n invalid UTF-8 in a key", STR_INIT("{\"\x80\":1}"), 1, 3 },
    { "i high surrogate alone", STR_INIT("\"\\ud83d\""), 1, 8 },
    { "i low surrogate alone", STR_INIT("\"\\ude00\""), 1, 8 },
    { "i high surrogate before text", STR_INIT("\"\\ud83dabc\""), 1, 8 },
    { "i two high surrogates", STR_INIT("\"\\ud83d\\ud83d\""), 1, 14 },
    { "i surrogates in the wrong order", STR_INIT("\"\\ude00\\ud83d\""), 1, 8 },
    { "the line is counted", STR_INIT("{\n  \"a\": 1,\n  \"b\" 2\n}"), 3, 7 },
    { "characters are counted, not bytes", STR_INIT("[\"şğü\" 1]"), 1, 8 },
    { "an escaped line end is no line", STR_INIT("[\"\\n\\n\" 1]"), 1, 9 },
};

static void json_parse_refuses(void **state)
{
    const struct refused_case *c = *state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const struct json *v = NULL;
    char *exact = malloc(c->text.len ? c->text.len : 1);
    memcpy(exact, c->text.at, c->text.len);
    bool ok = json_parse(a, (str){ exact, c->text.len }, NULL, &v, &e);
    free(exact);
    assert_false(ok);
    assert_null(v);
    assert_int_equal(e.kind, ERR_INVALID);
    assert_string_equal(e.code, "json.syntax");
    char place[64];
    snprintf(place, sizeof place, "JSON, line %d column %d: ", c->line, c->column);
    if (!str_starts(str_from(e.message), str_from(place)))
        print_error("%s, not %s\n", e.message, place);
    assert_true(str_starts(str_from(e.message), str_from(place)));
    assert_int_equal(atoi(e.args[0].value), c->line);
    assert_int_equal(atoi(e.args[1].value), c->column);
}

static bool parses(struct arena *a, str text, struct json_limits limits, struct err *e)
{
    const struct json *v;
    return json_parse(a, text, &limits, &v, e);
}

static str nested(struct arena *a, int depth)
{
    struct text t = { .arena = a };
    for (int i = 0; i < depth; i++) text_add(&t, i % 2 ? STR("{\"a\":") : STR("["));
    text_add_char(&t, '1');
    for (int i = depth; i-- > 0;) text_add_char(&t, i % 2 ? '}' : ']');
    return text_str(&t);
}

static void depth_is_limited(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    assert_true(parses(a, nested(a, 64), (struct json_limits){ 0 }, &e));
    assert_false(parses(a, nested(a, 65), (struct json_limits){ 0 }, &e));
    assert_string_equal(e.code, "json.syntax");
    assert_non_null(strstr(e.message, "too many brackets"));
    assert_true(parses(a, nested(a, 3), (struct json_limits){ .depth = 3 }, &e));
    assert_false(parses(a, nested(a, 4), (struct json_limits){ .depth = 3 }, &e));
    assert_true(parses(a, nested(a, 5000), (struct json_limits){ .depth = 5000 }, &e));
    str wide = STR("[[],[],[[]],{},{\"a\":[]}]");
    assert_true(parses(a, wide, (struct json_limits){ .depth = 3 }, &e));
    assert_false(parses(a, wide, (struct json_limits){ .depth = 2 }, &e));
}

static void values_and_bytes_are_limited(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    str text = STR("[1,[2],{\"a\":3}]"); /* six values */
    assert_true(parses(a, text, (struct json_limits){ .values = 6 }, &e));
    assert_false(parses(a, text, (struct json_limits){ .values = 5 }, &e));
    assert_non_null(strstr(e.message, "too many values"));
    assert_true(parses(a, text, (struct json_limits){ .bytes = text.len }, &e));
    assert_false(parses(a, text, (struct json_limits){ .bytes = text.len - 1 }, &e));
    assert_non_null(strstr(e.message, "at most"));
}

static void duplicate_keys_are_refused_where_asked(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const struct json_limits strict = { .refuse_duplicate_keys = true };
    assert_true(
        parses(a, STR("{\"a\":1,\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":1}]}"), strict, &e));
    assert_false(parses(a, STR("[{\"a\":1,\"b\":2,\"\\u0061\":3}]"), strict, &e));
    assert_string_equal(e.args[2].name, "key");
    assert_string_equal(e.args[2].value, "a");
    struct text t = { .arena = a };
    for (int i = 0; i < 1000; i++) text_print(&t, "%c\"k%d\":1", i ? ',' : '{', i);
    struct text twice = { .arena = a };
    text_print(&twice, "%.*s,\"k500\":2}", STR_ARG(text_str(&t)));
    text_add_char(&t, '}');
    assert_true(parses(a, text_str(&t), strict, &e));
    assert_false(parses(a, text_str(&twice), strict, &e));
    assert_string_equal(e.args[2].value, "k500");
}

static const struct json *parsed(struct arena *a, str text)
{
    struct err e = { 0 };
    const struct json *v = NULL;
    assert_true(json_parse(a, text, NULL, &v, &e));
    return v;
}

static void values_are_found(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    const struct json *v = parsed(a, STR("{\"price\":{\"salePrice\":498.90,\"list\":null},\"id\":"
                                         "\"x\",\"n\":5,\"ok\":true,\"a\":[1,\"two\"],\"n\":6}"));
    assert_text(json_text(json_path(v, "price.salePrice")), "498.90");
    assert_null(json_path(v, "price.salePrice.more"));
    assert_null(json_path(v, "prices.salePrice"));
    assert_ptr_equal(json_path(v, ""), v);
    assert_text(json_text_at(v, "id"), "x");
    assert_text(json_text_at(v, "n"), "6"); /* the last wins */
    assert_text(json_text_at(v, "ok"), "");
    assert_text(json_text_at(v, "missing"), "");
    assert_true(json_bool_at(v, "ok", false));
    assert_true(json_bool_at(v, "missing", true));
    assert_false(json_bool_at(v, "n", false));
    assert_true(json_is_null(json_path(v, "price.list")));
    assert_true(json_is_null(json_get(v, "missing")));
    assert_false(json_is_null(json_get(v, "id")));
    const struct json *items = json_get(v, "a");
    assert_int_equal(items->count, 2);
    assert_text(json_text(items->first), "1");
    assert_text(json_text(items->first->next), "two");
    assert_null(items->first->next->next);
    assert_null(json_get(items, "0"));
    assert_null(json_get(NULL, "a"));
}

static const struct i64_case {
    const char *name, *text;
    bool ok;
    int64_t value;
} i64_cases[] = {
    { "a whole number is one", "5", true, 5 },
    { "so is a fraction of zeros", "5.0", true, 5 },
    { "so is an exponent that gives one", "1.5e3", true, 1500 },
    { "digits in a string", "\"12345678901\"", true, 12345678901 },
    { "the largest", "9223372036854775807", true, INT64_MAX },
    { "the smallest", "-9223372036854775808", true, INT64_MIN },
    { "one more is refused", "9223372036854775808", false, 0 },
    { "a fraction is refused", "5.5", false, 0 },
    { "a fraction in a string is refused", "\"5.0\"", false, 0 },
    { "a word is refused", "\"five\"", false, 0 },
    { "the empty string is refused", "\"\"", false, 0 },
    { "a bool is refused", "true", false, 0 },
    { "null is refused", "null", false, 0 },
    { "an array is refused", "[5]", false, 0 },
};

static void json_i64_reads(void **state)
{
    const struct i64_case *c = *state;
    AUTO(arena) a = arena_new();
    int64_t value = 77;
    assert_int_equal(json_i64(parsed(a, str_from(c->text)), &value), c->ok);
    assert_int_equal(value, c->ok ? c->value : 77);
}

static void money_keeps_its_digits(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    money m = { 0 };
    assert_true(json_money(parsed(a, STR("498.90")), "TRY", &m));
    assert_int_equal(m.e4, 4989000);
    assert_true(json_money(parsed(a, STR("498.89999999999998")), "TRY", &m));
    assert_int_equal(m.e4, 4989000);
    assert_true(json_money(parsed(a, STR("\"12.5\"")), "TRY", &m));
    assert_int_equal(m.e4, 125000);
    assert_false(json_money(parsed(a, STR("\"12,5\"")), "TRY", &m));
    assert_false(json_money(parsed(a, STR("null")), "TRY", &m));
    assert_false(json_money(NULL, "TRY", &m));
    assert_int_equal(m.e4, 125000);
}

static void everything_is_written(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_text(&w, "t",
                  STR("a\xFF"
                      "b\0\x1F\"</"));
    json_put_cstr(&w, "c", NULL);
    json_put_i64(&w, "n", INT64_MIN);
    json_put_id(&w, "id", 9007199254740993);
    json_put_id(&w, "none", 0);
    json_put_bool(&w, "b", true);
    json_put_raw(&w, "r", STR("[1.50]"));
    json_put_time(&w, "at", 1795335334123);
    json_put_time(&w, "never", 0);
    json_put_money(&w, "m", money_of(1999000, "TRY"));
    json_put_money(&w, "no_money", (money){ 0 });
    json_open_array(&w, "list");
    json_open_object(&w, NULL);
    json_close_object(&w);
    json_open_array(&w, NULL);
    json_close_array(&w);
    json_put_null(&w, NULL);
    json_close_array(&w);
    json_put_value(&w, "v", NULL);
    json_put_text(&w, "\"", (str){ 0 });
    json_close_object(&w);
    assert_text(json_written(&w),
                "{\"t\":\"a\xEF\xBF\xBD"
                "b\\u0000\\u001f\\\"<\\/\",\"c\":null,"
                "\"n\":-9223372036854775808,\"id\":\"9007199254740993\",\"none\":null,\"b\":true,"
                "\"r\":[1.50],\"at\":\"2026-11-22T08:15:34.123Z\",\"never\":null,"
                "\"m\":{\"amount\":\"199.90\",\"currency\":\"TRY\"},\"no_money\":null,"
                "\"list\":[{},[],null],\"v\":null,\"\\\"\":\"\"}");
}

static void a_megabyte_is_read(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct text t = { .arena = a };
    text_add_char(&t, '[');
    for (int i = 0; i < 10000; i++)
        text_print(
            &t, "%s{\"sku\":\"BDS-%05d\",\"price\":%d.90,\"title\":\"K\\u0131rm\\u0131z\\u0131\"}",
            i ? "," : "", i, i);
    text_add_char(&t, ']');
    const struct json *v = parsed(a, text_str(&t));
    assert_int_equal(v->count, 10000);
    int i = 0;
    for (const struct json *item = v->first; item; item = item->next, i++) {
        money m = { 0 };
        assert_true(json_money(json_get(item, "price"), "TRY", &m));
        assert_int_equal(m.e4, i * 10000 + 9000);
        assert_text(json_text_at(item, "title"), "Kırmızı");
    }
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, json_parse_takes, taken);
    SUITE_ROWS(&s, json_parse_refuses, refused);
    SUITE_TEST(&s, depth_is_limited);
    SUITE_TEST(&s, values_and_bytes_are_limited);
    SUITE_TEST(&s, duplicate_keys_are_refused_where_asked);
    SUITE_TEST(&s, values_are_found);
    SUITE_ROWS(&s, json_i64_reads, i64_cases);
    SUITE_TEST(&s, money_keeps_its_digits);
    SUITE_TEST(&s, everything_is_written);
    SUITE_TEST(&s, a_megabyte_is_read);
    return suite_run(&s, "json");
}
