#include <string.h>

#include "base/fold.h"
#include "connector/trendyol/trendyol.h"

/* They take lira only; two decimals, rounded here once. */
static bool is_sendable(money m)
{
    return !strcmp(m.currency, "TRY");
}

static void put_price(struct json_writer *w, const char *key, money m)
{
    char text[MONEY_TEXT_SIZE];
    json_put_raw(w, key, str_from(money_text(money_round(m, 2), 2, text)));
}

/* The two prices go together or not at all, and the list price is never the lower one. */
static void put_prices(struct json_writer *w, const struct offer *o)
{
    if (!is_sendable(o->price)) return;
    bool has_list = is_sendable(o->list_price) && money_cmp(o->list_price, o->price) >= 0;
    put_price(w, "salePrice", o->price);
    put_price(w, "listPrice", has_list ? o->list_price : o->price);
}

static str offers_body(struct arena *a, const struct offer *offers, size_t count)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_open_array(&w, "items");
    for (size_t i = 0; i < count; i++) {
        json_open_object(&w, NULL);
        json_put_text(&w, "barcode", offers[i].remote_sku);
        json_put_i64(&w, "quantity", offers[i].quantity);
        put_prices(&w, &offers[i]);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    return json_written(&w);
}

bool trendyol_push_offers(struct visit *v, const struct offer *offers, size_t count,
                          struct push_receipt *out, struct err *e)
{
    if (count == 0 || count > trendyol.offers_per_push)
        return err_set(e, ERR_BUG, "trendyol.batch_size", "a batch of %zu offers: 1 to %zu go",
                       count, trendyol.offers_per_push);
    struct trendyol_call c = {
        .kind = CALL_OFFERS,
        .method = "POST",
        .purpose = "offers.push",
        .group = "inventory",
        .path = str_print(v->arena, "/inventory/sellers/%.*s/products/price-and-inventory",
                          STR_ARG(trendyol_seller(v))),
        .body = offers_body(v->arena, offers, count),
    };
    struct http_reply reply;
    const struct json *root = NULL;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (!trendyol_answer(v, &c, &reply, &root, e)) return false;
    str id = json_text_at(root, "batchRequestId");
    if (!id.len) return trendyol_unreadable(&c, &reply, "no batch id", e);
    *out = (struct push_receipt){ .batch_id = id };
    return true;
}

/* The sentence of the 30-a-minute price limit of a barcode is not documented; whatever speaks of
 * minutes or of too many requests passes by itself. */
static bool is_for_now(struct arena *a, str reason)
{
    static const char *const words[] = { "dakika",    "minute",     "too.many", "too many",
                                         "cok fazla", "rate limit", NULL };
    str folded = fold_text(a, reason);
    for (const char *const *w = words; *w; w++)
        if (str_has(folded, str_from(*w))) return true;
    return false;
}

/* Sentences by the guide; an object with a sentence inside is read too. */
static str join_reasons(struct arena *a, const struct json *list)
{
    struct text t = { .arena = a };
    if (list && list->kind != JSON_ARRAY) return json_text(list);
    for (const struct json *r = list ? list->first : NULL; r; r = r->next) {
        str reason = json_text(r);
        if (!reason.len) reason = json_text_at(r, "message");
        if (!reason.len) reason = json_text_at(r, "key");
        if (!reason.len) continue;
        if (t.len) text_add(&t, STR("; "));
        text_add(&t, reason);
    }
    return text_str(&t);
}

static struct offer_result result_of(struct arena *a, const struct json *item)
{
    struct offer_result r = { .remote_sku = json_text(json_path(item, "requestItem.barcode")) };
    str status = json_text_at(item, "status");
    if (str_eq_nocase(status, STR("SUCCESS"))) {
        r.outcome = OFFER_ACCEPTED;
    } else if (str_eq_nocase(status, STR("FAILED"))) {
        r.message = join_reasons(a, json_get(item, "failureReasons"));
        bool for_now = is_for_now(a, r.message);
        r.outcome = for_now ? OFFER_REFUSED_FOR_NOW : OFFER_REFUSED;
        str_fill(r.code, sizeof r.code,
                 for_now ? STR("trendyol.item_rate_limited") : STR("trendyol.item_refused"));
        if (!r.message.len) r.message = STR("refused without a reason");
    } else {
        r.outcome = OFFER_PENDING;
    }
    return r;
}

/* Price and stock batches have no status of their own: they are done when every item has one. */
static bool is_batch_done(const struct json *root, const struct batch_result *b)
{
    int64_t announced = 0;
    str status = json_text_at(root, "status");
    if (status.len && !str_eq_nocase(status, STR("COMPLETED"))) return false;
    if (json_i64_at(root, "itemCount", &announced) && announced > (int64_t)b->count) return false;
    for (size_t i = 0; i < b->count; i++)
        if (b->results[i].outcome == OFFER_PENDING) return false;
    return b->count > 0;
}

static bool batch_expired(struct err *e, str batch_id, int status)
{
    err_set(e, ERR_NOT_FOUND, "batch.expired",
            "Trendyol no longer has the results of batch %.*s: the offers are sent again with "
            "their newest values",
            (int)(batch_id.len < 80 ? batch_id.len : 80), batch_id.at);
    if (e) e->http_status = status;
    return err_arg(e, "batch", batch_id);
}

/* After four hours a batch is gone; whether that is a 404 or an empty answer is not documented. A
 * batch that announces items, or says that it works, is only not filled yet. */
static bool is_empty_batch(const struct json *root, const struct json *items)
{
    int64_t announced = 0;
    if (items && items->count) return false;
    if (json_i64_at(root, "itemCount", &announced) && announced > 0) return false;
    return !str_eq_nocase(json_text_at(root, "status"), STR("IN_PROGRESS"));
}

bool trendyol_pull_batch(struct visit *v, str batch_id, struct batch_result *out, struct err *e)
{
    str id = str_url_encode(v->arena, batch_id);
    struct trendyol_call c = {
        .kind = CALL_READ,
        .method = "GET",
        .purpose = "batch.pull",
        .group = "product_read",
        .path = str_print(v->arena, "/product/sellers/%.*s/products/batch-requests/%.*s",
                          STR_ARG(trendyol_seller(v)), STR_ARG(id)),
    };
    struct http_reply reply;
    const struct json *root = NULL;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (reply.status == 404) return batch_expired(e, batch_id, reply.status);
    if (!trendyol_answer(v, &c, &reply, &root, e)) return false;
    const struct json *items = json_get(root, "items");
    if ((root && root->kind != JSON_OBJECT && root->kind != JSON_NULL) ||
        (!json_is_null(items) && items->kind != JSON_ARRAY))
        return trendyol_unreadable(&c, &reply, "something that is not a batch", e);
    if (is_empty_batch(root, items)) return batch_expired(e, batch_id, reply.status);

    size_t room = items && items->kind == JSON_ARRAY ? items->count : 0, count = 0;
    struct offer_result *results = ARENA_ARRAY(v->arena, struct offer_result, room);
    for (const struct json *i = room ? items->first : NULL; i; i = i->next)
        results[count++] = result_of(v->arena, i);
    struct batch_result b = { .results = results, .count = count };
    b.is_done = is_batch_done(root, &b);
    *out = b;
    return true;
}
