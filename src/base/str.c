#include "base/str.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

str str_from(const char *nul_terminated)
{
    return nul_terminated ? (str){ nul_terminated, strlen(nul_terminated) } : (str){ 0 };
}

bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static unsigned char lower(char c)
{
    unsigned char u = (unsigned char)c;
    return (unsigned char)(u >= 'A' && u <= 'Z' ? u + ('a' - 'A') : u);
}

bool str_eq_nocase(str a, str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i])) return false;
    return true;
}

int str_cmp(str a, str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.at, b.at, len) : 0;
    if (order == 0) order = (a.len > b.len) - (a.len < b.len);
    return order;
}

bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq((str){ s.at, prefix.len }, prefix);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_cut(s, s.len - suffix.len, suffix.len), suffix);
}

bool str_has(str s, str part)
{
    if (part.len == 0) return true;
    return s.len >= part.len && memmem(s.at, s.len, part.at, part.len) != NULL;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
    while (s.len && is_space(s.at[s.len - 1])) s.len--;
    while (s.len && is_space(s.at[0])) {
        s.at++;
        s.len--;
    }
    return s;
}

str str_cut(str s, size_t from, size_t len)
{
    if (from > s.len) from = s.len;
    if (len > s.len - from) len = s.len - from;
    return (str){ from ? s.at + from : s.at, len };
}

bool str_next(str *rest, char separator, str *part)
{
    if (rest->len == 0) return false;
    str_split(*rest, separator, part, rest);
    return true;
}

bool str_split(str s, char separator, str *before, str *after)
{
    const char *found = s.len ? memchr(s.at, separator, s.len) : NULL;
    size_t len = found ? (size_t)(found - s.at) : s.len;
    *before = str_cut(s, 0, len);
    *after = str_cut(s, found ? len + 1 : s.len, s.len);
    return found != NULL;
}

bool str_to_i64(str s, int64_t *out)
{
    bool negative = s.len && s.at[0] == '-';
    str digits = str_cut(s, negative, s.len);
    if (digits.len == 0) return false;
    int64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9') return false;
        int64_t digit = digits.at[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_add_overflow(value, negative ? -digit : digit, &value)) return false;
    }
    *out = value;
    return true;
}

bool str_is_utf8(str bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        uint32_t code;
        size_t size = utf8_read(bytes, at, &code);
        if (size == 0) return false;
        at += size;
    }
    return true;
}

const char *str_cstr(struct arena *a, str s)
{
    char *copy = arena_take(a, s.len + 1);
    if (s.len) memcpy(copy, s.at, s.len);
    return copy;
}

str str_copy(struct arena *a, str s)
{
    return (str){ str_cstr(a, s), s.len };
}

void str_fill(char *buffer, size_t size, str s)
{
    if (size == 0) return;
    size_t len = s.len < size ? s.len : utf8_whole(s.at, size - 1);
    if (len) memcpy(buffer, s.at, len);
    buffer[len] = '\0';
}

static void make_room(struct text *t, size_t more)
{
    if (t->room - t->len >= more) return;
    size_t room = t->room ? t->room : 64;
    while (room - t->len < more) room *= 2;
    char *at = arena_take(t->arena, room);
    if (t->len) memcpy(at, t->at, t->len);
    t->at = at;
    t->room = room;
}

void text_add(struct text *t, str s)
{
    if (s.len == 0) return;
    make_room(t, s.len);
    memcpy(t->at + t->len, s.at, s.len);
    t->len += s.len;
}

void text_add_char(struct text *t, char c)
{
    make_room(t, 1);
    t->at[t->len++] = c;
}

static void print(struct text *t, const char *format, va_list args)
{
    assert(format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    assert(len >= 0);
    make_room(t, (size_t)len + 1); /* vsnprintf's NUL is not counted */
    vsnprintf(t->at + t->len, (size_t)len + 1, format, again);
    va_end(again);
    t->len += (size_t)len;
}

void text_print(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print(t, format, args);
    va_end(args);
}

str str_print(struct arena *a, const char *format, ...)
{
    struct text t = { .arena = a };
    va_list args;
    va_start(args, format);
    print(&t, format, args);
    va_end(args);
    return text_str(&t);
}

str text_str(const struct text *t)
{
    return (str){ t->at, t->len };
}
