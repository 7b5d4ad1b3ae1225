/*
 * decimal.h: decimal text as a scaled integer, digit by digit and without floating point.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include "base/str.h"

enum decimal_rule {
    DECIMAL_EXACT,   /* no exponent; digits past the scale must be zeros */
    DECIMAL_NUMBER,  /* exponents are read; digits past the scale must be zeros */
    DECIMAL_ROUNDED, /* exponents are read; half away from zero */
};

/* "-12.5" with scale 4 is -125000. False when the text is no decimal, or the value does not fit
 * into +-INT64_MAX (INT64_MIN is refused, so that every value can be negated). */
bool decimal_read(str digits, int scale, enum decimal_rule rule, int64_t *out);

#endif
