#include "base/money.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"

#define E4_DIGITS 4
#define MILLION 1000000

static bool is_currency(const char *currency)
{
    size_t len = currency ? strnlen(currency, 4) : 0;
    if (len == 0) return true; /* an amount whose currency is not known yet */
    for (size_t i = 0; i < len; i++)
        if (currency[i] < 'A' || currency[i] > 'Z') return false;
    return len == 3;
}

static bool parse(str digits, const char *currency, enum decimal_rule rule, money *out)
{
    int64_t e4;
    if (!is_currency(currency) || !decimal_read(digits, E4_DIGITS, rule, &e4)) return false;
    *out = money_of(e4, currency);
    return true;
}

bool money_parse(str digits, const char *currency, money *out)
{
    return parse(digits, currency, DECIMAL_EXACT, out);
}

bool money_parse_rounded(str digits, const char *currency, money *out)
{
    return parse(digits, currency, DECIMAL_ROUNDED, out);
}

money money_of(int64_t e4, const char *currency)
{
    money m = { .e4 = e4 };
    str_fill(m.currency, sizeof m.currency, str_from(currency));
    return m;
}

static bool same_currency(money a, money b)
{
    return memcmp(a.currency, b.currency, sizeof a.currency) == 0;
}

/* What does not fit into an amount is no amount of money: it is our mistake, in every build. */
static money fitting(__int128 e4, money like)
{
    bool fits = e4 <= INT64_MAX && e4 >= -(__int128)INT64_MAX;
    assert(fits);
    if (!fits) __builtin_trap();
    like.e4 = (int64_t)e4;
    return like;
}

static __int128 divide_half_away(__int128 value, __int128 by)
{
    __int128 half = value < 0 ? -(by / 2) : by / 2;
    return (value + half) / by;
}

money money_add(money a, money b)
{
    assert(same_currency(a, b));
    return fitting((__int128)a.e4 + b.e4, a);
}

money money_sub(money a, money b)
{
    assert(same_currency(a, b));
    return fitting((__int128)a.e4 - b.e4, a);
}

money money_times(money a, int64_t pieces)
{
    return fitting((__int128)a.e4 * pieces, a);
}

money money_share(money a, int64_t ppm)
{
    return fitting(divide_half_away((__int128)a.e4 * ppm, MILLION), a);
}

money money_round(money a, int decimals)
{
    assert(decimals >= 0 && decimals <= E4_DIGITS);
    int64_t unit = 1;
    for (int i = decimals; i < E4_DIGITS; i++) unit *= 10;
    return fitting(divide_half_away(a.e4, unit) * unit, a);
}

int money_cmp(money a, money b)
{
    assert(same_currency(a, b));
    return (a.e4 > b.e4) - (a.e4 < b.e4);
}

const char *money_text(money a, int decimals, char out[MONEY_TEXT_SIZE])
{
    assert(decimals >= 0 && decimals <= E4_DIGITS);
    uint64_t size = a.e4 < 0 ? -(uint64_t)a.e4 : (uint64_t)a.e4;
    unsigned fraction = (unsigned)(size % 10000);
    int shown = E4_DIGITS;
    for (; shown > decimals && fraction % 10 == 0; shown--) fraction /= 10;
    const char *sign = a.e4 < 0 ? "-" : "";
    unsigned long long whole = size / 10000;
    if (shown == 0)
        snprintf(out, MONEY_TEXT_SIZE, "%s%llu", sign, whole);
    else
        snprintf(out, MONEY_TEXT_SIZE, "%s%llu.%0*u", sign, whole, shown, fraction);
    return out;
}
