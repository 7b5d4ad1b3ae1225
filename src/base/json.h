/*
 * json.h: JSON read into an arena and written from it, digits kept as they came.
 *
 * Shape    a value knows its kind, its text (a string decoded, a number's own digits), its key in
 *          the object around it and its children as a list.
 * Errors   strict RFC 8259: ERR_INVALID "json.syntax" with line and column; also for depth, size,
 *          and where asked for duplicate keys. Getters on NULL or on the wrong kind just miss.
 * Source   RFC 8259. No library keeps 498.90 and 20-digit ids exact.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/err.h"
#include "base/money.h"

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_kind kind;
    bool is_true; /* JSON_BOOL */
    str key;      /* empty outside objects */
    str text;     /* string decoded (may hold NUL); number as written */
    size_t count; /* children */
    const struct json *first, *next;
};

struct json_limits {
    size_t bytes;               /* 0: no limit here; bound the body before */
    size_t values;              /* 0: 1,000,000 */
    unsigned depth;             /* 0: 64 */
    bool refuse_duplicate_keys; /* our API; marketplaces' input: last wins */
};

/* limits NULL: defaults. Texts are copied, so `text` may end before the arena does. */
bool json_parse(struct arena *a, str text, const struct json_limits *limits,
                const struct json **out, struct err *e);

const struct json *json_get(const struct json *object, const char *key); /* NULL: missing */
const struct json *json_path(const struct json *v, const char *dotted);  /* "price.salePrice" */
bool json_is_null(const struct json *v);                                 /* also when missing */
/* Strings and numbers as text, else empty: ids come both ways. */
str json_text(const struct json *v);
str json_text_at(const struct json *object, const char *key);
bool json_i64(const struct json *v,
              int64_t *out); /* exact integers only ("5", "5.0"), or digits in a string */
bool json_i64_at(const struct json *object, const char *key, int64_t *out);
bool json_bool_at(const struct json *object, const char *key, bool fallback);
bool json_money(const struct json *v, const char *currency, money *out); /* rounds past 4 digits */

/* Writing: keys only inside objects, NULL key inside arrays and at the top. */
struct json_writer {
    struct text out;
    bool needs_comma;
};
struct json_writer json_writer(struct arena *a);
void json_open_object(struct json_writer *w, const char *key);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w, const char *key);
void json_close_array(struct json_writer *w);
void json_put_text(struct json_writer *w, const char *key, str value); /* invalid UTF-8 → U+FFFD */
void json_put_cstr(struct json_writer *w, const char *key, const char *value); /* NULL → null */
void json_put_i64(struct json_writer *w, const char *key, int64_t value);
void json_put_id(struct json_writer *w, const char *key, int64_t id); /* as a string; 0 → null */
void json_put_bool(struct json_writer *w, const char *key, bool value);
void json_put_null(struct json_writer *w, const char *key);
/* A JSON text as it is: a number's digits, a stored document. The caller vouches for it. */
void json_put_raw(struct json_writer *w, const char *key, str json);
void json_put_time(struct json_writer *w, const char *key, utc_ms at); /* ISO text; 0 → null */
void json_put_money(struct json_writer *w, const char *key,
                    money m); /* {amount, currency}; no currency → null */
void json_put_value(struct json_writer *w, const char *key, const struct json *v);
str json_written(const struct json_writer *w);

#endif
