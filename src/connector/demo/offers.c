#include "connector/demo/demo.h"

static void put_price(struct json_writer *w, const char *key, money m)
{
    char text[MONEY_TEXT_SIZE];
    if (!m.currency[0]) return; /* unchanged */
    json_put_raw(w, key, str_from(money_text(money_round(m, 2), 2, text)));
}

static str offers_body(struct arena *a, const struct offer *offers, size_t count)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_open_array(&w, "offers");
    for (size_t i = 0; i < count; i++) {
        json_open_object(&w, NULL);
        json_put_text(&w, "sku", offers[i].remote_sku);
        json_put_i64(&w, "quantity", offers[i].quantity);
        put_price(&w, "price", offers[i].price);
        put_price(&w, "list_price", offers[i].list_price);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    return json_written(&w);
}

static struct offer_result result_of(str sku, const struct json *v)
{
    struct offer_result r = { .remote_sku = sku, .outcome = OFFER_ACCEPTED };
    if (json_bool_at(v, "ok", false)) return r;
    str code = json_text_at(v, "code");
    r.outcome = str_eq(code, STR("too_often")) ? OFFER_REFUSED_FOR_NOW : OFFER_REFUSED;
    r.message = json_text_at(v, "message");
    str_fill(r.code, sizeof r.code, code.len ? code : STR("demo.item_refused"));
    return r;
}

/* Results come at once, in the order of the offers: there is no batch to follow. */
bool demo_push_offers(struct visit *v, const struct offer *offers, size_t count,
                      struct push_receipt *out, struct err *e)
{
    struct demo_call c = {
        .method = "POST",
        .purpose = "offers.push",
        .group = "offers",
        .path = STR("/v1/offers"),
        .body = offers_body(v->arena, offers, count),
        .changes_something = true,
    };
    const struct json *root = NULL;
    if (!demo_call(v, &c, &root, e)) return false;
    const struct json *list = json_get(root, "results");
    if (!list || list->kind != JSON_ARRAY || list->count != count)
        return demo_unreadable(&c, "not one result an offer", e);
    struct offer_result *results = ARENA_ARRAY(v->arena, struct offer_result, count);
    size_t at = 0;
    for (const struct json *i = list->first; i; i = i->next, at++)
        results[at] = result_of(offers[at].remote_sku, i);
    *out = (struct push_receipt){ .results = results, .count = count };
    return true;
}

static bool read_listing(const struct json *v, struct listing_seen *out)
{
    *out = (struct listing_seen){
        .remote_sku = json_text_at(v, "sku"),
        .remote_id = json_text_at(v, "id"),
        .title = json_text_at(v, "title"),
        .is_on_sale = json_bool_at(v, "on_sale", false),
    };
    json_money(json_get(v, "price"), "TRY", &out->price);
    json_money(json_get(v, "list_price"), "TRY", &out->list_price);
    return out->remote_sku.len && json_i64_at(v, "quantity", &out->quantity);
}

bool demo_pull_listings(struct visit *v, str cursor, struct listing_page *out, struct err *e)
{
    str after = str_url_encode(v->arena, cursor);
    struct demo_call c = {
        .method = "GET",
        .purpose = "listings.pull",
        .group = "general",
        .path = str_print(v->arena, "/v1/listings?limit=50&after=%.*s", STR_ARG(after)),
    };
    const struct json *root = NULL;
    if (!demo_call(v, &c, &root, e)) return false;
    const struct json *list = json_get(root, "listings");
    str next = json_text_at(root, "next");
    if (!list || list->kind != JSON_ARRAY) return demo_unreadable(&c, "a page without listings", e);
    if (next.len && str_eq(next, cursor)) return demo_unreadable(&c, "the same page again", e);
    struct listing_seen *seen = ARENA_ARRAY(v->arena, struct listing_seen, list->count);
    size_t count = 0;
    for (const struct json *i = list->first; i; i = i->next)
        if (read_listing(i, &seen[count])) count++;
    *out = (struct listing_page){ .listings = seen, .count = count, .cursor = next };
    return true;
}
