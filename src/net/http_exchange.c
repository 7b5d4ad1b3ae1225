#include <assert.h>

#include "base/log.h"
#include "net/http_server.h"

/* Finds "name=value" or "name" among the parts of a query; the value still encoded. */
static bool find_in_query(struct http_exchange *x, const char *name, str *value)
{
    str rest = x->query, pair, key, wanted = str_from(name);
    while (str_next(&rest, '&', &pair)) {
        str raw;
        if (!str_split(pair, '=', &raw, value)) raw = pair;
        if (!str_url_decode(x->arena, raw, true, &key)) continue;
        if (str_eq(key, wanted)) return true;
    }
    return false;
}

str http_query_value(struct http_exchange *x, const char *name)
{
    str raw, value;
    if (!find_in_query(x, name, &raw)) return (str){ 0 };
    return str_url_decode(x->arena, raw, true, &value) ? value : (str){ 0 };
}

bool http_query_has(struct http_exchange *x, const char *name)
{
    str raw;
    return find_in_query(x, name, &raw);
}

str http_cookie(struct http_exchange *x, const char *name)
{
    str wanted = str_from(name), pair, key, value;
    for (size_t i = 0; i < x->header_count; i++) {
        if (!str_eq_nocase(x->headers[i].name, STR("Cookie"))) continue;
        str rest = x->headers[i].value;
        while (str_next(&rest, ';', &pair)) {
            if (!str_split(pair, '=', &key, &value) || !str_eq(str_trim(key), wanted)) continue;
            value = str_trim(value);
            bool is_quoted = value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"';
            return is_quoted ? str_cut(value, 1, value.len - 2) : value;
        }
    }
    return (str){ 0 };
}

/* A value with a line break would begin a header, or a reply, of someone else's making. */
static bool is_sendable(str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if ((c < ' ' && c != '\t') || c == 0x7f) return false;
    }
    return value.len > 0;
}

void http_reply_header(struct http_exchange *x, const char *name, str value)
{
    const size_t room = sizeof x->reply_headers / sizeof *x->reply_headers;
    if (!is_sendable(value)) {
        log_error("reply header left out", LOG_CSTR("name", name));
        return;
    }
    assert(x->reply_header_count < room);
    if (x->reply_header_count == room) return;
    x->reply_headers[x->reply_header_count++] = (struct http_header){ str_from(name), value };
}

void http_reply(struct http_exchange *x, int status, const char *content_type, str body)
{
    x->status = status;
    x->content_type = content_type;
    x->reply_body = body;
}

const char *http_route_pattern(const struct http_exchange *x)
{
    return x->route ? x->route->pattern : "";
}
