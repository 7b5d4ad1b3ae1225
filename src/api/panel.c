/*
 * The panel's files, and what nothing else takes. A page may have a place for a nonce, so that its
 * styles need no 'unsafe-inline'; then it is never kept by the browser.
 */
#include <string.h>

#include "api/problem.h"
#include "api/resources.h"
#include "net/http_route.h"

#define NONCE_PLACE "__CSP_NONCE__"

static str policy(struct arena *a, str styles)
{
    return str_print(a,
                     "default-src 'self'; script-src 'self'; style-src 'self' %.*s; "
                     "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
                     "object-src 'none'; base-uri 'none'; form-action 'self'; "
                     "frame-ancestors 'none'",
                     STR_ARG(styles));
}

static bool is_page(const struct http_exchange *x)
{
    return x->content_type && str_starts(str_from(x->content_type), STR("text/html"));
}

/* The page as text: asked again as by a client that knows no packing and has nothing. */
static bool unpacked_page(const struct static_files *files, const struct http_exchange *x,
                          struct http_exchange *page)
{
    *page = *x;
    page->header_count = 0;
    page->reply_header_count = 0;
    static_files_serve(files, page);
    return page->status == 200 && str_has(page->reply_body, STR(NONCE_PLACE));
}

static str with_nonce(struct arena *a, str page, str nonce)
{
    struct text out = { .arena = a };
    const size_t len = sizeof NONCE_PLACE - 1;
    const char *hit;
    while (page.len && (hit = memmem(page.at, page.len, NONCE_PLACE, len)) != NULL) {
        size_t before = (size_t)(hit - page.at);
        text_add(&out, str_cut(page, 0, before));
        text_add(&out, nonce);
        page = str_cut(page, before + len, page.len);
    }
    text_add(&out, page);
    return text_str(&out);
}

static void serve(const struct static_files *files, struct http_exchange *x)
{
    struct http_exchange page;
    str styles = STR("'unsafe-inline'");
    static_files_serve(files, x);
    if (is_page(x) && unpacked_page(files, x, &page)) {
        str nonce = str_cut(random_token(x->arena), 0, 24);
        styles = str_print(x->arena, "'nonce-%.*s'", STR_ARG(nonce));
        x->reply_header_count = 0;
        http_reply(x, 200, page.content_type, with_nonce(x->arena, page.reply_body, nonce));
    }
    http_reply_header(x, "Content-Security-Policy", policy(x->arena, styles));
}

/* Addresses that are not the panel's: a wrong one gets the API's own answer, not the panel's page. */
static bool is_ours(str path)
{
    static const str ours[] = { STR_INIT("/api/"), STR_INIT("/hooks/") };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (str_starts(path, ours[i])) return true;
    return false;
}

static void refuse(struct http_exchange *x)
{
    struct http_found found;
    http_route_find(resource_tables, x->method, x->path, &found);
    bool is_other_method = !found.route && found.status == 405;
    problem_refuse(x, is_other_method ? 405 : 404);
    if (is_other_method) http_reply_header(x, "Allow", str_copy(x->arena, str_from(found.allow)));
}

static void anything_else(struct http_exchange *x)
{
    const struct api *a = x->context;
    if (!a->options.panel || is_ours(x->path))
        refuse(x);
    else
        serve(a->options.panel, x);
}

static const struct route_facts inner = { .access = ACCESS_PUBLIC, .is_inner = true };

#define REST(method_, pattern_)                                                                    \
    {                                                                                              \
        .method = (method_), .pattern = (pattern_), .handle = anything_else, .facts = &inner       \
    }

const struct http_route panel_routes[] = {
    REST("GET", "/{rest*}"),
    REST("GET", "/api/{rest*}"),
    REST("POST", "/api/{rest*}"),
    REST("PUT", "/api/{rest*}"),
    REST("PATCH", "/api/{rest*}"),
    REST("DELETE", "/api/{rest*}"),
    { 0 },
};
