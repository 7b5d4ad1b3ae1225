#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "sandbox/trendyol.h"

#define ITEMS_MAX 1000
#define QUANTITY_MAX 20000
#define READABLE (4 * UTC_HOUR)
#define REPEAT_WINDOW (15 * UTC_MINUTE)
#define PRICE_CHANGES_A_MINUTE 30
#define PRICE_MAX_E4 ((int64_t)100000000 * 10000) /* no documented bound; ours keeps sums exact */

static const char repeat_message[] = "15 dakika boyunca aynı isteği tekrarlı olarak atamazsınız!";

/* Reading the request: what an item says, and what can be refused without knowing the listing. */

/* Inner blanks are dropped silently from barcodes. */
static str normal_barcode(struct arena *a, str given)
{
    struct text t = { .arena = a };
    for (size_t i = 0; i < given.len; i++)
        if (given.at[i] != ' ') text_add_char(&t, given.at[i]);
    return text_str(&t);
}

/* Kuruş from a JSON number of liras; false when it is not a price. */
static bool read_price(struct ty_call *c, const struct json *v, int64_t *kurus)
{
    money m = { 0 };
    if (v->kind != JSON_NUMBER || !json_money(v, "TRY", &m) || m.e4 > PRICE_MAX_E4) return false;
    if (m.e4 % 100) ty_breach(c, "price.decimals", "%.*s", STR_ARG(v->text));
    *kurus = money_round(m, 2).e4 / 100;
    return true;
}

static str write_echo(struct ty_call *c, struct arena *a, const struct json *item, str barcode)
{
    struct json_writer w = json_writer(a);
    char iso[UTC_ISO_SIZE];
    json_open_object(&w, NULL);
    json_put_text(&w, "barcode", barcode);
    for (const struct json *v = item->first; v; v = v->next)
        if (!str_eq(v->key, STR("barcode"))) json_put_value(&w, str_cstr(a, v->key), v);
    json_put_cstr(&w, "updateRequestDate", utc_iso(c->s->at, iso));
    json_close_object(&w);
    return json_written(&w);
}

static void read_item(struct ty_call *c, struct arena *a, const struct json *item,
                      struct ty_batch_item *out)
{
    const struct json *quantity = json_get(item, "quantity");
    const struct json *sale = json_get(item, "salePrice"), *list = json_get(item, "listPrice");
    out->barcode = normal_barcode(a, json_text_at(item, "barcode"));
    out->echo = write_echo(c, a, item, out->barcode);
    out->has_quantity = !json_is_null(quantity);
    out->has_sale = !json_is_null(sale);
    out->has_list = !json_is_null(list);
    if (!out->barcode.len)
        out->failure = "Barkod alanı boş olamaz";
    else if (!out->has_quantity && !out->has_sale && !out->has_list)
        out->failure = "Güncellenecek alan bulunamadı";
    else if (out->has_quantity &&
             (!json_i64(quantity, &out->quantity) || quantity->kind != JSON_NUMBER))
        out->failure = "Stok adedi tam sayı olmalıdır";
    else if (out->has_quantity && (out->quantity < 0 || out->quantity > QUANTITY_MAX))
        out->failure = "Stok adedi 0 ile 20000 arasında olmalıdır";
    else if ((out->has_sale && (!read_price(c, sale, &out->sale) || out->sale <= 0)) ||
             (out->has_list && (!read_price(c, list, &out->list) || out->list <= 0)))
        out->failure = "Fiyat sıfırdan büyük ve makul olmalıdır";
}

/* The same body again within 15 minutes? If not, it is remembered. */
static bool is_repeated(struct ty_call *c)
{
    struct ty_seller *seller = c->seller;
    unsigned char sha[SHA256_SIZE];
    size_t kept = 0;
    bool found = false;
    sha256(c->x->body, sha);
    for (size_t i = 0; i < seller->digest_count; i++) {
        struct ty_digest *d = &seller->digests[i];
        if (d->at + REPEAT_WINDOW <= c->s->at) continue;
        found |= memcmp(d->sha, sha, sizeof sha) == 0;
        seller->digests[kept++] = *d;
    }
    seller->digest_count = kept;
    if (found) return true;
    if (kept == seller->digest_room) {
        seller->digest_room = kept ? kept * 2 : 64;
        seller->digests = realloc(seller->digests, seller->digest_room * sizeof(struct ty_digest));
        if (!seller->digests) abort();
    }
    struct ty_digest *fresh = &seller->digests[seller->digest_count++];
    fresh->at = c->s->at;
    memcpy(fresh->sha, sha, sizeof sha);
    return false;
}

/* Working a batch off. */

static const char *judge(const struct trendyol *ty, struct ty_listing *l,
                         const struct ty_batch_item *item)
{
    if (!l) return "Ürün bulunamadı";
    if (!l->is_approved) return "Ürün onaylı değil";
    if (l->is_locked) return "Ürün kilitli olduğu için güncellenemez";
    if (l->is_archived) return "Arşivdeki ürün güncellenemez";
    int64_t sale = item->has_sale ? item->sale : l->sale;
    int64_t list = item->has_list ? item->list : l->list;
    if ((item->has_sale || item->has_list) && sale > list)
        return "Satış fiyatı liste fiyatından büyük olamaz";
    bool changes_price =
        (item->has_sale && item->sale != l->sale) || (item->has_list && item->list != l->list);
    if (changes_price && !ty_meter_take(&l->price_changes, PRICE_CHANGES_A_MINUTE, UTC_MINUTE,
                                        ty->settings.window_mode == 0, ty->sim->at))
        return "Bir barkodun fiyatı dakikada en fazla 30 kez değiştirilebilir";
    return NULL;
}

static void apply(struct trendyol *ty, struct ty_seller *seller, struct ty_batch_item *item)
{
    struct ty_listing *l = ty_listing_find(seller, item->barcode);
    if (!item->failure) item->failure = judge(ty, l, item);
    item->is_done = true;
    if (item->failure) {
        if (l) l->offers_failed++;
        return;
    }
    l->offers_applied++;
    if (item->has_quantity) {
        l->quantity = item->quantity;
        l->stock_at = ty->sim->at;
    }
    if (item->has_sale) l->sale = item->sale;
    if (item->has_list) l->list = item->list;
    if (item->has_sale || item->has_list) l->price_at = ty->sim->at;
}

static void free_batch(struct ty_batch *b)
{
    arena_free(b->arena);
    free(b);
}

static void batch_expires(struct sandbox *s, void *what, int64_t tag)
{
    struct ty_batch *b = what;
    (void)tag;
    sim_map_drop(&trendyol_of(s)->batches, b->id);
    free_batch(b);
}

static void batch_completes(struct sandbox *s, void *what, int64_t tag)
{
    struct ty_batch *b = what;
    (void)tag;
    for (size_t i = 0; i < b->item_count; i++) {
        apply(trendyol_of(s), b->seller, &b->items[i]);
        if (b->items[i].failure) b->failed++;
    }
    b->done_at = s->at;
    sim_later(s, b->created_at + READABLE, batch_expires, b, 0);
}

void ty_batches_free(struct trendyol *ty)
{
    for (size_t i = 0; i < ty->batches.room; i++)
        if (ty->batches.slots[i].key.at) free_batch(ty->batches.slots[i].value);
}

static utc_ms due_time(struct ty_call *c)
{
    const struct ty_settings *set = &c->ty->settings;
    int64_t spread = set->batch_delay_max_ms - set->batch_delay_min_ms;
    utc_ms due = c->s->at + set->batch_delay_min_ms + sim_random_below(&c->ty->chance, spread + 1);
    if (set->batch_in_order && due < c->seller->last_batch_due &&
        c->seller->last_batch_due <= c->s->at + set->batch_delay_max_ms)
        due = c->seller->last_batch_due;
    c->seller->last_batch_due = due;
    return due;
}

static struct ty_batch *make_batch(struct ty_call *c, const struct json *items)
{
    struct ty_batch *b = sim_alloc(1, sizeof *b);
    b->arena = arena_new();
    str uuid = ty_uuid(c->ty, b->arena);
    b->id = str_print(b->arena, "%.*s-%lld", STR_ARG(uuid), (long long)(c->s->at / 1000));
    b->seller = c->seller;
    b->created_at = c->s->at;
    b->item_count = items->count;
    b->items = ARENA_ARRAY(b->arena, struct ty_batch_item, items->count);
    struct sim_map seen = { 0 };
    size_t i = 0;
    for (const struct json *v = items->first; v; v = v->next, i++) {
        read_item(c, b->arena, v, &b->items[i]);
        if (b->items[i].barcode.len && sim_map_get(&seen, b->items[i].barcode))
            ty_breach(c, "batch.duplicate_barcode", "%.*s", STR_ARG(b->items[i].barcode));
        if (b->items[i].barcode.len) sim_map_put(&seen, b->items[i].barcode, b);
    }
    sim_map_free(&seen);
    return b;
}

void ty_run_offers(struct ty_call *c)
{
    const struct json *body = NULL;
    if (!ty_body(c, &body)) return;
    const struct json *items = json_get(body, "items");
    if (!items || items->kind != JSON_ARRAY || !items->count) {
        ty_breach(c, "batch.empty", "no items");
        ty_refuse(c, 400, "empty.items", "items alanı boş olamaz");
        return;
    }
    if (items->count > ITEMS_MAX) {
        ty_breach(c, "batch.too_many", "%zu items", items->count);
        ty_refuse(c, 400, "max.items.exceeded", "En fazla 1000 ürün gönderilebilir");
        return;
    }
    if (is_repeated(c)) {
        ty_breach(c, "body.repeated", "%zu items, again within 15 minutes", items->count);
        ty_refuse(c, 400, "recurring.request", repeat_message);
        return;
    }
    struct ty_batch *b = make_batch(c, items);
    sim_map_put(&c->ty->batches, b->id, b);
    b->due = due_time(c);
    if (b->due <= c->s->at)
        batch_completes(c->s, b, 0);
    else
        sim_later(c->s, b->due, batch_completes, b, 0);
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "batchRequestId", b->id);
    json_close_object(&w);
    ty_answer(c, &w);
}

static void write_items(struct json_writer *w, const struct ty_batch *b)
{
    json_open_array(w, "items");
    for (size_t i = 0; i < b->item_count; i++) {
        const struct ty_batch_item *item = &b->items[i];
        json_open_object(w, NULL);
        json_put_raw(w, "requestItem", item->echo);
        if (item->is_done) json_put_cstr(w, "status", item->failure ? "FAILED" : "SUCCESS");
        json_open_array(w, "failureReasons");
        if (item->is_done && item->failure) json_put_cstr(w, NULL, item->failure);
        json_close_array(w);
        json_close_object(w);
    }
    json_close_array(w);
}

/* What a batch that is no longer kept answers is not documented, so there are two ways. */
static void answer_gone(struct ty_call *c)
{
    struct json_writer w = json_writer(c->x->arena);
    if (c->ty->settings.batch_expired == 0) {
        ty_refuse(c, 404, "batch.request.not.found", "Batch request not found");
        return;
    }
    json_open_object(&w, NULL);
    json_put_text(&w, "batchRequestId", c->x->params[1]);
    json_open_array(&w, "items");
    json_close_array(&w);
    json_put_i64(&w, "itemCount", 0);
    json_put_i64(&w, "failedItemCount", 0);
    json_close_object(&w);
    ty_answer(c, &w);
}

void ty_run_batch(struct ty_call *c)
{
    struct ty_batch *b = sim_map_get(&c->ty->batches, c->x->params[1]);
    if (!b || b->seller != c->seller) {
        answer_gone(c);
        return;
    }
    /* In its first half a batch has not even been taken apart: the list is empty, not finished. */
    bool is_taken_apart = b->done_at || c->s->at >= b->created_at + (b->due - b->created_at) / 2;
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "batchRequestId", b->id);
    json_put_cstr(&w, "batchRequestType", "ProductInventoryUpdate"); /* has no status of its own */
    json_put_i64(&w, "creationDate", b->created_at);
    json_put_i64(&w, "lastModification", b->done_at ? b->done_at : b->created_at);
    json_put_cstr(&w, "sourceType", "API");
    json_put_i64(&w, "itemCount", (int64_t)b->item_count);
    json_put_i64(&w, "failedItemCount", (int64_t)b->failed);
    if (is_taken_apart) {
        write_items(&w, b);
    } else {
        json_open_array(&w, "items");
        json_close_array(&w);
    }
    json_close_object(&w);
    ty_answer(c, &w);
}
