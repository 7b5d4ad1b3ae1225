#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/http.h"

str http_header(const struct http_header *headers, size_t count, const char *name)
{
    str wanted = str_from(name);
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(headers[i].name, wanted)) return headers[i].value;
    return (str){ 0 };
}

static bool is_visible_ascii(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= ' ' || s.at[i] >= 0x7f) return false;
    return true;
}

static bool is_host_name(str host)
{
    if (host.len == 0 || host.len > 253) return false;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.at[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_';
        if (!ok) return false;
    }
    return true;
}

/* inet_pton() wants a terminated text; an address is never longer than this. */
static bool parse_address(int family, str host, void *out)
{
    char text[INET6_ADDRSTRLEN];
    if (host.len == 0 || host.len >= sizeof text) return false;
    memcpy(text, host.at, host.len);
    text[host.len] = '\0';
    return inet_pton(family, text, out) == 1;
}

static bool parse_port(str digits, int *port)
{
    int64_t n;
    if (digits.len == 0 || digits.len > 5 || !str_to_i64(digits, &n)) return false;
    if (n < 1 || n > 65535) return false;
    *port = (int)n;
    return true;
}

/* "host", "host:port", "[::1]" or "[::1]:port". */
static bool split_authority(str authority, struct url_parts *u)
{
    str port = { 0 };
    bool has_port;
    if (authority.len > 0 && authority.at[0] == '[') {
        struct in6_addr address;
        str after;
        if (!str_split(str_cut(authority, 1, authority.len), ']', &u->host, &after)) return false;
        if (!parse_address(AF_INET6, u->host, &address)) return false;
        has_port = after.len > 0;
        if (has_port && after.at[0] != ':') return false;
        if (has_port) port = str_cut(after, 1, after.len);
    } else {
        has_port = str_split(authority, ':', &u->host, &port);
        if (!has_port) u->host = authority;
        if (!is_host_name(u->host)) return false;
    }
    return !has_port || parse_port(port, &u->port);
}

bool url_split(str url, struct url_parts *out)
{
    struct url_parts u = { 0 };
    str rest;
    if (!is_visible_ascii(url)) return false;
    if (url.len >= 8 && str_eq_nocase(str_cut(url, 0, 8), STR("https://"))) {
        u.is_https = true;
        u.port = 443;
        rest = str_cut(url, 8, url.len);
    } else if (url.len >= 7 && str_eq_nocase(str_cut(url, 0, 7), STR("http://"))) {
        u.port = 80;
        rest = str_cut(url, 7, url.len);
    } else {
        return false;
    }
    /* User names, fragments and backslashes are read differently by different readers. */
    for (size_t i = 0; i < rest.len; i++)
        if (rest.at[i] == '#' || rest.at[i] == '\\') return false;
    const char *slash = rest.len > 0 ? memchr(rest.at, '/', rest.len) : NULL;
    size_t authority_len = slash ? (size_t)(slash - rest.at) : rest.len;
    if (!split_authority(str_cut(rest, 0, authority_len), &u)) return false;
    u.path = slash ? str_cut(rest, authority_len, rest.len) : STR("/");
    *out = u;
    return true;
}

bool url_is_loopback(const struct url_parts *u)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (str_eq_nocase(u->host, STR("localhost"))) return true;
    if (parse_address(AF_INET, u->host, &v4)) return (ntohl(v4.s_addr) >> 24) == 127;
    if (parse_address(AF_INET6, u->host, &v6)) return IN6_IS_ADDR_LOOPBACK(&v6);
    return false;
}
