/*
 * fold.h: search text, folded so that kirmizi, KIRMIZI and Kırmızı are one.
 *
 * Lower case; ı İ I i → i, ş ğ ü ö ç â î û and other accented Latin letters → their ASCII letters,
 * combining marks (U+0307 first of all) dropped, runs of white space one blank, none at the ends.
 * Broken bytes count as blanks. Applied to the stored column and to the query alike (architecture, rule 16).
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/str.h"

str fold_text(struct arena *a, str s);
/* A key whose byte order is the Turkish alphabet's (ç after c, ı before i): for sort columns. */
str fold_sort_key(struct arena *a, str s);

#endif
