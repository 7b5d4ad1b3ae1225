/*
 * demo_command.c: a first house to look at: a company, a user, 200 products, two simulated stores.
 *
 * All goes through the API, as a person's clicks would. The simulator forgets when it ends, so its
 * shelves are filled at every start from what the hub has.
 */
#include <stdio.h>
#include <string.h>

#include "main/demo_catalogue.h"
#include "main/remote.h"
#include "main/settings.h"
#include "net/http_client.h"

#define DEMO_EMAIL "demo@bedesten.example"
#define DEMO_PASSWORD "bedesten-demo"
#define DEMO_STORES 2
#define ITEMS_OF_A_PAGE "200"

struct demo {
    struct remote *remote;
    struct http_client *client;
    str simulator;
    struct arena *arena;
};

static bool simulator_call(struct demo *d, const char *method, str path, str body,
                           const struct json **reply, struct err *e)
{
    struct http_header type = { STR("Content-Type"), STR("application/json") };
    struct http_request q = { .method = method,
                              .url = str_print(d->arena, "%.*s%.*s", STR_ARG(d->simulator),
                                               STR_ARG(path)),
                              .headers = &type,
                              .header_count = body.len ? 1 : 0,
                              .body = body,
                              .purpose = "control" };
    struct http_reply answer;
    if (!http_client_send(d->client, NULL, d->arena, &q, &answer, e))
        return err_set(e, ERR_UNAVAILABLE, "demo.simulator",
                       "the simulator does not answer at %.*s: start `bedesten sandbox` first",
                       STR_ARG(d->simulator));
    const struct json *said = NULL;
    bool is_json = json_parse(d->arena, answer.body, NULL, &said, NULL);
    if (answer.status < 400 && is_json) {
        *reply = said;
        return true;
    }
    str why = json_text_at(said, "error");
    return err_set(e, ERR_REFUSED, "demo.simulator",
                   "%.*s answered %d %.*s: name the address of `bedesten sandbox`, of this version",
                   STR_ARG(d->simulator), answer.status,
                   STR_ARG(why.len ? why : STR("and not as our simulator does")));
}

/* What a run that was broken off has made already is left as it is. */
static bool make(struct demo *d, const char *path, const struct json_writer *w, struct err *e)
{
    return remote_call(d->remote, d->arena, "POST", str_from(path), json_written(w), NULL, e) ||
           e->kind == ERR_CONFLICT;
}

static bool add_user(struct demo *d, struct err *e)
{
    struct json_writer w = json_writer(d->arena);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "email", DEMO_EMAIL);
    json_put_cstr(&w, "name", "Demo");
    json_put_cstr(&w, "password", DEMO_PASSWORD);
    json_put_cstr(&w, "company", "Demo Mağazacılık");
    json_put_cstr(&w, "role", "super_admin");
    json_close_object(&w);
    return make(d, "/api/v1/users", &w, e);
}

static void put_variant(struct json_writer *w, struct arena *a, const struct demo_product *p,
                        int variant)
{
    json_open_object(w, NULL);
    json_put_text(w, "sku", demo_sku(a, p, variant));
    json_put_text(w, "barcode", demo_barcode(a, p, variant));
    json_put_text(w, "name",
                  variant < 0 ? (str){ 0 } : str_print(a, "Beden: %s", demo_sizes[variant]));
    json_put_money(w, "price", p->price);
    json_put_money(w, "list_price", money_round(money_share(p->price, 1200000), 2));
    json_put_money(w, "cost", p->cost);
    json_put_i64(w, "safety_stock", 2);
    json_put_i64(w, "initial_stock", variant < 0 ? p->stock : p->stock / 3 + 1 + variant);
    json_close_object(w);
}

static bool add_product(struct demo *d, int index, struct err *e)
{
    struct demo_product p = demo_product(d->arena, index);
    struct json_writer w = json_writer(d->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "title", p.title);
    json_put_text(&w, "brand", p.brand);
    json_put_text(&w, "category", p.category);
    json_put_cstr(&w, "vat_percent", p.vat_percent);
    json_open_array(&w, "variants");
    for (int v = p.has_sizes ? 0 : -1; v < (p.has_sizes ? 3 : 0); v++)
        put_variant(&w, d->arena, &p, v);
    json_close_array(&w);
    json_close_object(&w);
    return make(d, "/api/v1/products", &w, e);
}

static bool add_store(struct demo *d, const struct json *seller, int nth, struct err *e)
{
    struct json_writer w = json_writer(d->arena);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "marketplace", "trendyol");
    json_put_text(&w, "name", str_print(d->arena, "Trendyol Mağaza %d", nth + 1));
    json_put_text(&w, "base_url", str_print(d->arena, "%.*s/integration", STR_ARG(d->simulator)));
    json_put_bool(&w, "test_mode", true);
    json_open_object(&w, "settings");
    json_put_text(&w, "seller_id", json_text_at(seller, "id"));
    json_put_text(&w, "api_key", json_text_at(seller, "apiKey"));
    json_put_text(&w, "api_secret", json_text_at(seller, "apiSecret"));
    json_close_object(&w);
    json_close_object(&w);
    return remote_call(d->remote, d->arena, "POST", STR("/api/v1/stores"), json_written(&w), NULL,
                       e);
}

static bool add_catalogue(struct demo *d, struct err *e)
{
    if (!add_user(d, e)) return false;
    struct arena_mark mark = arena_mark(d->arena);
    for (int i = 0; i < DEMO_PRODUCTS; i++) {
        if (!add_product(d, i, e)) return false;
        arena_rewind(d->arena, mark);
    }
    return true;
}

static bool add_stores(struct demo *d, const struct json *sellers, struct err *e)
{
    const struct json *seller = sellers->first;
    for (int i = 0; i < DEMO_STORES && seller; i++, seller = seller->next)
        if (!add_store(d, seller, i, e)) return false;
    return true;
}

/* What a store shows: the marketplace is never told of the safety stock. */
static int64_t shown(const struct json *variant)
{
    int64_t available = 0, safety = 0;
    json_i64_at(variant, "available", &available);
    json_i64_at(variant, "safety_stock", &safety);
    return available > safety ? available - safety : 0;
}

static void put_items(struct json_writer *w, const struct json *products)
{
    for (const struct json *p = products->first; p; p = p->next) {
        const struct json *variants = json_get(p, "variants");
        for (const struct json *v = variants ? variants->first : NULL; v; v = v->next) {
            if (!json_text_at(v, "barcode").len) continue; /* made by hand: nothing to list it by */
            json_open_object(w, NULL);
            json_put_text(w, "barcode", json_text_at(v, "barcode"));
            json_put_text(w, "stockCode", json_text_at(v, "sku"));
            json_put_text(w, "title", json_text_at(p, "title"));
            json_put_i64(w, "quantity", shown(v));
            json_put_text(w, "salePrice", json_text(json_path(v, "price.amount")));
            json_put_text(w, "listPrice", json_text(json_path(v, "list_price.amount")));
            json_put_bool(w, "approved", true);
            json_close_object(w);
        }
    }
}

static bool fill_page(struct demo *d, const struct json *sellers, const struct json *products,
                      struct err *e)
{
    for (const struct json *s = sellers->first; s; s = s->next) {
        struct json_writer w = json_writer(d->arena);
        const struct json *reply;
        json_open_object(&w, NULL);
        json_put_raw(&w, "seller", json_text_at(s, "id"));
        json_open_array(&w, "items");
        put_items(&w, products);
        json_close_array(&w);
        json_close_object(&w);
        if (!simulator_call(d, "POST", STR("/control/listings"), json_written(&w), &reply, e))
            return false;
    }
    return true;
}

static bool fill_shelves(struct demo *d, const struct json *sellers, struct err *e)
{
    str cursor = { 0 };
    do {
        const struct json *page = NULL;
        str path =
            str_print(d->arena, "/api/v1/products?limit=" ITEMS_OF_A_PAGE "%s%.*s",
                      cursor.len ? "&cursor=" : "", STR_ARG(str_url_encode(d->arena, cursor)));
        if (!remote_call(d->remote, d->arena, "GET", path, (str){ 0 }, &page, e)) return false;
        if (!fill_page(d, sellers, json_get(page, "items"), e)) return false;
        cursor = json_text_at(page, "next");
    } while (cursor.len);
    return true;
}

/* The stores are made last: without one the house was never filled to the end. A house without a
 * company has no system to act for, and so no list of stores. */
static bool is_new_house(struct demo *d)
{
    const struct json *stores = NULL;
    struct err ignored = { 0 };
    return !remote_call(d->remote, d->arena, "GET", STR("/api/v1/stores"), (str){ 0 }, &stores,
                        &ignored) ||
           !json_get(stores, "items") || json_get(stores, "items")->count == 0;
}

static bool find_sellers(struct demo *d, const struct json **sellers, struct err *e)
{
    const struct json *reply = NULL;
    if (!simulator_call(d, "GET", STR("/control/sellers"), (str){ 0 }, &reply, e)) return false;
    *sellers = json_get(reply, "sellers");
    return *sellers || err_set(e, ERR_INVALID, "demo.simulator",
                               "%.*s answers, but is no simulator of ours: name the address of "
                               "`bedesten sandbox`",
                               STR_ARG(d->simulator));
}

static int run(struct arguments *args)
{
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const char *simulator = argument(args, "simulator");
    struct http_client_options options = { .user_agent = "bedesten-demo" };
    struct demo d = { .arena = a,
                      .simulator = str_from(simulator ? simulator : "http://127.0.0.1:8091") };
    const struct json *sellers = NULL;
    AUTO(http_client) client = http_client_new(&options, &e);
    AUTO(remote) remote = client ? remote_open(args->config, HOUSE_MAY_BE_MADE, &e) : NULL;
    if (!remote) return command_failed(&e);
    d.client = client;
    d.remote = remote;
    if (!find_sellers(&d, &sellers, &e)) return command_failed(&e);
    bool is_new = is_new_house(&d);
    /* The shelves stand before the stores are connected: a running server reads them at once. */
    if ((is_new && !add_catalogue(&d, &e)) || !fill_shelves(&d, sellers, &e) ||
        (is_new && !add_stores(&d, sellers, &e)))
        return command_failed(&e);
    printf("%s Sign in as %s with the password %s.\n",
           is_new ? "Demo data made: 200 products, two simulated stores."
                  : "The simulator's shelves are filled.",
           DEMO_EMAIL, DEMO_PASSWORD);
    return EXIT_DONE;
}

const struct command demo_command = {
    .name = "demo",
    .summary = "Fills an empty house with demo data and the simulator's shelves",
    .examples = "  bedesten sandbox --seed 1 &\n  bedesten demo --db var/bedesten.db --simulator "
                "http://127.0.0.1:8091\n",
    .options =
        (const struct option[]){
            DATABASE_OPTIONS,
            { "simulator", "URL", "a running `bedesten sandbox` (default http://127.0.0.1:8091)",
              NULL },
            { NULL },
        },
    .run = run,
};
