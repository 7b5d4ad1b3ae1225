#include "base/money.h"

#include "support/suite.h"

static const struct parse_case {
    const char *name, *text;
    bool ok;
    int64_t e4;
} exact_cases[] = {
    { "kurus are kept", "199.90", true, 1999000 },
    { "a whole number is taken", "12", true, 120000 },
    { "zero is zero", "0", true, 0 },
    { "minus zero is zero", "-0.00", true, 0 },
    { "a negative amount is taken", "-0.5", true, -5000 },
    { "four digits are kept", "1.2345", true, 12345 },
    { "further zeros do not matter", "1.23450000000000000000000", true, 12345 },
    { "leading zeros do not matter", "000000000000000000000000001.5", true, 15000 },
    { "the largest amount is taken", "922337203685477.5807", true, INT64_MAX },
    { "the smallest amount is taken", "-922337203685477.5807", true, -INT64_MAX },
    { "one more than the largest is refused", "922337203685477.5808", false, 0 },
    { "one less than the smallest is refused", "-922337203685477.5808", false, 0 },
    { "overflow is refused", "99999999999999999.99", false, 0 },
    { "a hundred digits are refused",
      "1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
      false, 0 },
    { "a fifth digit is refused", "1.99999", false, 0 },
    { "a far digit is refused", "1.00000000000000000000000000000001", false, 0 },
    { "an exponent is refused", "1e2", false, 0 },
    { "the empty text is refused", "", false, 0 },
    { "a lone sign is refused", "-", false, 0 },
    { "a plus sign is refused", "+1", false, 0 },
    { "two signs are refused", "--1", false, 0 },
    { "a point without digits before it is refused", ".5", false, 0 },
    { "a point without digits after it is refused", "5.", false, 0 },
    { "a comma is refused", "199,90", false, 0 },
    { "thousands points are refused", "1.999.90", false, 0 },
    { "white space is refused", " 1", false, 0 },
    { "a currency sign is refused", "1 TL", false, 0 },
    { "a hexadecimal number is refused", "0x10", false, 0 },
    { "a word is refused", "NaN", false, 0 },
};

static const struct parse_case rounded_cases[] = {
    { "kurus are kept when rounding", "498.90", true, 4989000 },
    { "half rounds up", "0.00005", true, 1 },
    { "half rounds away from zero", "-0.00005", true, -1 },
    { "less than half rounds down", "0.000049999999999999999", true, 0 },
    { "a rounded carry goes all the way", "0.99995", true, 10000 },
    { "double noise is rounded away", "498.89999999999998", true, 4989000 },
    { "a positive exponent multiplies", "1.5e3", true, 15000000 },
    { "a capital E is one, too", "15E+1", true, 1500000 },
    { "a negative exponent divides", "19990e-2", true, 1999000 },
    { "a small number rounds by its exponent", "5e-5", true, 1 },
    { "a smaller one is nothing", "4.9e-5", true, 0 },
    { "a tiny number is nothing", "1e-99999999999999999999", true, 0 },
    { "zero with any exponent is zero", "0e99999999999999999999", true, 0 },
    { "a huge exponent is refused", "1e99999999999999999999", false, 0 },
    { "the largest amount by exponent", "9223372036854775807e-4", true, INT64_MAX },
    { "rounding past the largest is refused", "922337203685477.58075", false, 0 },
    { "an exponent overflow is refused", "1e15", false, 0 },
    { "the largest power of ten is taken", "1e14", true, 1000000000000000000 },
    { "an exponent without digits is refused", "1e", false, 0 },
    { "an exponent with a point is refused", "1e1.5", false, 0 },
    { "text after the exponent is refused", "1e1x", false, 0 },
};

static void money_parse_reads(void **state)
{
    const struct parse_case *c = *state;
    money m = { .e4 = 77, .currency = "XXX" };
    assert_int_equal(money_parse(str_from(c->text), "TRY", &m), c->ok);
    assert_int_equal(m.e4, c->ok ? c->e4 : 77);
    assert_string_equal(m.currency, c->ok ? "TRY" : "XXX");
}

static void money_parse_rounded_reads(void **state)
{
    const struct parse_case *c = *state;
    money m = { .e4 = 77 };
    assert_int_equal(money_parse_rounded(str_from(c->text), "TRY", &m), c->ok);
    assert_int_equal(m.e4, c->ok ? c->e4 : 77);
}

static void only_currencies_are_taken(void **state)
{
    (void)state;
    money m = { 0 };
    assert_false(money_parse(STR("1"), "TL", &m));
    assert_false(money_parse(STR("1"), "try", &m));
    assert_false(money_parse(STR("1"), "EURO", &m));
    assert_true(money_parse(STR("1"), "", &m));
    assert_string_equal(m.currency, "");
    assert_true(money_parse(STR("1"), "EUR", &m));
    assert_string_equal(m.currency, "EUR");
}

static const struct text_case {
    const char *name;
    int64_t e4;
    int decimals;
    const char *text;
} text_cases[] = {
    { "two decimals are written", 1999000, 2, "199.90" },
    { "a third decimal is shown when it matters", 1999010, 2, "199.901" },
    { "a fourth decimal is shown when it matters", 1999001, 2, "199.9001" },
    { "no decimals are written when none are asked", 120000, 0, "12" },
    { "they are shown all the same when they matter", 125000, 0, "12.5" },
    { "four decimals are written", 120000, 4, "12.0000" },
    { "zeros after the point are kept", 10, 2, "0.001" },
    { "a negative amount under one keeps its sign", -5000, 2, "-0.50" },
    { "zero is written", 0, 2, "0.00" },
    { "the largest amount is written", INT64_MAX, 2, "922337203685477.5807" },
    { "the very smallest integer is written", INT64_MIN, 2, "-922337203685477.5808" },
};

static void money_text_writes(void **state)
{
    const struct text_case *c = *state;
    char out[MONEY_TEXT_SIZE];
    assert_string_equal(money_text((money){ .e4 = c->e4 }, c->decimals, out), c->text);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    for (int i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        money m = money_of((int64_t)(seed >> 1) >> (i % 50), "TRY"), back;
        if (i & 1) m.e4 = -m.e4;
        char out[MONEY_TEXT_SIZE];
        assert_true(money_parse(str_from(money_text(m, i % 5, out)), "TRY", &back));
        assert_int_equal(money_cmp(m, back), 0);
    }
}

static const struct share_case {
    const char *name;
    int64_t e4, ppm, share;
} share_cases[] = {
    { "an eighth of 199,90", 1999000, 125000, 249875 },
    { "all of it", 1999001, 1000000, 1999001 },
    { "nothing of it", 1999001, 0, 0 },
    { "half a ten-thousandth rounds up", 1, 500000, 1 },
    { "half of a negative one rounds away from zero", -1, 500000, -1 },
    { "a negative share rounds away from zero", 1, -500000, -1 },
    { "less than half rounds down", 1, 499999, 0 },
    { "the product may pass 64 bits", 9000000000000000000, 999999, 8999991000000000000 },
};

static void money_share_takes(void **state)
{
    const struct share_case *c = *state;
    money share = money_share(money_of(c->e4, "TRY"), c->ppm);
    assert_int_equal(share.e4, c->share);
    assert_string_equal(share.currency, "TRY");
}

static const struct round_case {
    const char *name;
    int64_t e4;
    int decimals;
    int64_t rounded;
} round_cases[] = {
    { "to kurus, down", 1999049, 2, 1999000 },
    { "to kurus, half up", 1999050, 2, 1999100 },
    { "to kurus, negative half away", -1999050, 2, -1999100 },
    { "to lira", 1995000, 0, 2000000 },
    { "to four digits is the same", 1234567, 4, 1234567 },
};

static void money_round_rounds(void **state)
{
    const struct round_case *c = *state;
    assert_int_equal(money_round(money_of(c->e4, "TRY"), c->decimals).e4, c->rounded);
}

static void sums_and_comparisons(void **state)
{
    (void)state;
    money a = money_of(1999000, "TRY"), b = money_of(1000, "TRY");
    assert_int_equal(money_add(a, b).e4, 2000000);
    assert_int_equal(money_sub(b, a).e4, -1998000);
    assert_int_equal(money_times(a, -3).e4, -5997000);
    assert_int_equal(money_cmp(a, b), 1);
    assert_int_equal(money_cmp(b, a), -1);
    assert_int_equal(money_cmp(a, a), 0);
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, money_parse_reads, exact_cases);
    SUITE_ROWS(&s, money_parse_rounded_reads, rounded_cases);
    SUITE_TEST(&s, only_currencies_are_taken);
    SUITE_ROWS(&s, money_text_writes, text_cases);
    SUITE_TEST(&s, what_is_written_reads_back);
    SUITE_ROWS(&s, money_share_takes, share_cases);
    SUITE_ROWS(&s, money_round_rounds, round_cases);
    SUITE_TEST(&s, sums_and_comparisons);
    return suite_run(&s, "money");
}
