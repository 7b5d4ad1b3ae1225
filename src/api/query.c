#include "api/query.h"

#include <string.h>

#define LIMIT_DEFAULT 50
#define LIMIT_MOST 500
#define CURSOR_MOST 2000

bool query_path_id(struct request *r, int nth, int64_t *id, struct err *e)
{
    if (str_to_i64(r->x->params[nth], id) && *id > 0) return true;
    return err_set(e, ERR_NOT_FOUND, "http.not_found", "there is nothing at this address");
}

bool query_refuse(struct request *r, const char *name, struct err *e)
{
    str value = http_query_value(r->x, name);
    err_set(e, ERR_INVALID, "query.invalid", "'%s' cannot be '%.*s'", name,
            STR_ARG(str_cut(value, 0, 60)));
    return err_arg(e, "field", str_from(name));
}

bool query_id(struct request *r, const char *name, int64_t *id, struct err *e)
{
    int64_t n = 0;
    if (!http_query_has(r->x, name)) return true;
    if (!str_to_i64(http_query_value(r->x, name), &n) || n < 1) return query_refuse(r, name, e);
    *id = n;
    return true;
}

bool query_bool(struct request *r, const char *name, bool *out, struct err *e)
{
    if (!http_query_has(r->x, name)) return true;
    str value = http_query_value(r->x, name);
    bool is_true = str_eq(value, STR("true"));
    if (!is_true && !str_eq(value, STR("false"))) return query_refuse(r, name, e);
    *out = is_true;
    return true;
}

bool query_time(struct request *r, const char *name, utc_ms *out, struct err *e)
{
    utc_ms at = 0;
    if (!http_query_has(r->x, name)) return true;
    str value = http_query_value(r->x, name);
    if (!utc_parse(value.at, value.len, &at)) return query_refuse(r, name, e);
    *out = at;
    return true;
}

bool query_text(struct request *r, const char *name, size_t most, str *out, struct err *e)
{
    str value = str_trim(http_query_value(r->x, name));
    if (value.len > most || !str_is_utf8(value)) return query_refuse(r, name, e);
    *out = value;
    return true;
}

bool query_limit(struct request *r, size_t *out, struct err *e)
{
    int64_t n = LIMIT_DEFAULT;
    if (http_query_has(r->x, "limit") &&
        (!str_to_i64(http_query_value(r->x, "limit"), &n) || n < 1 || n > LIMIT_MOST))
        return query_refuse(r, "limit", e);
    *out = (size_t)n;
    return true;
}

bool query_page(struct request *r, struct page *out, struct err *e)
{
    struct page page = { .cursor = http_query_value(r->x, "cursor") };
    if (!query_limit(r, &page.limit, e)) return false;
    if (page.cursor.len > CURSOR_MOST) {
        err_set(e, ERR_INVALID, "page.cursor", "too long");
        return query_list_failed(e);
    }
    *out = page;
    return true;
}

bool query_list_failed(struct err *e)
{
    if (!e->code || strcmp(e->code, "page.cursor") != 0) return false;
    err_set(e, ERR_INVALID, "cursor.invalid",
            "this is no cursor of this list: start again without one");
    return err_arg(e, "field", STR("cursor"));
}

str query_number_cursor(struct arena *a, const char *list, int64_t number)
{
    return str_base64url(a, str_print(a, "%s|%lld", list, (long long)number));
}

bool query_cursor_number(struct request *r, const char *list, int64_t *out, struct err *e)
{
    str text, name, digits, cursor = http_query_value(r->x, "cursor");
    *out = 0;
    if (!cursor.len) return true;
    if (cursor.len <= CURSOR_MOST && str_base64_decode(r->arena, cursor, &text) &&
        str_split(text, '|', &name, &digits) && str_eq(name, str_from(list)) &&
        str_to_i64(digits, out) && *out > 0)
        return true;
    err_set(e, ERR_INVALID, "page.cursor", "not ours");
    return query_list_failed(e);
}
