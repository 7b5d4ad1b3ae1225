#include "api/store_input.h"

#include "api/input.h"
#include "connector/connector.h"

#define NAME_MOST 80
#define VALUE_MOST 2000

static size_t setting_count(const struct connector *c)
{
    size_t n = 0;
    while (c->settings[n].name) n++;
    return n;
}

static struct store_facts facts_of(struct arena *a, const struct connector *c)
{
    const char **secrets = ARENA_ARRAY(a, const char *, setting_count(c) + 1);
    size_t n = 0;
    for (const struct store_setting *f = c->settings; f->name; f++)
        if (f->kind == SETTING_SECRET) secrets[n++] = f->name;
    return (struct store_facts){ .secrets = secrets,
                                 .poll_ms = c->poll_ms,
                                 .sweep_ms = c->sweep_ms,
                                 .has_hooks = c->register_hook != NULL,
                                 .quantity_ceiling = c->quantity_ceiling };
}

static bool is_choice(const struct store_setting *f, str value)
{
    for (const char *const *c = f->choices; c && *c; c++)
        if (str_eq(value, str_from(*c))) return true;
    return false;
}

static bool is_host_of(const struct url_parts *url, const char *base_url)
{
    struct url_parts own;
    return base_url && url_split(str_from(base_url), &own) && url->is_https == own.is_https &&
           url->port == own.port && str_eq_nocase(url->host, own.host);
}

/* The credentials go there, so it is the marketplace's own, or in test mode this machine (docs/architecture.md);
 * how it is written, store_base_url_check() judges. */
static void check_address(struct input *in, const struct connector *c, const struct store *s)
{
    struct url_parts url;
    if (!s->base_url.len || !url_split(s->base_url, &url)) return;
    if (is_host_of(&url, c->base_url) || is_host_of(&url, c->test_base_url)) return;
    if (s->test_mode && url_is_loopback(&url)) return;
    input_refuse(in, "base_url", "store.base_url",
                 "must be an address of the marketplace, or one of this machine in test mode");
}

/* One setting's value: as given, else as it was. Empty: left out, so that a secret stays and a
 * choice is the first. */
static str read_setting(struct input *in, const struct store_setting *f, const struct store *was)
{
    bool is_secret = f->kind == SETTING_SECRET;
    bool is_given = input_has(in, f->name);
    str value = is_secret ? input_raw_text(in, f->name, OPTIONAL, VALUE_MOST)
                          : input_text(in, f->name, OPTIONAL, 0, VALUE_MOST);
    str before = was ? store_value(was, f->name) : (str){ 0 };
    if (!is_given || (is_secret && !value.len)) value = before;
    if (f->is_required && !value.len)
        input_refuse(in, f->name, "setting.missing", "is needed to reach the marketplace");
    if (f->kind == SETTING_CHOICE && value.len && !is_choice(f, value))
        input_refuse(in, f->name, "setting.choice", "is not one of its choices");
    return value;
}

static void refuse_unknown(struct input *in, const struct connector *c)
{
    for (const struct json *v = in->object ? in->object->first : NULL; v; v = v->next) {
        const struct store_setting *f = c->settings;
        while (f->name && !str_eq(v->key, str_from(f->name))) f++;
        if (!f->name)
            input_refuse(in, str_cstr(in->arena, str_cut(v->key, 0, 40)), "setting.unknown",
                         "is no setting of this marketplace");
    }
}

static void read_settings(struct input *body, const struct connector *c, const struct json *object,
                          struct store *s)
{
    struct input in;
    struct store was = *s;
    struct store_value *values = ARENA_ARRAY(body->arena, struct store_value, setting_count(c));
    size_t n = 0;
    input_child(body, "settings", -1, object, &in);
    refuse_unknown(&in, c);
    for (const struct store_setting *f = c->settings; f->name; f++) {
        str value = read_setting(&in, f, was.id ? &was : NULL);
        if (value.len)
            values[n++] = (struct store_value){ .name = str_from(f->name), .value = value };
    }
    input_end(&in);
    s->values = values;
    s->value_count = n;
}

bool store_input_new(struct request *r, struct store *s, struct store_facts *facts, struct err *e)
{
    struct input in;
    if (!input_open(r->x, &in, e)) return false;
    str key = input_text(&in, "marketplace", REQUIRED, 1, NAME_MOST);
    struct store made = {
        .company_id = r->actor.company_id,
        .name = input_text(&in, "name", REQUIRED, 1, NAME_MOST),
        .base_url = input_text(&in, "base_url", OPTIONAL, 0, STORE_BASE_URL_MAX),
        .test_mode = input_bool(&in, "test_mode", false),
    };
    const struct json *settings = input_object(&in, "settings", REQUIRED);
    if (!input_end(&in)) return false;
    const struct connector *c = connector_find(key);
    if (!c) {
        input_refuse(&in, "marketplace", "marketplace.unknown", "is no marketplace we know");
        return false;
    }
    made.marketplace = str_from(c->key);
    check_address(&in, c, &made);
    read_settings(&in, c, settings, &made);
    if (!input_end(&in)) return false;
    *s = made;
    *facts = facts_of(r->arena, c);
    return true;
}

bool store_input_change(struct request *r, struct store *s, struct store_facts *facts,
                        bool *needs_check, struct err *e)
{
    struct input in;
    struct store changed = *s;
    const struct connector *c = connector_find(s->marketplace);
    if (!c)
        return err_set(e, ERR_CONFLICT, "marketplace.unknown",
                       "this installation has no connector for the store's marketplace any more");
    if (!input_open(r->x, &in, e)) return false;
    if (input_has(&in, "name")) changed.name = input_text(&in, "name", REQUIRED, 1, NAME_MOST);
    if (input_has(&in, "base_url"))
        changed.base_url = input_text(&in, "base_url", OPTIONAL, 0, STORE_BASE_URL_MAX);
    changed.test_mode = input_bool(&in, "test_mode", s->test_mode);
    const struct json *settings = input_object(&in, "settings", OPTIONAL);
    if (!input_end(&in)) return false;
    check_address(&in, c, &changed);
    if (settings) read_settings(&in, c, settings, &changed);
    if (!input_end(&in)) return false;
    *needs_check = settings != NULL || changed.test_mode != s->test_mode ||
                   !str_eq(changed.base_url, s->base_url);
    *s = changed;
    *facts = facts_of(r->arena, c);
    return true;
}
