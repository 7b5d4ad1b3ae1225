/* Addresses of outgoing calls: what is taken apart goes together to the same. */
#include <stdlib.h>

#include "net/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) a = arena_new();
    struct url_parts u, again;
    if (!url_split((str){ (const char *)data, size }, &u)) return 0;
    must(u.host.len > 0 && u.port >= 1 && u.port <= 65535);
    must(u.path.len > 0 && u.path.at[0] == '/');
    for (size_t i = 0; i < u.host.len; i++) must(u.host.at[i] != '@' && u.host.at[i] != '/');
    bool is_v6 = str_has(u.host, STR(":"));
    str whole =
        str_print(a, "%s://%s%.*s%s:%d%.*s", u.is_https ? "https" : "http", is_v6 ? "[" : "",
                  STR_ARG(u.host), is_v6 ? "]" : "", u.port, STR_ARG(u.path));
    must(url_split(whole, &again));
    must(u.is_https == again.is_https && u.port == again.port && str_eq(u.host, again.host) &&
         str_eq(u.path, again.path) && url_is_loopback(&u) == url_is_loopback(&again));
    return 0;
}
