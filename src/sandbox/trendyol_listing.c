#include "sandbox/trendyol.h"

#define SIZE_MAX_PAGE 100
#define ROWS_MAX 10000
#define BARCODES_MAX 50

/* Which listings a call asks for. */
struct shelf_query {
    int64_t page, size;
    str barcodes, status;
    int64_t modified_from, modified_to; /* 0: open */
};

static bool refuse_query(struct ty_call *c, const char *rule, const char *key, const char *message)
{
    ty_breach(c, rule, "%s", message);
    ty_refuse(c, 400, key, message);
    return false;
}

static size_t count_parts(str list)
{
    str part;
    size_t n = 0;
    while (str_next(&list, ',', &part)) n++;
    return n;
}

static bool read_query(struct ty_call *c, struct shelf_query *q)
{
    *q = (struct shelf_query){ .size = 20 };
    if (!ty_query_i64(c, "page", &q->page) || !ty_query_i64(c, "size", &q->size) ||
        !ty_query_i64(c, "startDate", &q->modified_from) ||
        !ty_query_i64(c, "endDate", &q->modified_to))
        return false;
    q->barcodes = http_query_value(c->x, "barcodes");
    q->status = http_query_value(c->x, "status");
    if (q->size < 1 || q->size > SIZE_MAX_PAGE || q->page < 0)
        return refuse_query(c, "page.size", "page.size.exceeds.limit",
                            "size en fazla 100 olabilir");
    if (count_parts(q->barcodes) > BARCODES_MAX)
        return refuse_query(c, "barcodes.too_many", "too.many.barcodes",
                            "En fazla 50 barkod gönderilebilir");
    return true;
}

static bool is_named(str list, str barcode)
{
    str part;
    while (str_next(&list, ',', &part))
        if (str_eq(str_trim(part), barcode)) return true;
    return false;
}

static bool is_on_sale(const struct ty_listing *l)
{
    return ty_listing_sells(l) && l->quantity > 0;
}

static utc_ms modified(const struct ty_listing *l)
{
    return l->stock_at > l->price_at ? l->stock_at : l->price_at;
}

static bool fits(const struct shelf_query *q, const struct ty_listing *l)
{
    if (!l->is_approved) return false;
    if (q->barcodes.len && !is_named(q->barcodes, l->barcode)) return false;
    if (q->modified_from && modified(l) < q->modified_from) return false;
    if (q->modified_to && modified(l) > q->modified_to) return false;
    if (str_eq(q->status, STR("archived"))) return l->is_archived;
    if (str_eq(q->status, STR("locked"))) return l->is_locked;
    if (str_eq(q->status, STR("onSale"))) return is_on_sale(l);
    if (str_eq(q->status, STR("notOnSale"))) return !is_on_sale(l);
    return !str_eq(q->status, STR("blacklisted"));
}

static void write_light(struct json_writer *w, const struct ty_listing *l)
{
    json_open_object(w, NULL);
    json_put_i64(w, "contentId", l->content_id);
    json_open_array(w, "variants");
    json_open_object(w, NULL);
    json_put_i64(w, "variantId", l->variant_id);
    json_put_text(w, "barcode", l->barcode);
    json_put_text(w, "stockCode", l->stock_code);
    json_put_i64(w, "quantity", l->quantity);
    ty_put_kurus(w, "salePrice", l->sale);
    ty_put_kurus(w, "listPrice", l->list);
    if (l->stock_at)
        json_put_i64(w, "stockLastModifiedDate", l->stock_at);
    else
        json_put_null(w, "stockLastModifiedDate");
    json_close_object(w);
    json_close_array(w);
    json_close_object(w);
}

static void write_stock_and_price(struct json_writer *w, const struct ty_listing *l)
{
    json_open_object(w, "stock");
    json_put_i64(w, "quantity", l->quantity);
    if (l->stock_at)
        json_put_i64(w, "lastModifiedDate", l->stock_at);
    else
        json_put_null(w, "lastModifiedDate");
    json_close_object(w);
    json_open_object(w, "price");
    ty_put_kurus(w, "salePrice", l->sale);
    ty_put_kurus(w, "listPrice", l->list);
    ty_put_kurus(w, "priceSeenByCustomer",
                 l->sale - l->sale / 20); /* a marketplace's own campaign */
    json_close_object(w);
}

static void write_full(struct json_writer *w, const struct ty_listing *l)
{
    str model = str_cut(l->stock_code.len ? l->stock_code : l->barcode, 0, 40);
    json_open_object(w, NULL);
    json_put_i64(w, "contentId", l->content_id);
    json_put_text(w, "productMainId", model);
    json_put_text(w, "title", l->title);
    json_open_object(w, "brand");
    json_put_i64(w, "id", 40);
    json_put_cstr(w, "name", "Deneme");
    json_close_object(w);
    json_open_object(w, "category");
    json_put_i64(w, "id", 411);
    json_put_cstr(w, "name", "Ayakkabı");
    json_close_object(w);
    json_open_array(w, "variants");
    json_open_object(w, NULL);
    json_put_i64(w, "variantId", l->variant_id);
    json_put_text(w, "barcode", l->barcode);
    json_put_text(w, "stockCode", l->stock_code);
    json_put_raw(w, "commission", STR("17.0"));
    json_put_cstr(w, "origin", "TR");
    json_put_i64(w, "vatRate", 20);
    write_stock_and_price(w, l);
    json_put_bool(w, "onSale", is_on_sale(l));
    json_put_bool(w, "locked", l->is_locked);
    json_put_bool(w, "archived", l->is_archived);
    json_put_bool(w, "blacklisted", false);
    json_close_object(w);
    json_close_array(w);
    json_close_object(w);
}

/* The place after the last row as a token that says nothing to the caller. */
static str write_token(struct arena *a, size_t next_row)
{
    str bare = str_print(a, "p%zu", next_row);
    return str_base64url(a, bare);
}

static bool read_token(struct ty_call *c, int64_t *row)
{
    str token = http_query_value(c->x, "nextPageToken"), bare = { 0 };
    if (!token.len) return true;
    if (str_base64_decode(c->x->arena, token, &bare) && str_starts(bare, STR("p")) &&
        str_to_i64(str_cut(bare, 1, bare.len), row) && *row >= 0)
        return true;
    return refuse_query(c, "cursor.unknown", "invalid.next.page.token", "nextPageToken geçersiz");
}

/* Writes one page of what fits; rows past 10,000 need the token of the page before. */
static void answer_page(struct ty_call *c, bool has_token,
                        void (*write_row)(struct json_writer *, const struct ty_listing *))
{
    struct shelf_query q;
    int64_t first = -1, row = 0;
    if (!read_query(c, &q)) return;
    if (has_token && !read_token(c, &first)) return;
    if (first < 0) {
        first = q.page * q.size;
        if (has_token && (q.page + 1) * q.size > ROWS_MAX) {
            refuse_query(c, "ceiling", "page.limit.exceeded",
                         "page x size en fazla 10000 olabilir");
            return;
        }
    }
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_open_array(&w, "content");
    for (size_t i = 0; i < c->seller->shelf_count; i++) {
        const struct ty_listing *l = c->seller->shelf[i];
        if (!fits(&q, l)) continue;
        bool is_left_out = row == first && c->leave_one_out;
        if (row >= first && row < first + q.size && !is_left_out) write_row(&w, l);
        row++;
    }
    json_close_array(&w);
    json_put_i64(&w, "totalElements", row);
    json_put_i64(&w, "totalPages", (row + q.size - 1) / q.size);
    json_put_i64(&w, "page", q.page);
    json_put_i64(&w, "size", q.size);
    if (has_token && first + q.size < row)
        json_put_text(&w, "nextPageToken", write_token(c->x->arena, (size_t)(first + q.size)));
    else if (has_token)
        json_put_null(&w, "nextPageToken");
    json_close_object(&w);
    ty_answer(c, &w);
}

void ty_run_light(struct ty_call *c)
{
    answer_page(c, false, write_light);
}

void ty_run_approved(struct ty_call *c)
{
    answer_page(c, true, write_full);
}

void ty_run_product(struct ty_call *c)
{
    const struct ty_listing *l = ty_listing_find(c->seller, c->x->params[1]);
    if (!l) {
        ty_refuse(c, 404, "product.not.found", "Ürün bulunamadı");
        return;
    }
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "barcode", l->barcode);
    json_put_bool(&w, "approved", l->is_approved);
    if (l->is_approved)
        json_put_i64(&w, "approvedDate", l->created_at);
    else
        json_put_null(&w, "approvedDate");
    json_put_bool(&w, "archived", l->is_archived);
    json_put_text(
        &w, "listingId",
        str_print(c->x->arena, "%016llx", (unsigned long long)sim_mix((uint64_t)l->variant_id)));
    json_put_i64(&w, "contentId", l->content_id);
    json_close_object(&w);
    ty_answer(c, &w);
}

void ty_run_addresses(struct ty_call *c)
{
    static const struct {
        const char *type, *city;
        bool is_invoice;
    } rows[] = { { "Shipment", "İstanbul", false },
                 { "Returning", "İstanbul", false },
                 { "Invoice", "Ankara", true } };
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_open_array(&w, "supplierAddresses");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_open_object(&w, NULL);
        json_put_i64(&w, "id", c->seller->id * 10 + (int64_t)i + 1);
        json_put_cstr(&w, "addressType", rows[i].type);
        json_put_cstr(&w, "country", "Türkiye");
        json_put_cstr(&w, "city", rows[i].city);
        json_put_cstr(&w, "fullAddress", "Deneme Mahallesi 1. Sokak No 1");
        json_put_bool(&w, "isInvoiceAddress", rows[i].is_invoice);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    ty_answer(c, &w);
}
