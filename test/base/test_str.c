#include "base/str.h"

#include "base/utf8.h"
#include "support/suite.h"

static void empty_texts_are_equal_wherever_they_stand(void **state)
{
    (void)state;
    str none = { 0 }, empty = STR("");
    assert_true(str_eq(none, empty));
    assert_true(str_eq_nocase(none, empty));
    assert_int_equal(str_cmp(none, empty), 0);
    assert_true(str_starts(none, empty));
    assert_true(str_ends(none, none));
    assert_true(str_has(none, empty));
    assert_int_equal(str_trim(none).len, 0);
    assert_int_equal(str_cut(none, 3, 4).len, 0);
    assert_true(str_is_utf8(none));
    assert_int_equal(str_from(NULL).len, 0);
}

static void texts_are_compared(void **state)
{
    (void)state;
    assert_true(str_eq(STR("a\0b"), STR("a\0b")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
    assert_false(str_eq_nocase(STR("I"), STR("\xC4\xB1")));
    assert_false(str_eq_nocase(STR("@"), STR("`"))); /* 0x20 apart, as letters are */
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("ab"), STR("a")) > 0);
    assert_true(str_cmp(STR("\xFF"), STR("a")) > 0);
    assert_true(str_starts(STR("order.new"), STR("order.")));
    assert_false(str_starts(STR("or"), STR("order")));
    assert_true(str_ends(STR("a.json"), STR(".json")));
    assert_false(str_ends(STR("json"), STR(".json")));
    assert_true(str_has(STR("one two"), STR("e t")));
    assert_false(str_has(STR("one two"), STR("two ")));
}

static void parts_are_cut(void **state)
{
    (void)state;
    assert_text(str_trim(STR(" \t\r\n a b \v\f")), "a b");
    assert_text(str_trim(STR("  ")), "");
    assert_text(str_cut(STR("abcdef"), 2, 3), "cde");
    assert_text(str_cut(STR("abc"), 2, SIZE_MAX), "c");
    assert_text(str_cut(STR("abc"), 9, 1), "");
}

static const struct next_case {
    const char *name, *text, *parts; /* each part in angle brackets */
} next_cases[] = {
    { "parts are split", "a,b,c", "<a><b><c>" },
    { "an empty part in the middle counts", "a,,b", "<a><><b>" },
    { "an empty part in front counts", ",a", "<><a>" },
    { "a separator at the end adds no part", "a,", "<a>" },
    { "a lone separator is one empty part", ",", "<>" },
    { "the empty text has no parts", "", "" },
    { "a text without separator is one part", "abc", "<abc>" },
};

static void str_next_splits(void **state)
{
    const struct next_case *c = *state;
    AUTO(arena) a = arena_new();
    struct text seen = { .arena = a };
    str rest = str_from(c->text), part;
    while (str_next(&rest, ',', &part)) text_print(&seen, "<%.*s>", STR_ARG(part));
    assert_text(text_str(&seen), c->parts);
}

static void str_split_parts_at_the_first(void **state)
{
    (void)state;
    str before, after;
    assert_true(str_split(STR("a=b=c"), '=', &before, &after));
    assert_text(before, "a");
    assert_text(after, "b=c");
    assert_true(str_split(STR("a="), '=', &before, &after));
    assert_text(after, "");
    assert_false(str_split(STR("abc"), '=', &before, &after));
    assert_text(before, "abc");
    assert_text(after, "");
}

static const struct i64_case {
    const char *name, *text;
    bool ok;
    int64_t value;
} i64_cases[] = {
    { "zero", "0", true, 0 },
    { "a number", "20261122", true, 20261122 },
    { "a negative number", "-5", true, -5 },
    { "leading zeros", "007", true, 7 },
    { "the largest", "9223372036854775807", true, INT64_MAX },
    { "the smallest", "-9223372036854775808", true, INT64_MIN },
    { "one too large", "9223372036854775808", false, 0 },
    { "one too small", "-9223372036854775809", false, 0 },
    { "much too large", "99999999999999999999", false, 0 },
    { "nothing", "", false, 0 },
    { "only a sign", "-", false, 0 },
    { "a plus sign", "+1", false, 0 },
    { "white space", " 1", false, 0 },
    { "a fraction", "1.0", false, 0 },
    { "text after it", "1x", false, 0 },
};

static void str_to_i64_reads(void **state)
{
    const struct i64_case *c = *state;
    int64_t value = 77;
    assert_int_equal(str_to_i64(str_from(c->text), &value), c->ok);
    assert_int_equal(value, c->ok ? c->value : 77);
}

static const struct utf8_case {
    const char *name;
    str bytes;
    bool ok;
} utf8_cases[] = {
    { "ASCII", STR_INIT("abc\x7F"), true },
    { "NUL is a character", STR_INIT("a\0b"), true },
    { "two bytes", STR_INIT("\xC2\x80\xDF\xBF"), true },
    { "three bytes", STR_INIT("\xE0\xA0\x80\xEF\xBF\xBF"), true },
    { "four bytes", STR_INIT("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), true },
    { "the last before the surrogates", STR_INIT("\xED\x9F\xBF"), true },
    { "a surrogate", STR_INIT("\xED\xA0\x80"), false },
    { "past the last code point", STR_INIT("\xF4\x90\x80\x80"), false },
    { "an overlong slash", STR_INIT("\xC0\xAF"), false },
    { "an overlong three byte form", STR_INIT("\xE0\x9F\xBF"), false },
    { "an overlong four byte form", STR_INIT("\xF0\x8F\xBF\xBF"), false },
    { "a lone continuation", STR_INIT("\x80"), false },
    { "a cut character", STR_INIT("\xE2\x82"), false },
    { "a lead byte before a letter", STR_INIT("\xC3("), false },
    { "a byte that never occurs", STR_INIT("\xFF"), false },
    { "a five byte form", STR_INIT("\xF8\x88\x80\x80\x80"), false },
};

static void str_is_utf8_tells(void **state)
{
    const struct utf8_case *c = *state;
    assert_int_equal(str_is_utf8(c->bytes), c->ok);
}

static void every_code_point_survives_utf8(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        char bytes[4];
        size_t size = utf8_write(code, bytes);
        uint32_t back = 0;
        assert_int_equal(utf8_read((str){ bytes, size }, 0, &back), size);
        assert_int_equal(back, code);
        if (size > 1) assert_int_equal(utf8_read((str){ bytes, size - 1 }, 0, &back), 0);
    }
}

static const struct fill_case {
    const char *name, *text;
    size_t size;
    const char *filled;
} fill_cases[] = {
    { "a short text fits", "abc", 8, "abc" },
    { "a text fits exactly", "abcdefg", 8, "abcdefg" },
    { "a long text is cut", "abcdefgh", 8, "abcdefg" },
    { "no character is cut in two", "abcde\xC5\x9F", 7, "abcde" },
    { "one that fits stays", "abcd\xC5\x9Fx", 7, "abcd\xC5\x9F" },
    { "a four byte character goes as a whole", "ab\xF0\x9F\x98\x80", 6, "ab" },
    { "a buffer of one byte is empty", "\xC5\x9F", 1, "" },
    { "the empty text", "", 8, "" },
};

static void str_fill_cuts_between_characters(void **state)
{
    const struct fill_case *c = *state;
    char *buffer = malloc(c->size);
    str_fill(buffer, c->size, str_from(c->text));
    assert_string_equal(buffer, c->filled);
    free(buffer);
}

static void broken_bytes_are_cut_where_asked(void **state)
{
    (void)state;
    assert_int_equal(utf8_whole("\x80\x80\x80\x80", 4), 4);
    assert_int_equal(utf8_whole("\x80", 1), 1);
    assert_int_equal(utf8_whole("", 0), 0);
    assert_int_equal(utf8_whole("a\xC5", 2), 1);
    assert_int_equal(utf8_whole("\xE2\x82\xAC", 3), 3);
}

static void text_grows(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct text t = { .arena = a };
    assert_int_equal(text_str(&t).len, 0);
    for (int i = 0; i < 5000; i++) {
        text_add(&t, STR("ab"));
        text_add_char(&t, 'c');
        text_print(&t, "%03d", i % 1000);
    }
    assert_int_equal(text_str(&t).len, 30000);
    assert_text(str_cut(text_str(&t), 29994, 6), "abc999");
    assert_text(str_print(a, "%s-%d-%.*s", "x", 5, STR_ARG(STR("yz!"))), "x-5-yz!");
    assert_text(str_print(a, "%s", ""), "");
    assert_string_equal(str_cstr(a, STR("abc")), "abc");
}

static const struct code_case {
    const char *name;
    str bytes;
    const char *url, *base64, *base64url, *hex;
} code_cases[] = {
    { "nothing", STR_INIT(""), "", "", "", "" },
    { "one letter", STR_INIT("f"), "f", "Zg==", "Zg", "66" },
    { "two letters", STR_INIT("fo"), "fo", "Zm8=", "Zm8", "666f" },
    { "three letters", STR_INIT("foo"), "foo", "Zm9v", "Zm9v", "666f6f" },
    { "what may stay stays", STR_INIT("aZ09-._~"), "aZ09-._~", "YVowOS0uX34=", "YVowOS0uX34",
      "615a30392d2e5f7e" },
    { "the letters that differ", STR_INIT("\xFB\xEF\xFF"), "%FB%EF%FF", "++//", "--__", "fbefff" },
    { "what means something in a URL", STR_INIT("a b&c=d/+%"), "a%20b%26c%3Dd%2F%2B%25",
      "YSBiJmM9ZC8rJQ==", "YSBiJmM9ZC8rJQ",
      "6120622663"
      "3d642f2b25" },
};

static void bytes_are_coded_and_read_back(void **state)
{
    const struct code_case *c = *state;
    AUTO(arena) a = arena_new();
    str back;
    assert_text(str_url_encode(a, c->bytes), c->url);
    assert_true(str_url_decode(a, str_from(c->url), true, &back));
    assert_true(str_eq(back, c->bytes));
    assert_text(str_base64(a, c->bytes), c->base64);
    assert_true(str_base64_decode(a, str_from(c->base64), &back));
    assert_true(str_eq(back, c->bytes));
    assert_text(str_base64url(a, c->bytes), c->base64url);
    assert_true(str_base64_decode(a, str_from(c->base64url), &back));
    assert_true(str_eq(back, c->bytes));
    assert_text(str_hex(a, c->bytes), c->hex);
}

static const struct refuse_case {
    const char *name, *text;
} broken_base64[] = {
    { "one letter alone", "Z" },
    { "five letters", "Zm9vZ" },
    { "half the padding", "Zg=" },
    { "too much padding", "Zg===" },
    { "padding where none belongs", "Zm9v=" },
    { "padding alone", "====" },
    { "padding inside", "Zg==Zg==" },
    { "white space", "Zm 9v" },
    { "a line end", "Zm9v\n" },
    { "bits that say nothing", "Zh==" },
    { "a letter of no alphabet", "Zm9!" },
};

static void broken_base64_is_refused(void **state)
{
    const struct refuse_case *c = *state;
    AUTO(arena) a = arena_new();
    str bytes;
    assert_false(str_base64_decode(a, str_from(c->text), &bytes));
}

static const struct refuse_case broken_urls[] = {
    { "a lone percent sign", "%" },        { "one digit", "%4" }, { "no digits", "%zz" },
    { "one good digit", "%4z" },           { "NUL", "a%00b" },    { "a sign is no digit", "%-1" },
    { "a cut escape at the end", "ab%2" },
};

static void broken_percent_escapes_are_refused(void **state)
{
    const struct refuse_case *c = *state;
    AUTO(arena) a = arena_new();
    str out;
    assert_false(str_url_decode(a, str_from(c->text), true, &out));
}

static void plus_is_a_blank_only_in_queries(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    str out;
    assert_true(str_url_decode(a, STR("a+b%2b%2B"), true, &out));
    assert_text(out, "a b++");
    assert_true(str_url_decode(a, STR("a+b"), false, &out));
    assert_text(out, "a+b");
}

int main(void)
{
    static struct suite s;
    SUITE_TEST(&s, empty_texts_are_equal_wherever_they_stand);
    SUITE_TEST(&s, texts_are_compared);
    SUITE_TEST(&s, parts_are_cut);
    SUITE_ROWS(&s, str_next_splits, next_cases);
    SUITE_TEST(&s, str_split_parts_at_the_first);
    SUITE_ROWS(&s, str_to_i64_reads, i64_cases);
    SUITE_ROWS(&s, str_is_utf8_tells, utf8_cases);
    SUITE_TEST(&s, every_code_point_survives_utf8);
    SUITE_ROWS(&s, str_fill_cuts_between_characters, fill_cases);
    SUITE_TEST(&s, broken_bytes_are_cut_where_asked);
    SUITE_TEST(&s, text_grows);
    SUITE_ROWS(&s, bytes_are_coded_and_read_back, code_cases);
    SUITE_ROWS(&s, broken_base64_is_refused, broken_base64);
    SUITE_ROWS(&s, broken_percent_escapes_are_refused, broken_urls);
    SUITE_TEST(&s, plus_is_a_blank_only_in_queries);
    return suite_run(&s, "str");
}
