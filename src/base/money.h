/*
 * money.h: amounts as integers of ten-thousandths with their currency.
 *
 * Units    199,90 TL is { 1999000, "TRY" }; shares in parts per million; rounding is half away from
 *          zero. Four digits, because the shop's prices have four.
 * Errors   parsing refuses what it cannot keep exactly; arithmetic asserts one currency and no
 *          overflow (128-bit products).
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/str.h"

typedef struct {
    int64_t e4;
    char currency[4];
} money;

/* "199.90", "-0.5", "12": at most 4 decimals that matter (further zeros are taken); no exponent. */
bool money_parse(str digits, const char *currency, money *out);
/* As above, but rounds further digits and reads exponents: for marketplaces' JSON numbers. */
bool money_parse_rounded(str digits, const char *currency, money *out);
money money_of(int64_t e4, const char *currency);

money money_add(money a, money b);
money money_sub(money a, money b);
money money_times(money a, int64_t pieces);
money money_share(money a, int64_t ppm);  /* 125000 ppm is 12,50 % */
money money_round(money a, int decimals); /* 0..4 */
int money_cmp(money a, money b);

#define MONEY_TEXT_SIZE 32
/* Decimal text with at least `decimals` digits, more when they are not zero: "199.90". */
const char *money_text(money a, int decimals, char out[MONEY_TEXT_SIZE]);

#endif
