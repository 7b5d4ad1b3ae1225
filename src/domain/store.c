#include "domain/store.h"

static const char *const states[STORE_STATE_COUNT] = { "active", "paused", "disconnected" };

const char *store_state_name(enum store_state s)
{
    return states[s];
}

bool store_state_from(str name, enum store_state *out)
{
    for (int i = 0; i < STORE_STATE_COUNT; i++) {
        if (!str_eq(name, str_from(states[i]))) continue;
        *out = (enum store_state)i;
        return true;
    }
    return false;
}

str store_value(const struct store *s, const char *name)
{
    for (size_t i = 0; i < s->value_count; i++)
        if (str_eq(s->values[i].name, str_from(name))) return s->values[i].value;
    return (str){ 0 };
}

static bool is_address_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

static bool is_number(str s, int64_t most)
{
    int64_t n;
    return s.len && s.at[0] != '-' && str_to_i64(s, &n) && n <= most;
}

/* "name", "10.0.0.1" or "[::1]", then perhaps ":8080". */
static bool read_authority(str authority, str *host)
{
    str port = { 0 };
    if (str_starts(authority, STR("["))) {
        size_t end = 1;
        while (end < authority.len && authority.at[end] != ']') end++;
        if (end == authority.len) return false;
        *host = str_cut(authority, 1, end - 1);
        str rest = str_cut(authority, end + 1, authority.len);
        for (size_t i = 0; i < host->len; i++) {
            char c = host->at[i];
            bool is_hex =
                (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (!is_hex && c != ':' && c != '.') return false;
        }
        if (!rest.len) return host->len > 0;
        return rest.at[0] == ':' && host->len > 0 && is_number(str_cut(rest, 1, rest.len), 65535);
    }
    bool has_port = str_split(authority, ':', host, &port);
    if (!has_port) *host = authority;
    for (size_t i = 0; i < host->len; i++)
        if (!is_address_char(host->at[i])) return false;
    return host->len > 0 && (!has_port || is_number(port, 65535));
}

/* Only addresses that cannot leave this machine, whatever a resolver says: 127.x.x.x in four plain
 * numbers, ::1, localhost. */
static bool is_loopback(str host)
{
    if (str_eq_nocase(host, STR("localhost")) || str_eq(host, STR("::1"))) return true;
    str part;
    int parts = 0;
    for (; str_next(&host, '.', &part); parts++) {
        if (!is_number(part, 255) || part.len > 3) return false;
        if (parts == 0 && !str_eq(part, STR("127"))) return false;
    }
    return parts == 4;
}

static bool is_path(str path)
{
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.at[i];
        if (c <= ' ' || c >= 0x7f || c == '?' || c == '#' || c == '\\' || c == '@') return false;
    }
    return true;
}

static bool refuse(struct err *e, const char *why)
{
    return err_set(e, ERR_INVALID, "store.base_url", "the store's address %s", why);
}

bool store_base_url_check(str url, bool test_mode, struct err *e)
{
    if (!url.len) return true;
    if (url.len > STORE_BASE_URL_MAX) return refuse(e, "is too long");
    bool is_https = str_starts(url, STR("https://")), is_http = str_starts(url, STR("http://"));
    if (!is_https && !is_http) return refuse(e, "must begin with https://");
    str rest = str_cut(url, is_https ? 8 : 7, url.len), authority = rest, path = { 0 }, host;
    if (str_split(rest, '/', &authority, &path) && !is_path(path))
        return refuse(e, "must not hold a query, a fragment, a user or blanks");
    if (!read_authority(authority, &host)) return refuse(e, "has no valid host and port");
    if (is_https) return true;
    if (!is_loopback(host)) return refuse(e, "may be plain http on this machine only (127.0.0.1)");
    return test_mode || refuse(e, "may be plain http in test mode only");
}
