/*
 * The reader. It walks over one copy of the text, with a stack of open containers instead of
 * recursion; strings are decoded in place, since decoding never makes them longer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

#define DEFAULT_VALUES 1000000
#define DEFAULT_DEPTH 64
#define FEW_KEYS 16 /* up to so many are compared each with each */

struct open_container {
    struct json *container, *last;
};

struct parser {
    struct arena *arena;
    str source; /* as it came: strings are decoded over the copy */
    char *start, *at, *end;
    const struct json_limits *limits;
    size_t values;
    struct open_container *stack;
    unsigned depth, greatest_depth;
    struct err *e;
};

/* Counts lines and characters up to p->at, only now that somebody asks. */
static void find_place(const struct parser *p, long long *line, long long *column)
{
    *line = *column = 1;
    size_t read = (size_t)(p->at - p->start); /* 0 when the source is the empty text at NULL */
    for (size_t i = 0; i < read; i++) {
        if (p->source.at[i] == '\n') {
            ++*line;
            *column = 1;
        } else if ((p->source.at[i] & 0xC0) != 0x80) {
            ++*column;
        }
    }
}

static bool refuse(const struct parser *p, const char *why)
{
    long long line, column;
    char number[24];
    find_place(p, &line, &column);
    err_set(p->e, ERR_INVALID, "json.syntax", "JSON, line %lld column %lld: %s", line, column, why);
    snprintf(number, sizeof number, "%lld", line);
    err_arg(p->e, "line", str_from(number));
    snprintf(number, sizeof number, "%lld", column);
    return err_arg(p->e, "column", str_from(number));
}

static void skip_space(struct parser *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t'))
        p->at++;
}

static bool at_digit(const struct parser *p)
{
    return p->at < p->end && *p->at >= '0' && *p->at <= '9';
}

static bool skip_char(struct parser *p, char c)
{
    if (p->at == p->end || *p->at != c) return false;
    p->at++;
    return true;
}

static bool skip_digits(struct parser *p)
{
    if (!at_digit(p)) return refuse(p, "a digit must stand here");
    while (at_digit(p)) p->at++;
    return true;
}

static bool read_number(struct parser *p, struct json *v)
{
    char *start = p->at;
    skip_char(p, '-');
    if (skip_char(p, '0')) {
        if (at_digit(p)) return refuse(p, "a number starts with a superfluous zero");
    } else if (!skip_digits(p)) {
        return false;
    }
    if (skip_char(p, '.') && !skip_digits(p)) return false;
    if (skip_char(p, 'e') || skip_char(p, 'E')) {
        if (!skip_char(p, '-')) skip_char(p, '+');
        if (!skip_digits(p)) return false;
    }
    v->kind = JSON_NUMBER;
    v->text = (str){ start, (size_t)(p->at - start) };
    return true;
}

static bool read_hex4(struct parser *p, uint32_t *out)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++, p->at++) {
        char c = p->at < p->end ? *p->at : '\0';
        if (c >= '0' && c <= '9')
            value = value << 4 | (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            value = value << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return refuse(p, "\\u needs four hexadecimal digits");
    }
    *out = value;
    return true;
}

static bool read_unicode_escape(struct parser *p, char **to)
{
    uint32_t code = 0, low = 0;
    if (!read_hex4(p, &code)) return false;
    if (code >= 0xDC00 && code <= 0xDFFF) return refuse(p, "half a surrogate pair");
    if (code >= 0xD800 && code <= 0xDBFF) {
        if (!skip_char(p, '\\') || !skip_char(p, 'u')) return refuse(p, "half a surrogate pair");
        if (!read_hex4(p, &low)) return false;
        if (low < 0xDC00 || low > 0xDFFF) return refuse(p, "half a surrogate pair");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    *to += utf8_write(code, *to);
    return true;
}

static bool read_escape(struct parser *p, char **to)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (skip_char(p, 'u')) return read_unicode_escape(p, to);
    const char *found = p->at < p->end ? memchr(letters, *p->at, sizeof letters - 1) : NULL;
    if (!found) return refuse(p, "unknown escape after '\\'");
    p->at++;
    *(*to)++ = meanings[found - letters];
    return true;
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

static void copy_plain(struct parser *p, char **to)
{
    char *start = p->at;
    while (p->at < p->end && is_plain(*p->at)) p->at++;
    if (*to != start) memmove(*to, start, (size_t)(p->at - start));
    *to += p->at - start;
}

static bool copy_character(struct parser *p, char **to)
{
    uint32_t code;
    size_t size = utf8_read((str){ p->at, (size_t)(p->end - p->at) }, 0, &code);
    if (size == 0) return refuse(p, "invalid UTF-8");
    memmove(*to, p->at, size);
    *to += size;
    p->at += size;
    return true;
}

/* After the opening quote. Writes behind its own reading place, which it never overtakes. */
static bool read_string(struct parser *p, str *out)
{
    char *start = p->at, *to = p->at;
    for (;;) {
        copy_plain(p, &to);
        if (p->at == p->end) return refuse(p, "a string does not end");
        if ((unsigned char)*p->at < 0x20) return refuse(p, "a control character must be escaped");
        if (*p->at == '"') {
            p->at++;
            *out = (str){ start, (size_t)(to - start) };
            return true;
        }
        if (!(skip_char(p, '\\') ? read_escape(p, &to) : copy_character(p, &to))) return false;
    }
}

static bool read_word(struct parser *p, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(p->end - p->at) < len || memcmp(p->at, word, len) != 0)
        return refuse(p, "a value must stand here");
    p->at += len;
    return true;
}

static bool read_scalar(struct parser *p, struct json *v)
{
    char c = p->at < p->end ? *p->at : '\0';
    if (c == '"') {
        p->at++;
        v->kind = JSON_STRING;
        return read_string(p, &v->text);
    }
    if (c == 't' || c == 'f') {
        v->kind = JSON_BOOL;
        v->is_true = c == 't';
        return read_word(p, v->is_true ? "true" : "false");
    }
    if (c == 'n') return read_word(p, "null");
    if (c == '-' || at_digit(p)) return read_number(p, v);
    if (p->at == p->end) return refuse(p, "the text ends where a value must stand");
    return refuse(p, "a value must stand here");
}

static int compare_keys(const void *a, const void *b)
{
    const struct json *const *x = a, *const *y = b;
    return str_cmp((*x)->key, (*y)->key);
}

/* Sorted when there are many: the bodies come from strangers, so no quadratic time. */
static const struct json *find_duplicate(struct arena *a, const struct json *object)
{
    if (object->count <= FEW_KEYS) {
        for (const struct json *v = object->first; v; v = v->next)
            for (const struct json *w = v->next; w; w = w->next)
                if (str_eq(v->key, w->key)) return w;
        return NULL;
    }
    struct arena_mark mark = arena_mark(a);
    const struct json **all = ARENA_ARRAY(a, const struct json *, object->count);
    size_t count = 0;
    for (const struct json *v = object->first; v; v = v->next) all[count++] = v;
    qsort(all, count, sizeof(all[0]), compare_keys);
    const struct json *found = NULL;
    for (size_t i = 1; i < count && !found; i++)
        if (str_eq(all[i - 1]->key, all[i]->key)) found = all[i];
    arena_rewind(a, mark);
    return found;
}

static bool open_container(struct parser *p, struct json *v)
{
    if (p->depth == p->greatest_depth) return refuse(p, "too many brackets inside each other");
    v->kind = *p->at++ == '{' ? JSON_OBJECT : JSON_ARRAY;
    p->stack[p->depth++] = (struct open_container){ .container = v };
    return true;
}

static bool close_container(struct parser *p)
{
    const struct json *closed = p->stack[--p->depth].container;
    if (closed->kind != JSON_OBJECT || !p->limits->refuse_duplicate_keys) return true;
    const struct json *twice = find_duplicate(p->arena, closed);
    if (!twice) return true;
    refuse(p, "a key stands twice in the object that ends here");
    return err_arg(p->e, "key", twice->key);
}

static bool read_key(struct parser *p, str *key)
{
    skip_space(p);
    if (!skip_char(p, '"')) return refuse(p, "a key in quotes must stand here");
    if (!read_string(p, key)) return false;
    skip_space(p);
    return skip_char(p, ':') || refuse(p, "':' must stand here");
}

/* One value, which is the next child of the innermost open container, if any is open. */
static bool read_value(struct parser *p, struct json *v)
{
    struct open_container *around = p->depth ? &p->stack[p->depth - 1] : NULL;
    size_t most = p->limits->values ? p->limits->values : DEFAULT_VALUES;
    if (++p->values > most) return refuse(p, "too many values");
    if (around) {
        if (around->container->kind == JSON_OBJECT && !read_key(p, &v->key)) return false;
        if (around->last)
            around->last->next = v;
        else
            around->container->first = v;
        around->last = v;
        around->container->count++;
    }
    skip_space(p);
    if (p->at < p->end && (*p->at == '{' || *p->at == '[')) return open_container(p, v);
    return read_scalar(p, v);
}

enum step { STEP_VALUE, STEP_END, STEP_REFUSED };

/* Closes what ends here, and says what comes next. */
static enum step next_step(struct parser *p)
{
    bool is_new = p->depth && p->stack[p->depth - 1].container->count == 0;
    while (p->depth) {
        skip_space(p);
        bool in_object = p->stack[p->depth - 1].container->kind == JSON_OBJECT;
        if (!skip_char(p, in_object ? '}' : ']')) {
            if (is_new || skip_char(p, ',')) return STEP_VALUE;
            refuse(p, in_object ? "',' or '}' must stand here" : "',' or ']' must stand here");
            return STEP_REFUSED;
        }
        if (!close_container(p)) return STEP_REFUSED;
        is_new = false;
    }
    return STEP_END;
}

static bool read_document(struct parser *p, struct json *root)
{
    if (!read_value(p, root)) return false;
    enum step step;
    while ((step = next_step(p)) == STEP_VALUE)
        if (!read_value(p, ARENA_NEW(p->arena, struct json))) return false;
    if (step == STEP_REFUSED) return false;
    skip_space(p);
    return p->at == p->end || refuse(p, "text after the end of the document");
}

bool json_parse(struct arena *a, str text, const struct json_limits *limits,
                const struct json **out, struct err *e)
{
    static const struct json_limits defaults = { 0 };
    struct parser p = { .arena = a, .limits = limits ? limits : &defaults, .e = e };
    if (p.limits->bytes && text.len > p.limits->bytes)
        return err_set(e, ERR_INVALID, "json.syntax", "JSON of %zu bytes, at most %zu are taken",
                       text.len, p.limits->bytes);
    p.source = str_starts(text, STR("\xEF\xBB\xBF")) ? str_cut(text, 3, text.len) : text;
    p.start = p.at = arena_take(a, p.source.len);
    p.end = p.start + p.source.len;
    if (p.source.len) memcpy(p.start, p.source.at, p.source.len);
    p.greatest_depth = p.limits->depth ? p.limits->depth : DEFAULT_DEPTH;
    p.stack = ARENA_ARRAY(a, struct open_container, p.greatest_depth);
    struct json *root = ARENA_NEW(a, struct json);
    if (!read_document(&p, root)) return false;
    *out = root;
    return true;
}
