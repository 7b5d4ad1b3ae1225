#include "base/decimal.h"

/* Past this an exponent only says "nothing" or "too much"; it also keeps the sums below small. */
#define GREATEST_EXPONENT 100000

struct decimal {
    bool negative;
    str whole, fraction; /* digits only */
    int64_t exponent;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static str take_digits(str *rest)
{
    size_t len = 0;
    while (len < rest->len && is_digit(rest->at[len])) len++;
    str digits = str_cut(*rest, 0, len);
    *rest = str_cut(*rest, len, rest->len);
    return digits;
}

static bool take_char(str *rest, char c)
{
    if (rest->len == 0 || rest->at[0] != c) return false;
    *rest = str_cut(*rest, 1, rest->len);
    return true;
}

static bool take_exponent(str *rest, int64_t *exponent)
{
    bool negative = take_char(rest, '-');
    if (!negative) take_char(rest, '+');
    str digits = take_digits(rest);
    if (digits.len == 0) return false;
    int64_t value = 0;
    for (size_t i = 0; i < digits.len; i++)
        if (value < GREATEST_EXPONENT) value = value * 10 + (digits.at[i] - '0');
    *exponent = negative ? -value : value;
    return true;
}

static bool take_decimal(str text, struct decimal *out)
{
    struct decimal d = { .negative = take_char(&text, '-') };
    d.whole = take_digits(&text);
    if (d.whole.len == 0) return false;
    if (take_char(&text, '.')) {
        d.fraction = take_digits(&text);
        if (d.fraction.len == 0) return false;
    }
    bool has_exponent = take_char(&text, 'e') || take_char(&text, 'E');
    if (has_exponent && !take_exponent(&text, &d.exponent)) return false;
    *out = d;
    return text.len == 0;
}

static bool has_exponent(str digits)
{
    return str_has(digits, STR("e")) || str_has(digits, STR("E"));
}

bool decimal_read(str digits, int scale, enum decimal_rule rule, int64_t *out)
{
    struct decimal d;
    if (!take_decimal(digits, &d)) return false;
    if (rule == DECIMAL_EXACT && has_exponent(digits)) return false;

    /* The power of ten, in units of the result, of the digit at hand. */
    int64_t power = (int64_t)d.whole.len - 1 + d.exponent + scale;
    int64_t value = 0, round_up = 0;
    for (size_t i = 0; i < d.whole.len + d.fraction.len; i++, power--) {
        char c = i < d.whole.len ? d.whole.at[i] : d.fraction.at[i - d.whole.len];
        int digit = c - '0';
        if (power < 0 && digit != 0 && rule != DECIMAL_ROUNDED) return false;
        if (power == -1) round_up = digit >= 5;
        if (power < 0) continue;
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_add_overflow(value, digit, &value)) return false;
    }
    /* power + 1 is now that of the last digit: what is missing are zeros. */
    for (; power >= 0 && value != 0; power--)
        if (__builtin_mul_overflow(value, 10, &value)) return false;
    if (__builtin_add_overflow(value, round_up, &value)) return false;
    *out = d.negative ? -value : value;
    return true;
}
