#include <assert.h>
#include <stdio.h>

#include "base/json.h"
#include "base/utf8.h"

struct json_writer json_writer(struct arena *a)
{
    return (struct json_writer){ .out = { .arena = a } };
}

static void add_escape(struct text *t, uint32_t code)
{
    switch (code) {
    case '"':
        text_add(t, STR("\\\""));
        break;
    case '\\':
        text_add(t, STR("\\\\"));
        break;
    case '\b':
        text_add(t, STR("\\b"));
        break;
    case '\f':
        text_add(t, STR("\\f"));
        break;
    case '\n':
        text_add(t, STR("\\n"));
        break;
    case '\r':
        text_add(t, STR("\\r"));
        break;
    case '\t':
        text_add(t, STR("\\t"));
        break;
    default:
        text_print(t, "\\u%04x", (unsigned)code);
        break;
    }
}

/* U+2028 and U+2029 end a line in old JavaScript. */
static bool needs_escape(uint32_t code)
{
    return code < 0x20 || code == '"' || code == '\\' || code == 0x2028 || code == 0x2029;
}

/* Most bytes by far; only those past it need a closer look. */
static bool is_plain_ascii(char c)
{
    return c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\' && c != '/';
}

/* The length of what can be copied as it is from `from` on. */
static size_t plain_length(str s, size_t from)
{
    size_t at = from;
    while (at < s.len) {
        if (is_plain_ascii(s.at[at])) {
            at++;
            continue;
        }
        uint32_t code;
        size_t size = utf8_read(s, at, &code);
        if (size == 0 || needs_escape(code)) break;
        if (code == '/' && at > 0 && s.at[at - 1] == '<') break;
        at += size;
    }
    return at - from;
}

static void add_string(struct text *t, str s)
{
    text_add_char(t, '"');
    for (size_t at = 0; at < s.len;) {
        size_t plain = plain_length(s, at);
        text_add(t, str_cut(s, at, plain));
        at += plain;
        if (at == s.len) break;
        uint32_t code;
        size_t size = utf8_read(s, at, &code);
        if (size == 0)
            text_add(t, STR("\xEF\xBF\xBD"));
        else if (code == '/')
            text_add(t, STR("\\/")); /* "</script>" in a string must not end a page's script */
        else
            add_escape(t, code);
        at += size ? size : 1;
    }
    text_add_char(t, '"');
}

static void before_value(struct json_writer *w, const char *key)
{
    if (w->needs_comma) text_add_char(&w->out, ',');
    w->needs_comma = true;
    if (!key) return;
    add_string(&w->out, str_from(key));
    text_add_char(&w->out, ':');
}

static void open_with(struct json_writer *w, const char *key, char bracket)
{
    before_value(w, key);
    text_add_char(&w->out, bracket);
    w->needs_comma = false;
}

static void close_with(struct json_writer *w, char bracket)
{
    text_add_char(&w->out, bracket);
    w->needs_comma = true;
}

void json_open_object(struct json_writer *w, const char *key)
{
    open_with(w, key, '{');
}

void json_close_object(struct json_writer *w)
{
    close_with(w, '}');
}

void json_open_array(struct json_writer *w, const char *key)
{
    open_with(w, key, '[');
}

void json_close_array(struct json_writer *w)
{
    close_with(w, ']');
}

void json_put_text(struct json_writer *w, const char *key, str value)
{
    before_value(w, key);
    add_string(&w->out, value);
}

void json_put_cstr(struct json_writer *w, const char *key, const char *value)
{
    if (value)
        json_put_text(w, key, str_from(value));
    else
        json_put_null(w, key);
}

void json_put_i64(struct json_writer *w, const char *key, int64_t value)
{
    before_value(w, key);
    text_print(&w->out, "%lld", (long long)value);
}

void json_put_id(struct json_writer *w, const char *key, int64_t id)
{
    if (id == 0) {
        json_put_null(w, key);
        return;
    }
    before_value(w, key);
    text_print(&w->out, "\"%lld\"", (long long)id);
}

void json_put_bool(struct json_writer *w, const char *key, bool value)
{
    json_put_raw(w, key, value ? STR("true") : STR("false"));
}

void json_put_null(struct json_writer *w, const char *key)
{
    json_put_raw(w, key, STR("null"));
}

void json_put_raw(struct json_writer *w, const char *key, str json)
{
    assert(json.len); /* nothing is no JSON */
    before_value(w, key);
    text_add(&w->out, json);
}

void json_put_time(struct json_writer *w, const char *key, utc_ms at)
{
    char iso[UTC_ISO_SIZE];
    json_put_cstr(w, key, at ? utc_iso(at, iso) : NULL);
}

void json_put_money(struct json_writer *w, const char *key, money m)
{
    if (m.currency[0] == '\0') {
        json_put_null(w, key);
        return;
    }
    char amount[MONEY_TEXT_SIZE];
    json_open_object(w, key);
    json_put_cstr(w, "amount", money_text(m, 2, amount));
    json_put_cstr(w, "currency", m.currency);
    json_close_object(w);
}

/* A key of parsed JSON may hold NUL, which a const char * cannot carry. */
static void put_keyed(struct json_writer *w, const struct json *v)
{
    if (w->needs_comma) text_add_char(&w->out, ',');
    add_string(&w->out, v->key);
    text_add_char(&w->out, ':');
    w->needs_comma = false;
}

/* Recursion is bounded by the depth that the reader let through. */
static void put_children(struct json_writer *w, const struct json *v)
{
    for (const struct json *child = v->first; child; child = child->next) {
        if (v->kind == JSON_OBJECT) put_keyed(w, child);
        json_put_value(w, NULL, child);
    }
}

void json_put_value(struct json_writer *w, const char *key, const struct json *v)
{
    switch (v ? v->kind : JSON_NULL) {
    case JSON_NULL:
        json_put_null(w, key);
        break;
    case JSON_BOOL:
        json_put_bool(w, key, v->is_true);
        break;
    case JSON_NUMBER:
        json_put_raw(w, key, v->text);
        break;
    case JSON_STRING:
        json_put_text(w, key, v->text);
        break;
    case JSON_ARRAY:
        json_open_array(w, key);
        put_children(w, v);
        json_close_array(w);
        break;
    case JSON_OBJECT:
        json_open_object(w, key);
        put_children(w, v);
        json_close_object(w);
        break;
    }
}

str json_written(const struct json_writer *w)
{
    return text_str(&w->out);
}
