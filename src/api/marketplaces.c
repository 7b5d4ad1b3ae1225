/* The connectors of this installation, and what a store of each needs. */
#include "api/resources.h"
#include "connector/connector.h"

static void put_words(struct json_writer *w, const char *key, const char *tr, const char *en)
{
    json_open_object(w, key);
    json_put_cstr(w, "tr", tr ? tr : "");
    json_put_cstr(w, "en", en ? en : "");
    json_close_object(w);
}

static void put_setting(struct json_writer *w, const struct store_setting *s)
{
    static const char *const kinds[] = {
        [SETTING_TEXT] = "text", [SETTING_SECRET] = "secret", [SETTING_CHOICE] = "choice"
    };
    json_open_object(w, NULL);
    json_put_cstr(w, "name", s->name);
    json_put_cstr(w, "kind", kinds[s->kind]);
    json_put_bool(w, "required", s->is_required);
    json_open_array(w, "choices");
    for (const char *const *c = s->choices; c && *c; c++) json_put_cstr(w, NULL, *c);
    json_close_array(w);
    put_words(w, "title", s->title_tr, s->title_en);
    put_words(w, "help", s->help_tr, s->help_en);
    json_close_object(w);
}

static void put_abilities(struct json_writer *w, const struct connector *c)
{
    const struct {
        const char *name;
        bool has;
    } abilities[] = {
        { "pull_orders", c->pull_orders != NULL },
        { "push_offers", c->push_offers != NULL },
        { "pull_listings", c->pull_listings != NULL },
        { "acknowledge", c->acknowledge != NULL },
        { "invoice", c->invoice != NULL },
        { "hooks", c->register_hook != NULL },
    };
    json_open_array(w, "abilities");
    for (size_t i = 0; i < sizeof abilities / sizeof *abilities; i++)
        if (abilities[i].has) json_put_cstr(w, NULL, abilities[i].name);
    json_close_array(w);
}

static bool list(struct request *r, struct err *e)
{
    (void)e;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_open_array(&w, "items");
    for (const struct connector *const *c = connectors; *c; c++) {
        json_open_object(&w, NULL);
        json_put_cstr(&w, "key", (*c)->key);
        json_put_cstr(&w, "title", (*c)->title);
        json_put_cstr(&w, "base_url", (*c)->base_url);
        json_put_cstr(&w, "test_base_url", (*c)->test_base_url);
        put_abilities(&w, *c);
        json_open_array(&w, "settings");
        for (const struct store_setting *s = (*c)->settings; s && s->name; s++) put_setting(&w, s);
        json_close_array(&w);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

const struct http_route marketplace_routes[] = {
    ROUTE("GET", "/api/v1/marketplaces", ACCESS_SIGNED_IN, RIGHT_SEE, list),
    { 0 },
};
