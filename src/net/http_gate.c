#include "net/http_gate.h"

#include <string.h>

static const char *const methods[] = { "GET",   "HEAD",   "POST",    "PUT",
                                       "PATCH", "DELETE", "OPTIONS", NULL };

static bool is_listed_method(const char *method)
{
    for (size_t i = 0; methods[i]; i++)
        if (strcmp(method, methods[i]) == 0) return true;
    return false;
}

/* Only the origin form: a path that begins with '/', visible ASCII, no fragment. */
static bool is_sane_target(str target)
{
    if (target.len == 0 || target.at[0] != '/') return false;
    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.at[i];
        if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') return false;
    }
    return true;
}

static bool is_token(str s)
{
    if (s.len == 0) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_letter && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c))) return false;
    }
    return true;
}

static bool is_value(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if ((c < ' ' && c != '\t') || c == 0x7f) return false;
    }
    return true;
}

static bool is_host(str s)
{
    if (s.len == 0 || s.len > 300) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
        if (!ok) return false;
    }
    return true;
}

/* Digits only, at most 18 of them: no sign, no list, no overflow. */
static bool read_length(str s, uint64_t *out)
{
    uint64_t n = 0;
    if (s.len == 0 || s.len > 18) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9') return false;
        n = n * 10 + (uint64_t)(s.at[i] - '0');
    }
    *out = n;
    return true;
}

/* One field; false when it stands against the rules. */
static bool judge_field(const struct http_header *h, bool is_1_1, int *hosts,
                        struct http_head_facts *facts)
{
    if (!is_token(h->name) || !is_value(h->value)) return false;
    str value = str_trim(h->value);
    if (str_eq_nocase(h->name, STR("Host"))) {
        (*hosts)++;
        return is_host(value);
    }
    if (str_eq_nocase(h->name, STR("Content-Length"))) {
        if (facts->has_length) return false;
        facts->has_length = true;
        return read_length(h->value, &facts->length);
    }
    if (str_eq_nocase(h->name, STR("Transfer-Encoding"))) {
        if (facts->is_chunked || !is_1_1) return false;
        facts->is_chunked = true;
        return str_eq_nocase(h->value, STR("chunked"));
    }
    if (str_eq_nocase(h->name, STR("Expect"))) {
        facts->expects_continue = is_1_1;
        return str_eq_nocase(value, STR("100-continue"));
    }
    return true;
}

int http_gate(const struct http_head *h, struct http_head_facts *facts)
{
    struct http_head_facts f = { 0 };
    size_t bytes = h->target.len;
    int hosts = 0;
    bool is_1_1 = strcmp(h->version, "HTTP/1.1") == 0;
    if (!is_1_1 && strcmp(h->version, "HTTP/1.0") != 0) return 400;
    if (!is_listed_method(h->method) || !is_sane_target(h->target)) return 400;
    if (h->header_count > GATE_FIELDS) return 431;
    for (size_t i = 0; i < h->header_count; i++) {
        if (!judge_field(&h->headers[i], is_1_1, &hosts, &f)) return 400;
        bytes += h->headers[i].name.len + h->headers[i].value.len;
    }
    if (hosts != 1 || (f.has_length && f.is_chunked)) return 400;
    if (bytes > GATE_HEAD_BYTES) return 431;
    str_split(h->target, '?', &f.path, &f.query);
    *facts = f;
    return 0;
}

/* Whether between the two stand exactly `gap` bytes. Parts that the parser moved elsewhere are at
 * no such distance. */
static bool follows(const char *next, const char *at, size_t len, size_t gap)
{
    return (uintptr_t)next == (uintptr_t)at + len + gap;
}

bool http_gate_is_tight(const struct http_head_layout *l, const struct http_header *headers,
                        size_t count)
{
    const char *at = l->version;
    size_t len = strlen(l->version);
    if (!follows(l->target, l->method, strlen(l->method), 1)) return false;
    if (!follows(l->version, l->target, l->target_len, 1)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!follows(headers[i].name.at, at, len, 2)) return false;
        /* ':' and any blanks stand between name and value. */
        if ((uintptr_t)headers[i].value.at <= (uintptr_t)headers[i].name.at) return false;
        at = headers[i].value.at;
        len = headers[i].value.len;
    }
    return follows(l->end, at, len, 4);
}
