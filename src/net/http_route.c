#include "net/http_route.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The next part of a path or pattern, both beginning with '/'; false at the end. */
static bool next_part(str *rest, str *part)
{
    if (rest->len == 0 || rest->at[0] != '/') return false;
    str after = str_cut(*rest, 1, rest->len);
    const char *slash = after.len > 0 ? memchr(after.at, '/', after.len) : NULL;
    *part = slash ? str_cut(after, 0, (size_t)(slash - after.at)) : after;
    *rest = str_cut(after, part->len, after.len);
    return true;
}

static bool is_place(str part)
{
    return part.len > 2 && part.at[0] == '{' && part.at[part.len - 1] == '}';
}

static bool is_rest(str part)
{
    return is_place(part) && part.at[part.len - 2] == '*';
}

/* How well the pattern fits: 0 is not at all, a literal part counts more than a place, an earlier
 * part more than a later. */
static uint64_t fit(const char *pattern, str path)
{
    str left = str_from(pattern), wanted, part;
    uint64_t score = 0;
    for (int shift = 62; next_part(&left, &wanted); shift -= 2) {
        assert(shift >= 0); /* patterns of more than 31 parts */
        if (is_rest(wanted)) return path.len > 0 ? score | 1 : 0;
        if (!next_part(&path, &part)) return 0;
        if (is_place(wanted)) {
            if (part.len == 0) return 0;
            score |= (uint64_t)2 << shift;
        } else {
            if (!str_eq(wanted, part)) return 0;
            score |= (uint64_t)3 << shift;
        }
    }
    return path.len == 0 ? score : 0;
}

static bool answers(const struct http_route *route, const char *method)
{
    if (strcmp(route->method, method) == 0) return true;
    return strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0;
}

static void add_allowed(char *allow, size_t size, const char *method)
{
    if (strstr(allow, method)) return;
    size_t len = strlen(allow);
    snprintf(allow + len, size - len, "%s%s", len > 0 ? ", " : "", method);
    if (strcmp(method, "GET") == 0) add_allowed(allow, size, "HEAD");
}

void http_route_find(const struct http_route *const *tables, const char *method, str path,
                     struct http_found *out)
{
    struct http_found found = { .status = 404 };
    uint64_t best = 0, best_other = 0;
    for (; *tables; tables++) {
        for (const struct http_route *r = *tables; r->method; r++) {
            uint64_t score = fit(r->pattern, path);
            if (score == 0) continue;
            if (answers(r, method)) {
                if (score > best) best = score, found.route = r;
            } else if (score >= best_other) {
                if (score > best_other) found.allow[0] = '\0';
                best_other = score;
                add_allowed(found.allow, sizeof found.allow, r->method);
            }
        }
    }
    /* A route that answers the method wins over a closer one that does not, since a place may hold
     * any text: DELETE /stores/new goes to /stores/{id}. */
    if (!found.route && best_other > 0) found.status = 405;
    *out = found;
}

bool http_route_params(const struct http_route *route, str path, struct arena *a, str params[4])
{
    str left = str_from(route->pattern), wanted, part;
    size_t count = 0;
    while (next_part(&left, &wanted)) {
        if (is_rest(wanted)) {
            assert(count < 4);
            return str_url_decode(a, str_cut(path, 1, path.len), false, &params[count]);
        }
        if (!next_part(&path, &part)) return false;
        if (!is_place(wanted)) continue;
        assert(count < 4);
        if (!str_url_decode(a, part, false, &params[count++])) return false;
    }
    return true;
}

size_t http_route_body_limit(const struct http_route *route)
{
    return route->body_limit > 0 ? route->body_limit : HTTP_BODY_DEFAULT;
}

static void forget_reply(struct http_exchange *x)
{
    x->content_type = NULL;
    x->reply_header_count = 0;
    x->reply_body = (str){ 0 };
}

void http_route_refuse(const struct http_server_options *o, struct http_exchange *x, int status,
                       const char *allow)
{
    forget_reply(x);
    x->status = status;
    if (allow && allow[0]) http_reply_header(x, "Allow", str_from(allow));
    if (status == 503) http_reply_header(x, "Retry-After", STR("1"));
    if (status == 426) {
        http_reply_header(x, "Upgrade", STR("websocket"));
        http_reply_header(x, "Sec-WebSocket-Version", STR("13"));
    }
    if (o->refuse) o->refuse(x);
    x->status = status;
}

void http_route_run(const struct http_server_options *o, struct http_exchange *x)
{
    x->context = o->context;
    x->status = 0;
    if (!http_route_params(x->route, x->path, x->arena, x->params)) {
        http_route_refuse(o, x, 400, NULL);
        return;
    }
    if (o->before) o->before(x);
    if (x->status == 0) x->route->handle(x);
    if (x->status == 0) x->status = 200;
    if (o->after) o->after(x);
}

void http_dispatch(const struct http_server_options *o, struct http_exchange *x)
{
    struct http_found found;
    x->context = o->context;
    http_route_find(o->tables, x->method, x->path, &found);
    x->route = found.route;
    if (!found.route)
        http_route_refuse(o, x, found.status, found.allow);
    else if (x->body.len > http_route_body_limit(found.route))
        http_route_refuse(o, x, 413, NULL);
    else if (found.route->websocket)
        http_route_refuse(o, x, 426, NULL);
    else
        http_route_run(o, x);
}
