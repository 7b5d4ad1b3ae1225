/* Looking into parsed JSON; json_parse.c reads it, json_write.c writes it. */
#include "base/json.h"

#include "base/decimal.h"

static const struct json *find(const struct json *object, str key)
{
    if (!object || object->kind != JSON_OBJECT) return NULL;
    const struct json *found = NULL;
    for (const struct json *v = object->first; v; v = v->next)
        if (str_eq(v->key, key)) found = v; /* of two with one key the last wins */
    return found;
}

const struct json *json_get(const struct json *object, const char *key)
{
    return find(object, str_from(key));
}

const struct json *json_path(const struct json *v, const char *dotted)
{
    str rest = str_from(dotted), key;
    while (v && str_next(&rest, '.', &key)) v = find(v, key);
    return v;
}

bool json_is_null(const struct json *v)
{
    return !v || v->kind == JSON_NULL;
}

str json_text(const struct json *v)
{
    return v && (v->kind == JSON_STRING || v->kind == JSON_NUMBER) ? v->text : (str){ 0 };
}

str json_text_at(const struct json *object, const char *key)
{
    return json_text(json_get(object, key));
}

bool json_i64(const struct json *v, int64_t *out)
{
    if (!v) return false;
    if (v->kind == JSON_STRING) return str_to_i64(v->text, out);
    if (v->kind != JSON_NUMBER) return false;
    return str_to_i64(v->text, out) || decimal_read(v->text, 0, DECIMAL_NUMBER, out);
}

bool json_i64_at(const struct json *object, const char *key, int64_t *out)
{
    return json_i64(json_get(object, key), out);
}

bool json_bool_at(const struct json *object, const char *key, bool fallback)
{
    const struct json *v = json_get(object, key);
    return v && v->kind == JSON_BOOL ? v->is_true : fallback;
}

bool json_money(const struct json *v, const char *currency, money *out)
{
    return money_parse_rounded(json_text(v), currency, out);
}
