#include "connector/trendyol/trendyol.h"

#define PAGE_SIZE 100
#define ROW_CEILING 10000

/* The cursor is "page:<n>", or "token:<their nextPageToken>" past the 10,000 rows that page numbers
 * reach. */
static str listings_position(struct arena *a, str cursor, int64_t *page, struct err *e)
{
    str kind = { 0 }, value = { 0 };
    *page = 0;
    if (!cursor.len) return STR("&page=0");
    str_split(cursor, ':', &kind, &value);
    if (str_eq(kind, STR("page")) && str_to_i64(value, page) && *page >= 0 && *page < 1000000)
        return str_print(a, "&page=%lld", (long long)*page);
    *page = -1;
    if (str_eq(kind, STR("token")) && value.len)
        return str_print(a, "&nextPageToken=%.*s", STR_ARG(str_url_encode(a, value)));
    err_set(e, ERR_INVALID, "trendyol.cursor",
            "the cursor of the listing pages is not one of ours: start from the first page");
    return (str){ 0 };
}

static str next_position(struct arena *a, const struct json *root, int64_t page, size_t rows)
{
    int64_t pages = 0;
    str token = json_text_at(root, "nextPageToken");
    if (!rows) return (str){ 0 };
    if (page < 0) return token.len ? str_print(a, "token:%.*s", STR_ARG(token)) : (str){ 0 };
    if (json_i64_at(root, "totalPages", &pages) ? page + 1 >= pages : rows < PAGE_SIZE)
        return (str){ 0 };
    if (page + 2 > ROW_CEILING / PAGE_SIZE && token.len)
        return str_print(a, "token:%.*s", STR_ARG(token));
    return str_print(a, "page:%lld", 1 + (long long)page);
}

/* A variant without barcode or quantity has not been seen; its listing keeps what it had. */
static bool read_variant(const struct json *content, const struct json *v, struct listing_seen *out)
{
    *out = (struct listing_seen){
        .remote_sku = json_text_at(v, "barcode"),
        .remote_id = json_text_at(v, "variantId"),
        .title = json_text_at(content, "title"),
        /* The light page lists approved products and says no more than that. */
        .is_on_sale = json_bool_at(v, "onSale", true),
    };
    json_money(json_get(v, "salePrice"), "TRY", &out->price);
    json_money(json_get(v, "listPrice"), "TRY", &out->list_price);
    return out->remote_sku.len && json_i64_at(v, "quantity", &out->quantity) && out->quantity >= 0;
}

static const struct json *variants_of(const struct json *content)
{
    const struct json *variants = json_get(content, "variants");
    return variants && variants->kind == JSON_ARRAY ? variants : NULL;
}

static void read_listings(struct arena *a, const struct json *rows, struct listing_page *out)
{
    size_t room = 0, count = 0;
    for (const struct json *c = rows->first; c; c = c->next)
        room += variants_of(c) ? variants_of(c)->count : 0;
    struct listing_seen *seen = ARENA_ARRAY(a, struct listing_seen, room);
    for (const struct json *c = rows->first; c; c = c->next) {
        const struct json *variants = variants_of(c);
        for (const struct json *v = variants ? variants->first : NULL; v; v = v->next)
            if (read_variant(c, v, &seen[count])) count++;
    }
    *out = (struct listing_page){ .listings = seen, .count = count };
}

bool trendyol_pull_listings(struct visit *v, str cursor, struct listing_page *out, struct err *e)
{
    int64_t page = 0;
    str position = listings_position(v->arena, cursor, &page, e);
    if (!position.len) return false;
    struct trendyol_call c = {
        .kind = CALL_READ,
        .method = "GET",
        .purpose = "listings.pull",
        .group = "product_read",
        .path = str_print(v->arena,
                          "/product/sellers/%.*s/products/approved/inventory-and-price"
                          "?size=%d%.*s",
                          STR_ARG(trendyol_seller(v)), PAGE_SIZE, STR_ARG(position)),
    };
    struct http_reply reply;
    const struct json *root = NULL;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (!trendyol_answer(v, &c, &reply, &root, e)) return false;
    const struct json *rows = json_get(root, "content");
    if (!rows || rows->kind != JSON_ARRAY)
        return trendyol_unreadable(&c, &reply, "a page without content", e);
    read_listings(v->arena, rows, out);
    out->cursor = next_position(v->arena, root, page, rows->count);
    if (out->cursor.len && str_eq(out->cursor, cursor))
        return trendyol_unreadable(&c, &reply, "the same page again", e);
    return true;
}
