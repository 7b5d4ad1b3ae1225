/*
 * What every reply carries for the browser: nothing of it runs, is framed or is kept unless it is
 * the panel.
 */
#include <string.h>

#include "api/inside.h"

static bool has_reply_header(const struct http_exchange *x, const char *name)
{
    for (size_t i = 0; i < x->reply_header_count; i++)
        if (str_eq_nocase(x->reply_headers[i].name, str_from(name))) return true;
    return false;
}

static void add(struct http_exchange *x, const char *name, str value)
{
    if (!has_reply_header(x, name)) http_reply_header(x, name, value);
}

void headers_add(struct http_exchange *x)
{
    const struct api *a = x->context;
    if (x->status == 101) return;
    add(x, "Content-Security-Policy",
        STR("default-src 'none'; frame-ancestors 'none'; base-uri 'none'"));
    add(x, "X-Content-Type-Options", STR("nosniff"));
    add(x, "X-Frame-Options", STR("DENY"));
    add(x, "Referrer-Policy", STR("no-referrer"));
    add(x, "Cross-Origin-Opener-Policy", STR("same-origin"));
    add(x, "Cross-Origin-Resource-Policy", STR("same-origin"));
    add(x, "Cache-Control", STR("no-store"));
    if (a->options.is_secure)
        add(x, "Strict-Transport-Security", STR("max-age=31536000; includeSubDomains"));
}
