/* What a handler reads of a request: query, cookies, places of the path; and static paths. */
#include <stdlib.h>
#include <string.h>

#include "net/http_route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void handle(struct http_exchange *x)
{
    must(!memchr(x->params[0].at ? x->params[0].at : "", '\0', x->params[0].len));
    http_reply(x, 200, "text/plain", x->params[0]);
    http_reply_header(x, "X-Echo", x->params[0]);
}

static const struct http_route routes[] = {
    { .method = "GET", .pattern = "/a/{id}", .handle = handle },
    { .method = "GET", .pattern = "/a/b", .handle = handle },
    { .method = "POST", .pattern = "/a/{id}/c/{d}", .handle = handle },
    { .method = "GET", .pattern = "/f/{rest*}", .handle = handle },
    { 0 },
};
static const struct http_route *const tables[] = { routes, NULL };

static const struct static_file files[] = {
    { "/index.html", (const unsigned char *)"page", 4, NULL },
    { "/assets/x.js", (const unsigned char *)"js", 2, "br" },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) a = arena_new();
    str input = { (const char *)data, size }, path = { 0 }, query = { 0 }, cookie = { 0 };
    str_next(&input, '\n', &path);
    str_next(&input, '\n', &query);
    str_next(&input, '\n', &cookie);
    const struct http_header headers[] = { { STR("Cookie"), cookie },
                                           { STR("Accept-Encoding"), cookie },
                                           { STR("If-None-Match"), query } };
    struct http_exchange x = { .arena = a,
                               .method = "GET",
                               .path = path,
                               .query = query,
                               .headers = headers,
                               .header_count = 3 };
    str value = http_query_value(&x, "q");
    must(value.len == 0 || http_query_has(&x, "q"));
    must(value.len <= query.len);
    must(http_cookie(&x, "session").len <= cookie.len);

    struct http_exchange y = x;
    http_dispatch(&(struct http_server_options){ .tables = tables }, &y);
    must(y.status == 200 || y.status == 400 || y.status == 404 || y.status == 405);
    for (size_t i = 0; i < y.reply_header_count; i++)
        must(!memchr(y.reply_headers[i].value.at, '\n', y.reply_headers[i].value.len));

    struct static_files *f = static_files_from_bundle(files, 2);
    struct http_exchange z = x;
    static_files_serve(f, &z);
    must(z.status == 200 || z.status == 304 || z.status == 404 || z.status == 406);
    static_files_free(f);
    return 0;
}
