/* Products with their variants. */
#include "api/input.h"
#include "api/query.h"
#include "api/resources.h"
#include "service/catalogue.h"

#define TITLE_MOST 200
#define WORD_MOST 100
#define BARCODE_MOST 40
#define VARIANTS_MOST 100
#define SAFETY_MOST 1000000
#define STOCK_MOST 1000000000
#define SEARCH_MOST 200
#define PERCENT_MOST_PPM 1000000

/* ---- Writing ---- */

/* What a thing costs is for whoever may change it. */
void put_variant(struct json_writer *w, const char *key, const struct variant *v, str title,
                 const struct actor *by)
{
    json_open_object(w, key);
    json_put_id(w, "id", v->id);
    json_put_id(w, "product_id", v->product_id);
    json_put_text(w, "product_title", title);
    json_put_text(w, "sku", v->sku);
    json_put_text(w, "barcode", v->barcode);
    json_put_text(w, "name", v->name);
    put_money(w, "price", v->price);
    put_money(w, "list_price", v->list_price);
    json_put_money(w, "cost", actor_may(by, RIGHT_EDIT_STOCK) ? v->cost : (money){ 0 });
    json_put_i64(w, "safety_stock", v->safety_stock);
    json_put_i64(w, "available", v->available);
    json_put_i64(w, "reserved", v->reserved);
    json_put_i64(w, "on_hand", v->available + v->reserved);
    put_time(w, "updated_at", v->updated_at);
    json_close_object(w);
}

static void put_product(struct json_writer *w, const char *key, const struct product *p,
                        const struct actor *by)
{
    char percent[MONEY_TEXT_SIZE];
    json_open_object(w, key);
    json_put_id(w, "id", p->id);
    json_put_text(w, "title", p->title);
    json_put_text(w, "brand", p->brand);
    json_put_text(w, "category", p->category);
    /* A percentage of four decimals is its parts per million: 20 % is 200000. */
    json_put_cstr(w, "vat_percent", money_text(money_of(p->vat_ppm, "TRY"), 0, percent));
    json_open_array(w, "variants");
    for (size_t i = 0; i < p->variant_count; i++)
        put_variant(w, NULL, &p->variants[i], p->title, by);
    json_close_array(w);
    put_time(w, "created_at", p->created_at);
    put_time(w, "updated_at", p->updated_at);
    json_close_object(w);
}

static bool reply_product(struct request *r, int status, int64_t id, struct err *e)
{
    struct product p;
    if (!product_repo_find(r->service->db, r->arena, &r->actor, id, &p, e)) return false;
    struct json_writer w = json_writer(r->arena);
    put_product(&w, NULL, &p, &r->actor);
    return reply_json(r, status, &w);
}

/* ---- Reading ---- */

struct product_input {
    struct product product;
    struct variant *variants;
    int64_t *initial;
};

static const struct variant *variant_with_id(const struct product *p, int64_t id)
{
    for (size_t i = 0; p && i < p->variant_count; i++)
        if (p->variants[i].id == id) return &p->variants[i];
    return NULL;
}

static str or_before(struct input *in, const char *name, size_t most, str before)
{
    bool is_given = input_has(in, name);
    str value = input_text(in, name, OPTIONAL, 0, most);
    return is_given ? value : before;
}

static money money_or_before(struct input *in, const char *name, money before)
{
    bool is_given = input_has(in, name);
    money value = input_money(in, name, OPTIONAL);
    return is_given ? value : before;
}

static void check_currency(struct input *in, const char *name, money m, money price)
{
    if (!m.currency[0] || str_eq(str_from(m.currency), str_from(price.currency))) return;
    input_refuse(in, name, "field.currency", "must be in the currency of the price");
}

/* What is left out stays as it was; of a new variant it is nothing, and the list price is the price. */
static void read_variant(struct input *in, const struct product *was, struct variant *v,
                         int64_t *initial)
{
    int64_t id = input_id(in, "id", OPTIONAL);
    const struct variant *before = variant_with_id(was, id);
    static const struct variant none = { 0 };
    if (id && !before) input_refuse(in, "id", "variant.not_found", "is no variant of this product");
    if (!before) before = &none;
    money price = input_money(in, "price", REQUIRED);
    *v = (struct variant){
        .id = id,
        .sku = input_text(in, "sku", REQUIRED, 1, SKU_MAX),
        .barcode = or_before(in, "barcode", BARCODE_MOST, before->barcode),
        .name = or_before(in, "name", WORD_MOST, before->name),
        .price = price,
        .list_price = money_or_before(in, "list_price", before->list_price),
        .cost = money_or_before(in, "cost", before->cost),
        .safety_stock = input_i64(in, "safety_stock", 0, SAFETY_MOST, before->safety_stock),
    };
    if (!v->list_price.currency[0]) v->list_price = price;
    check_currency(in, "list_price", v->list_price, price);
    check_currency(in, "cost", v->cost, price);
    if (id && input_has(in, "initial_stock"))
        input_refuse(in, "initial_stock", "field.unknown", "is for new variants only");
    *initial = input_i64(in, "initial_stock", 0, STOCK_MOST, 0);
}

static int64_t read_vat(struct input *in, int64_t before)
{
    money percent;
    bool is_given = input_has(in, "vat_percent");
    str text = input_text(in, "vat_percent", OPTIONAL, 1, 12);
    if (!is_given || !text.len) return before;
    if (!money_parse(text, "TRY", &percent) || percent.e4 < 0 || percent.e4 > PERCENT_MOST_PPM)
        input_refuse(in, "vat_percent", "field.range", "is no percentage from 0 to 100");
    else
        before = percent.e4;
    return before;
}

static bool read_product(struct request *r, const struct product *was, struct product_input *out,
                         struct err *e)
{
    struct input in;
    static const struct product none = { 0 };
    const struct product *before = was ? was : &none;
    if (!input_open(r->x, &in, e)) return false;
    out->product = (struct product){
        .id = before->id,
        .company_id = r->actor.company_id,
        .title = input_text(&in, "title", REQUIRED, 1, TITLE_MOST),
        .brand = or_before(&in, "brand", WORD_MOST, before->brand),
        .category = or_before(&in, "category", WORD_MOST, before->category),
        .vat_ppm = read_vat(&in, before->vat_ppm),
        .created_at = before->created_at,
    };
    const struct json *list = input_array(&in, "variants", REQUIRED, 1, VARIANTS_MOST);
    size_t count = list ? list->count : 0, n = 0;
    out->variants = ARENA_ARRAY(r->arena, struct variant, count);
    out->initial = ARENA_ARRAY(r->arena, int64_t, count);
    for (const struct json *v = list ? list->first : NULL; v; v = v->next, n++) {
        struct input inner;
        input_child(&in, "variants", (int)n, v, &inner);
        read_variant(&inner, was, &out->variants[n], &out->initial[n]);
        if (!input_end(&inner)) return false;
    }
    out->product.variants = out->variants;
    out->product.variant_count = count;
    return input_end(&in);
}

/* ---- The routes ---- */

static bool list(struct request *r, struct err *e)
{
    struct product_filter f = { 0 };
    struct page page;
    struct page_end end = { 0 };
    struct product *products;
    size_t count;
    if (!query_text(r, "q", SEARCH_MOST, &f.search, e) ||
        !query_text(r, "category", WORD_MOST, &f.category, e) ||
        !query_bool(r, "low_stock", &f.low_stock, e) || !query_page(r, &page, e))
        return false;
    if (!product_repo_list(r->service->db, r->arena, &r->actor, &f, &page, &products, &count, &end,
                           e))
        return query_list_failed(e);
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < count; i++) put_product(&w, NULL, &products[i], &r->actor);
    return list_close(r, &w, end.next);
}

static bool create(struct request *r, struct err *e)
{
    struct product_input in;
    return read_product(r, NULL, &in, e) &&
           product_save(r->service, r->arena, &r->actor, &in.product, in.variants, in.initial, e) &&
           reply_product(r, 201, in.product.id, e);
}

static bool show(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && reply_product(r, 200, id, e);
}

static bool update(struct request *r, struct err *e)
{
    int64_t id;
    struct product was;
    struct product_input in;
    return query_path_id(r, 0, &id, e) &&
           product_repo_find(r->service->db, r->arena, &r->actor, id, &was, e) &&
           read_product(r, &was, &in, e) &&
           product_save(r->service, r->arena, &r->actor, &in.product, in.variants, in.initial, e) &&
           reply_product(r, 200, id, e);
}

const struct http_route product_routes[] = {
    ROUTE("GET", "/api/v1/products", ACCESS_SIGNED_IN, RIGHT_SEE, list),
    ROUTE("POST", "/api/v1/products", ACCESS_SIGNED_IN, RIGHT_EDIT_STOCK, create),
    ROUTE("GET", "/api/v1/products/{id}", ACCESS_SIGNED_IN, RIGHT_SEE, show),
    ROUTE("PUT", "/api/v1/products/{id}", ACCESS_SIGNED_IN, RIGHT_EDIT_STOCK, update),
    { 0 },
};
