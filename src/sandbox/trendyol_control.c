#include "sandbox/control.h"
#include "sandbox/trendyol.h"

#define ORDERS_AT_ONCE 100000
#define PRICE_MAX_E4 ((int64_t)100000000 * 10000)
#define LOAD_LIMIT ((size_t)64 << 20)

struct ty_seller *ty_control_seller(struct trendyol *ty, const struct json *body)
{
    int64_t id = 0;
    return json_i64_at(body, "seller", &id) ? ty_seller_find(ty, id) : NULL;
}

/* Sellers. */

static void write_seller(const struct trendyol *ty, const struct ty_seller *seller,
                         struct json_writer *w)
{
    json_open_object(w, NULL);
    json_put_i64(w, "id", seller->id);
    json_put_cstr(w, "apiKey", seller->key);
    json_put_cstr(w, "apiSecret", seller->secret);
    json_put_cstr(w, "tier", ty_tier_name(seller->tier));
    json_put_i64(w, "listings", (int64_t)seller->shelf_count);
    json_put_i64(w, "orders", (int64_t)seller->order_count);
    json_open_array(w, "webhooks");
    for (size_t i = 0; i < seller->webhook_count; i++) {
        const struct ty_webhook *h = seller->webhooks[i];
        json_open_object(w, NULL);
        json_put_cstr(w, "id", h->id);
        json_put_cstr(w, "url", h->url);
        json_put_cstr(w, "status", h->is_passive ? "PASSIVE" : "ACTIVE");
        json_put_i64(w, "delivered", h->delivered);
        json_put_i64(w, "failed", h->failed);
        json_put_i64(w, "waiting", (int64_t)ty_outbox_waiting(ty, h));
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

static void sellers_get(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct trendyol *ty = trendyol_of(s);
    struct json_writer w = json_writer(x->arena);
    sim_lock(s);
    json_open_object(&w, NULL);
    json_open_array(&w, "sellers");
    for (size_t i = 0; i < ty->seller_count; i++) write_seller(ty, ty->sellers[i], &w);
    json_close_array(&w);
    json_close_object(&w);
    sim_unlock(s);
    control_answer(x, 200, &w);
}

static void sellers_post(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct trendyol *ty = trendyol_of(s);
    struct json_writer w = json_writer(x->arena);
    const struct json *body = NULL;
    enum ty_tier tier = TY_TIER_50K;
    if (!control_body(x, &body)) return;
    if (json_get(body, "tier") && !ty_tier_from(json_text_at(body, "tier"), &tier)) {
        control_refuse(x, 400, "unknown tier");
        return;
    }
    sim_lock(s);
    int64_t id = ty->sellers[ty->seller_count - 1]->id + 1;
    if (json_get(body, "id") && (!json_i64_at(body, "id", &id) || id < 1)) {
        control_refuse(x, 400, "'id' must be a positive number");
    } else {
        struct ty_seller *seller = ty_seller_add(ty, id, tier);
        if (seller) {
            write_seller(ty, seller, &w);
            control_answer(x, 201, &w);
        } else {
            control_refuse(x, 409, "seller %lld is there already", (long long)id);
        }
    }
    sim_unlock(s);
}

/* Listings. */

static bool read_price(const struct json *item, const char *key, int64_t *kurus)
{
    money m = { 0 };
    const struct json *v = json_get(item, key);
    if (!v) return true;
    if (!json_money(v, "TRY", &m) || m.e4 < 0 || m.e4 > PRICE_MAX_E4) return false;
    *kurus = money_round(m, 2).e4 / 100;
    return true;
}

/* What an item says; a listing that is there already keeps what it does not say. */
static bool load_item(struct trendyol *ty, struct ty_seller *seller, const struct json *item)
{
    str barcode = json_text_at(item, "barcode");
    int64_t quantity = 0, sale = 10000, list = 0;
    if (!barcode.len || !read_price(item, "salePrice", &sale) ||
        !read_price(item, "listPrice", &list))
        return false;
    if (json_get(item, "quantity") &&
        (!json_i64_at(item, "quantity", &quantity) || quantity < 0 || quantity > 1000000000))
        return false;
    bool is_new = !ty_listing_find(seller, barcode);
    struct ty_listing *l = ty_listing_ensure(ty, seller, barcode);
    if (is_new || json_get(item, "quantity")) l->quantity = quantity;
    if (is_new || json_get(item, "salePrice")) l->sale = sale;
    if (list) l->list = list;
    if (l->list < l->sale) l->list = l->sale;
    struct arena *keep = ty->sim->keep;
    str code = json_text_at(item, "stockCode"), title = json_text_at(item, "title");
    if (code.len) l->stock_code = str_copy(keep, code);
    if (title.len) l->title = str_copy(keep, title);
    if (!l->stock_code.len) l->stock_code = l->barcode;
    if (!l->title.len) l->title = l->barcode;
    l->is_approved = json_bool_at(item, "approved", l->is_approved);
    l->is_locked = json_bool_at(item, "locked", l->is_locked);
    l->is_archived = json_bool_at(item, "archived", l->is_archived);
    return true;
}

static void listings_post(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct trendyol *ty = trendyol_of(s);
    const struct json *body = NULL;
    int64_t loaded = 0;
    if (!control_body(x, &body)) return;
    const struct json *items = json_get(body, "items");
    sim_lock(s);
    struct ty_seller *seller = ty_control_seller(ty, body);
    const struct json *v = seller && items ? items->first : NULL;
    while (v && load_item(ty, seller, v)) {
        v = v->next;
        loaded++;
    }
    sim_unlock(s);
    if (!seller) {
        control_refuse(x, 404, "no such seller");
    } else if (v) {
        control_refuse(x, 400, "item %lld cannot be read; those before it are loaded",
                       (long long)loaded);
    } else {
        struct json_writer w = json_writer(x->arena);
        json_open_object(&w, NULL);
        json_put_i64(&w, "loaded", loaded);
        json_close_object(&w);
        control_answer(x, 201, &w);
    }
}

/* Making orders. */

static struct ty_wish *read_wishes(struct http_exchange *x, struct ty_seller *seller,
                                   const struct json *lines, size_t *count)
{
    if (!lines || lines->kind != JSON_ARRAY || !lines->count) {
        control_refuse(x, 400, "'lines' must name at least one barcode");
        return NULL;
    }
    struct ty_wish *wishes = ARENA_ARRAY(x->arena, struct ty_wish, lines->count);
    for (const struct json *v = lines->first; v; v = v->next, (*count)++) {
        str barcode = json_text_at(v, "barcode");
        wishes[*count].listing = ty_listing_find(seller, barcode);
        wishes[*count].quantity = 1;
        if (!wishes[*count].listing) {
            control_refuse(x, 404, "seller has no listing '%.*s'", STR_ARG(barcode));
            return NULL;
        }
        if (json_get(v, "quantity") &&
            (!json_i64_at(v, "quantity", &wishes[*count].quantity) || wishes[*count].quantity < 1 ||
             wishes[*count].quantity > 1000000)) {
            control_refuse(x, 400, "'quantity' must be 1 to 1000000");
            return NULL;
        }
    }
    return wishes;
}

static void make_orders(struct http_exchange *x, struct trendyol *ty, struct ty_seller *seller,
                        const struct json *body, int64_t wanted)
{
    size_t count = 0;
    struct ty_wish *wishes = read_wishes(x, seller, json_get(body, "lines"), &count);
    if (!wishes) return;
    bool is_forced = json_bool_at(body, "force", false);
    bool is_awaiting = json_bool_at(body, "awaiting", false);
    const char *obstacle = ty_order_obstacle(wishes, count);
    if (obstacle[0] && !is_forced) {
        control_refuse(x, 409, "%s", obstacle);
        return;
    }
    struct json_writer w = json_writer(x->arena);
    int64_t made = 0;
    json_open_object(&w, NULL);
    json_open_array(&w, "orders");
    for (; made < wanted && (is_forced || !ty_order_obstacle(wishes, count)[0]); made++)
        ty_order_write(ty_order_make(ty, seller, wishes, count, is_awaiting), &w);
    json_close_array(&w);
    json_put_i64(&w, "made", made);
    json_put_i64(&w, "refused", wanted - made);
    json_close_object(&w);
    control_answer(x, 201, &w);
}

static void orders_post(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct trendyol *ty = trendyol_of(s);
    const struct json *body = NULL;
    int64_t wanted = 1;
    if (!control_body(x, &body)) return;
    if (json_get(body, "count") &&
        (!json_i64_at(body, "count", &wanted) || wanted < 1 || wanted > ORDERS_AT_ONCE)) {
        control_refuse(x, 400, "'count' must be 1 to %d", ORDERS_AT_ONCE);
        return;
    }
    sim_lock(s);
    struct ty_seller *seller = ty_control_seller(ty, body);
    if (seller)
        make_orders(x, ty, seller, body, wanted);
    else
        control_refuse(x, 404, "no such seller");
    sim_unlock(s);
}

static void order_get(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct json_writer w = json_writer(x->arena);
    sim_lock(s);
    struct ty_order *o = ty_order_find(trendyol_of(s), x->params[0]);
    if (o) {
        ty_order_write(o, &w);
        control_answer(x, 200, &w);
    } else {
        control_refuse(x, 404, "no such order");
    }
    sim_unlock(s);
}

static void webhooks_flush(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct json_writer w = json_writer(x->arena);
    sim_lock(s);
    bool is_empty = ty_outbox_flush(trendyol_of(s), 30000);
    sim_unlock(s);
    json_open_object(&w, NULL);
    json_put_bool(&w, "flushed", is_empty);
    json_close_object(&w);
    control_answer(x, 200, &w);
}

const struct http_route trendyol_control_routes[] = {
    { .method = "GET", .pattern = "/control/sellers", .handle = sellers_get },
    { .method = "POST", .pattern = "/control/sellers", .handle = sellers_post },
    { .method = "POST",
      .pattern = "/control/listings",
      .handle = listings_post,
      .body_limit = LOAD_LIMIT },
    { .method = "POST", .pattern = "/control/orders", .handle = orders_post },
    { .method = "GET", .pattern = "/control/orders/rate", .handle = ty_rate_get },
    { .method = "POST", .pattern = "/control/orders/rate", .handle = ty_rate_post },
    { .method = "GET", .pattern = "/control/orders/{number}", .handle = order_get },
    { .method = "POST", .pattern = "/control/orders/{number}/{action}", .handle = ty_order_act },
    { .method = "GET", .pattern = "/control/settings", .handle = ty_settings_get },
    { .method = "POST", .pattern = "/control/settings", .handle = ty_settings_post },
    { .method = "GET", .pattern = "/control/books", .handle = ty_books_get },
    { .method = "POST", .pattern = "/control/webhooks/flush", .handle = webhooks_flush },
    { 0 },
};
