#include "service/catalogue.h"

#include "base/json.h"
#include "repo/store_repo.h"
#include "repo/trace_repo.h"
#include "service/offer.h"
#include "service/stock.h"
#include "service/unit.h"

#define TITLE_MAX 500
#define WORD_MAX 200 /* brand, category, variant name */
#define BARCODE_MAX 64
#define VARIANTS_MOST 200
#define PIECES_MOST 1000000000
#define LISTINGS_AT_ONCE 200 /* architecture, rule 8 */

/* --- checks --- */

static bool is_line(str s, size_t most)
{
    if (s.len > most || !str_is_utf8(s)) return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7f) return false;
    return true;
}

static bool refuse(struct err *e, const char *code, str sku, const char *why)
{
    if (!sku.len) return err_set(e, ERR_INVALID, code, "%s", why);
    err_set(e, ERR_INVALID, code, "SKU '%.*s': %s", STR_ARG(sku), why);
    return err_arg(e, "sku", sku);
}

static bool product_check(const struct product *p, struct err *e)
{
    str none = { 0 };
    if (!str_trim(p->title).len || !is_line(p->title, TITLE_MAX))
        return refuse(e, "product.title", none, "a title has 1 to 500 characters on one line");
    if (!is_line(p->brand, WORD_MAX) || !is_line(p->category, WORD_MAX))
        return refuse(e, "product.words", none,
                      "brand and category have at most 200 characters on one line");
    if (p->vat_ppm < 0 || p->vat_ppm > 1000000)
        return refuse(e, "product.vat", none, "VAT is between 0 and 100 percent");
    if (p->variant_count == 0 || p->variant_count > VARIANTS_MOST)
        return refuse(e, "product.variants", none, "a product has 1 to 200 variants");
    return true;
}

static bool is_amount(money m, const char *currency)
{
    return m.e4 >= 0 && str_eq(str_from(m.currency), str_from(currency));
}

static bool variant_check(const struct variant *v, int64_t initial, struct err *e)
{
    if (!sku_check(v->sku, e)) return false;
    if (!is_line(v->barcode, BARCODE_MAX) || !is_line(v->name, WORD_MAX))
        return refuse(e, "variant.words", v->sku, "barcode or name is too long or not on one line");
    if (str_from(v->price.currency).len != 3 || v->price.e4 <= 0)
        return refuse(e, "variant.price", v->sku, "the price must be above zero");
    if (!is_amount(v->list_price, v->price.currency))
        return refuse(e, "variant.list_price", v->sku, "the list price must not be negative");
    if (v->cost.currency[0] && !is_amount(v->cost, v->price.currency))
        return refuse(e, "variant.cost", v->sku, "the cost must not be negative");
    if (v->safety_stock < 0 || v->safety_stock > PIECES_MOST)
        return refuse(e, "variant.safety_stock", v->sku, "the safety stock must not be negative");
    if (initial < 0 || initial > PIECES_MOST)
        return refuse(e, "variant.initial", v->sku, "the first count must not be negative");
    return true;
}

static bool check_all(const struct product *p, struct variant *variants, const int64_t *initial,
                      struct err *e)
{
    if (!product_check(p, e)) return false;
    for (size_t i = 0; i < p->variant_count; i++) {
        struct variant *v = &variants[i];
        if (!v->list_price.currency[0]) v->list_price = money_of(0, v->price.currency);
        if (!variant_check(v, initial ? initial[i] : 0, e)) return false;
        for (size_t k = 0; k < i; k++) {
            if (!str_eq(variants[k].sku, v->sku)) continue;
            err_set(e, ERR_CONFLICT, "sku.taken", "SKU '%.*s' stands twice", STR_ARG(v->sku));
            return err_arg(e, "sku", v->sku);
        }
    }
    return true;
}

/* --- saving --- */

static const struct variant *in_rows(const struct variant *rows, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].id == id) return &rows[i];
    return NULL;
}

static bool is_offer_changed(const struct variant *was, const struct variant *is)
{
    return was->price.e4 != is->price.e4 || was->list_price.e4 != is->list_price.e4 ||
           was->safety_stock != is->safety_stock ||
           !str_eq(str_from(was->price.currency), str_from(is->price.currency));
}

static bool first_stock(struct service *s, struct arena *a, const struct actor *by,
                        const struct variant *v, int64_t initial, struct err *e)
{
    utc_ms now = clock_now(s->clock);
    bool was_known;
    if (!stock_repo_create(s->db, by, v->id, now, e)) return false;
    if (initial == 0) return true;
    return stock_move(s, a, by,
                      &(struct stock_change){
                          .variant_id = v->id,
                          .delta = initial,
                          .cause = CAUSE_COUNT,
                          .cause_key = str_print(a, "first:%lld", (long long)v->id),
                          .note = STR("first count"),
                          .at = now,
                      },
                      &was_known, e);
}

static void put_variant(struct json_writer *w, const struct variant *v)
{
    char text[MONEY_TEXT_SIZE];
    json_open_object(w, NULL);
    json_put_id(w, "id", v->id);
    json_put_text(w, "sku", v->sku);
    json_put_text(w, "barcode", v->barcode);
    json_put_cstr(w, "price", money_text(v->price, 2, text));
    json_put_cstr(w, "list_price", money_text(v->list_price, 2, text));
    json_put_cstr(w, "cost", v->cost.currency[0] ? money_text(v->cost, 2, text) : NULL);
    json_put_i64(w, "safety_stock", v->safety_stock);
    json_close_object(w);
}

static void put_product(struct json_writer *w, const char *key, const struct product *p,
                        const struct variant *variants)
{
    json_open_object(w, key);
    json_put_text(w, "title", p->title);
    json_put_text(w, "brand", p->brand);
    json_put_text(w, "category", p->category);
    json_put_i64(w, "vat_ppm", p->vat_ppm);
    json_open_array(w, "variants");
    for (size_t i = 0; i < p->variant_count; i++) put_variant(w, &variants[i]);
    json_close_array(w);
    json_close_object(w);
}

static bool audit(struct service *s, struct arena *a, const struct actor *by,
                  const struct product *was, const struct product *is,
                  const struct variant *variants, struct err *e)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    if (was->id) put_product(&w, "before", was, was->variants);
    put_product(&w, "after", is, variants);
    json_close_object(&w);
    return unit_audit(s, by, was->id ? "product.edit" : "product.create", "product", is->id,
                      json_written(&w), e);
}

/* Up to so many listings are marked with the fact; for more each store has a job of its own. */
static bool recompute(struct service *s, struct arena *a, const struct actor *by,
                      const int64_t *variants, size_t count, struct err *e)
{
    struct actor system = actor_system(by->company_id);
    struct store *stores;
    size_t store_count;
    if (!count) return true;
    if (!store_repo_list(s->db, a, &system, &stores, &store_count, e)) return false;
    if (count * store_count <= LISTINGS_AT_ONCE) {
        for (size_t i = 0; i < count; i++)
            if (!offer_recompute(s, a, by, variants[i], e)) return false;
        return true;
    }
    for (size_t i = 0; i < store_count; i++)
        if (!offer_recompute_later(s, &system, stores[i].id, e)) return false;
    return true;
}

/* Stock of what is new, offers of what is changed. Variants ascend: that is the order of locks. */
static bool follow(struct service *s, struct arena *a, const struct actor *by,
                   const struct product *was, const struct product *is, const struct variant *rows,
                   const int64_t *initial, struct err *e)
{
    int64_t *changed = ARENA_ARRAY(a, int64_t, was->variant_count);
    size_t count = 0;
    for (size_t i = 0; i < is->variant_count; i++)
        if (!in_rows(was->variants, was->variant_count, rows[i].id) &&
            !first_stock(s, a, by, &rows[i], initial ? initial[i] : 0, e))
            return false;
    for (size_t i = 0; i < was->variant_count; i++) { /* read in ascending order */
        const struct variant *now = in_rows(rows, is->variant_count, was->variants[i].id);
        if (now && is_offer_changed(&was->variants[i], now)) changed[count++] = now->id;
    }
    return recompute(s, a, by, changed, count, e);
}

bool product_save(struct service *s, struct arena *a, const struct actor *by, struct product *p,
                  struct variant *variants, const int64_t *initial, struct err *e)
{
    if (!check_all(p, variants, initial, e)) return false;
    struct product was = { 0 }, saved = *p;
    utc_ms now = clock_now(s->clock);
    struct variant *rows = ARENA_ARRAY(a, struct variant, p->variant_count);
    for (size_t i = 0; i < p->variant_count; i++) rows[i] = variants[i];
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    if (p->id && !product_repo_find(s->db, a, by, p->id, &was, e)) return false;
    if (!product_repo_save(s->db, a, by, &saved, rows, now, e) ||
        !follow(s, a, by, &was, &saved, rows, initial, e) ||
        !audit(s, a, by, &was, &saved, rows, e) ||
        !event_repo_add(s->db, by, 0, "product.changed", saved.id, (str){ 0 }, now, e))
        return false;
    unit_ring(s);
    if (!db_commit(&tx, e)) return false;
    for (size_t i = 0; i < p->variant_count; i++) variants[i] = rows[i];
    saved.variants = variants;
    *p = saved;
    return true;
}
