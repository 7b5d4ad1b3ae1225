#include <string.h>

#include "sandbox/control.h"
#include "sandbox/trendyol.h"

/* Every setting with its bounds; those with names take one of them instead of a number. */
static const struct setting {
    const char *name;
    size_t at;
    int64_t fallback, min, max;
    const char *choices[3];
} settings[] = {
#define FIELD(field) #field, offsetof(struct ty_settings, field)
#define SWITCH                                                                                     \
    0, 1,                                                                                          \
    {                                                                                              \
        "false", "true"                                                                            \
    }
    { FIELD(limits_on), 1, SWITCH },
    { FIELD(window_mode), 1, 0, 1, { "fixed", "sliding" } },
    { FIELD(retry_after_on_429), 0, SWITCH },
    { FIELD(batch_delay_min_ms), 2000, 0, 30000 },
    { FIELD(batch_delay_max_ms), 2000, 0, 30000 },
    { FIELD(batch_in_order), 1, SWITCH },
    { FIELD(batch_expired), 0, 0, 1, { "not_found", "empty" } },
    { FIELD(unknown_package), 0, 0, 1, { "unauthorized", "not_found" } },
    { FIELD(webhook_delay_ms), 0, 0, 600000 },
    { FIELD(webhook_retry_ms), 300000, 1, 86400000 },
    { FIELD(webhook_passive_after), 13, 1, 1000 },
    { FIELD(webhook_timeout_ms), 5000, 10, 60000 },
    { FIELD(webhook_duplicate_percent), 0, 0, 100 },
    { FIELD(webhook_disorder_percent), 0, 0, 100 },
    { FIELD(webhook_disorder_ms), 2000, 1, 600000 },
    { FIELD(webhook_localhost_allowed), 1, SWITCH },
    { FIELD(split_delay_ms), 1000, 0, 600000 },
    { FIELD(awaiting_ms), 0, 0, INT64_MAX / 4 },
    { FIELD(verified), 0, SWITCH },
    { FIELD(ship_after_ms), 0, 0, INT64_MAX / 4 },
    { FIELD(deliver_after_ms), 0, 0, INT64_MAX / 4 },
    { FIELD(cancel_percent), 0, 0, 100 },
    { FIELD(cancel_within_ms), 60000, 0, INT64_MAX / 4 },
    { FIELD(discounts), 1, SWITCH },
    { FIELD(order_date_shift_ms), 0, -86400000, 86400000 },
    { FIELD(stream_repeats), 0, SWITCH },
    { FIELD(new_line_id_on_divide), 0, SWITCH },
#undef FIELD
#undef SWITCH
};

#define SETTINGS (sizeof settings / sizeof settings[0])

static int64_t *value_of(struct ty_settings *set, const struct setting *one)
{
    return (int64_t *)((char *)set + one->at);
}

void ty_settings_defaults(struct ty_settings *set)
{
    for (size_t i = 0; i < SETTINGS; i++) *value_of(set, &settings[i]) = settings[i].fallback;
}

static bool read_value(const struct setting *one, const struct json *v, int64_t *out)
{
    int64_t n = 0;
    str given = v->kind == JSON_BOOL ? (v->is_true ? STR("true") : STR("false")) : json_text(v);
    for (int i = 0; i < 2 && one->choices[i]; i++) {
        if (!str_eq(given, str_from(one->choices[i]))) continue;
        *out = i;
        return true;
    }
    if (one->choices[0] || !json_i64(v, &n) || n < one->min || n > one->max) return false;
    *out = n;
    return true;
}

static const struct setting *find_setting(str name)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (str_eq(name, str_from(settings[i].name))) return &settings[i];
    return NULL;
}

/* {"tiers": {"100200": "150K"}} */
static bool read_tiers(struct http_exchange *x, struct trendyol *ty, const struct json *tiers,
                       bool is_for_real)
{
    for (const struct json *v = tiers->first; v; v = v->next) {
        int64_t id = 0;
        enum ty_tier tier;
        struct ty_seller *seller = str_to_i64(v->key, &id) ? ty_seller_find(ty, id) : NULL;
        if (!seller || !ty_tier_from(json_text(v), &tier)) {
            control_refuse(x, 400, "tiers: unknown seller or tier at '%.*s'", STR_ARG(v->key));
            return false;
        }
        if (is_for_real) seller->tier = tier;
    }
    return true;
}

/* Everything is checked before anything is changed. */
static bool read_settings(struct http_exchange *x, struct trendyol *ty, const struct json *body,
                          struct ty_settings *set)
{
    for (const struct json *v = body ? body->first : NULL; v; v = v->next) {
        const struct setting *one = find_setting(v->key);
        if (str_eq(v->key, STR("tiers"))) {
            if (!read_tiers(x, ty, v, false)) return false;
        } else if (!one) {
            control_refuse(x, 400, "unknown setting '%.*s'", STR_ARG(v->key));
            return false;
        } else if (!read_value(one, v, value_of(set, one))) {
            control_refuse(x, 400, "'%s' cannot be '%.*s'", one->name, STR_ARG(json_text(v)));
            return false;
        }
    }
    if (set->batch_delay_min_ms <= set->batch_delay_max_ms) return true;
    control_refuse(x, 400, "batch_delay_min_ms is above batch_delay_max_ms");
    return false;
}

static void answer(struct http_exchange *x, struct trendyol *ty)
{
    struct json_writer w = json_writer(x->arena);
    json_open_object(&w, NULL);
    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *one = &settings[i];
        int64_t n = *value_of(&ty->settings, one);
        if (!one->choices[0])
            json_put_i64(&w, one->name, n);
        else if (strcmp(one->choices[0], "false") == 0)
            json_put_bool(&w, one->name, n != 0);
        else
            json_put_cstr(&w, one->name, one->choices[n]);
    }
    json_open_object(&w, "tiers");
    for (size_t i = 0; i < ty->seller_count; i++) {
        const char *id =
            str_cstr(x->arena, str_print(x->arena, "%lld", (long long)ty->sellers[i]->id));
        json_put_cstr(&w, id, ty_tier_name(ty->sellers[i]->tier));
    }
    json_close_object(&w);
    json_close_object(&w);
    control_answer(x, 200, &w);
}

void ty_settings_get(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    sim_lock(s);
    answer(x, trendyol_of(s));
    sim_unlock(s);
}

void ty_settings_post(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct trendyol *ty = trendyol_of(s);
    const struct json *body = NULL;
    if (!control_body(x, &body)) return;
    sim_lock(s);
    struct ty_settings changed = ty->settings;
    if (read_settings(x, ty, body, &changed)) {
        if (json_get(body, "tiers")) read_tiers(x, ty, json_get(body, "tiers"), true);
        ty->settings = changed;
        answer(x, ty);
    }
    sim_unlock(s);
}
