/*
 * str.h: borrowed text and text being built.
 *
 * Shape    a str is a pointer and a length, not NUL-terminated; UTF-8 unless a comment says bytes.
 * Memory   a str borrows. str_copy() and what builds text take an arena.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct {
    const char *at;
    size_t len;
} str;

/* A literal as str, also in static initialisers (STR_INIT). */
#define STR(literal) ((str){ "" literal, sizeof(literal) - 1 })
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
/* printf's arguments for "%.*s". */
#define STR_ARG(s) (int)(s).len, ((s).at ? (s).at : "")

str str_from(const char *nul_terminated); /* NULL gives the empty str */
bool str_eq(str a, str b);
bool str_eq_nocase(str a, str b); /* ASCII letters only: header names, hex */
int str_cmp(str a, str b);
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
bool str_has(str s, str part);
str str_trim(str s);                         /* ASCII white space on both sides */
str str_cut(str s, size_t from, size_t len); /* clamped */

/* Splits: the next part of *rest up to `separator`; false when *rest is used up. "a,,b" has three
 * parts, "a," one, "" none. */
bool str_next(str *rest, char separator, str *part);
/* The part before and after the first `separator`; false (and *after empty) when there is none. */
bool str_split(str s, char separator, str *before, str *after);

/* Whole-text numbers: no white space, no sign but '-', no overflow. */
bool str_to_i64(str s, int64_t *out);

bool str_is_utf8(str bytes);

str str_copy(struct arena *a, str s);
const char *str_cstr(struct arena *a, str s); /* NUL-terminated copy */
str str_print(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Into a bounded buffer, always terminated; cut on a UTF-8 boundary. */
void str_fill(char *buffer, size_t size, str s);

/* Text being built in an arena; starts as { .arena = a }. */
struct text {
    struct arena *arena;
    char *at;
    size_t len, room;
};
void text_add(struct text *t, str s);
void text_add_char(struct text *t, char c);
void text_print(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
str text_str(const struct text *t);

/* Percent-encoding of one query value or path part (RFC 3986 unreserved stay). */
str str_url_encode(struct arena *a, str s);
/* Decodes %XX and, in queries, '+'. False on a broken escape or when NUL comes out. */
bool str_url_decode(struct arena *a, str s, bool plus_is_space, str *out);
str str_base64(struct arena *a, str bytes);
str str_base64url(struct arena *a, str bytes); /* no padding */
bool str_base64_decode(struct arena *a, str text,
                       str *bytes); /* both alphabets, padding optional */
str str_hex(struct arena *a, str bytes);

#endif
