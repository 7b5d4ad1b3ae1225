#include <stdlib.h>

#include "sandbox/control.h"
#include "sandbox/trendyol.h"

/* Orders made in the background at a rate of real time, on listings drawn by chance. */

#define AT_ONCE 500 /* per hold of the lock, so that callers get their turn */
#define DRAWS 8     /* looks for a listing with stock before an order counts as refused */

void ty_rate_free(struct ty_rate *r)
{
    free(r->listings);
    free(r->sellers);
    r->listings = NULL;
    r->sellers = NULL;
    r->listing_count = 0;
}

static void make_one(struct trendyol *ty)
{
    struct ty_rate *r = &ty->rate;
    for (int i = 0; i < DRAWS; i++) {
        size_t place = (size_t)sim_random_below(&r->chance, (int64_t)r->listing_count);
        struct ty_wish wish = { r->listings[place], 1 + (sim_random_below(&r->chance, 5) == 0) };
        if (ty_order_obstacle(&wish, 1)[0]) continue;
        ty_order_make(ty, r->sellers[place], &wish, 1, false);
        r->made++;
        return;
    }
    r->refused++;
}

int64_t ty_rate_work(struct sandbox *s)
{
    struct trendyol *ty = trendyol_of(s);
    struct ty_rate *r = &ty->rate;
    if (!r->is_running) return -1;
    int64_t now = mono_us();
    int64_t until = r->ends_us && r->ends_us < now ? r->ends_us : now;
    int64_t due = (int64_t)((__int128)(until - r->started_us) * r->per_second_e4 / 10000 / 1000000);
    if (r->until_count && due > r->until_count) due = r->until_count;
    for (int i = 0; i < AT_ONCE && r->made + r->refused < due; i++) make_one(ty);
    if (r->made + r->refused < due) return 0;
    bool is_over = (r->ends_us && now >= r->ends_us) || (r->until_count && due >= r->until_count);
    if (is_over) r->is_running = false;
    return is_over ? -1 : 2000;
}

static void answer(struct http_exchange *x, const struct ty_rate *r)
{
    struct json_writer w = json_writer(x->arena);
    char digits[MONEY_TEXT_SIZE];
    json_open_object(&w, NULL);
    json_put_bool(&w, "running", r->is_running);
    json_put_raw(&w, "per_second",
                 str_from(money_text(money_of(r->per_second_e4, "TRY"), 0, digits)));
    json_put_i64(&w, "made", r->made);
    json_put_i64(&w, "refused", r->refused);
    json_put_i64(&w, "listings", (int64_t)r->listing_count);
    json_close_object(&w);
    control_answer(x, 200, &w);
}

void ty_rate_get(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    sim_lock(s);
    answer(x, &trendyol_of(s)->rate);
    sim_unlock(s);
}

static bool is_asked(const struct json *list, str text)
{
    if (!list || list->kind != JSON_ARRAY || !list->count) return true;
    for (const struct json *v = list->first; v; v = v->next)
        if (str_eq(json_text(v), text)) return true;
    return false;
}

/* Which listings may be drawn. */
static void choose_listings(struct http_exchange *x, struct trendyol *ty, const struct json *body,
                            struct ty_rate *r)
{
    size_t room = 0;
    for (size_t i = 0; i < ty->seller_count; i++) room += ty->sellers[i]->shelf_count;
    r->listings = sim_alloc(room + 1, sizeof(struct ty_listing *));
    r->sellers = sim_alloc(room + 1, sizeof(struct ty_seller *));
    for (size_t i = 0; i < ty->seller_count; i++) {
        struct ty_seller *seller = ty->sellers[i];
        str id = str_print(x->arena, "%lld", (long long)seller->id);
        if (!is_asked(json_get(body, "sellers"), id)) continue;
        for (size_t k = 0; k < seller->shelf_count; k++) {
            if (!is_asked(json_get(body, "barcodes"), seller->shelf[k]->barcode)) continue;
            r->listings[r->listing_count] = seller->shelf[k];
            r->sellers[r->listing_count++] = seller;
        }
    }
}

static bool read_rate(struct http_exchange *x, const struct json *body, struct ty_rate *r)
{
    money per_second = { 0 }, seconds = { 0 };
    if (!json_money(json_get(body, "per_second"), "TRY", &per_second) || per_second.e4 < 0 ||
        per_second.e4 > 1000000000) {
        control_refuse(x, 400, "'per_second' must be 0 to 100000");
        return false;
    }
    const struct json *limit = json_get(body, "seconds"), *count = json_get(body, "until_count");
    if (limit && (!json_money(limit, "TRY", &seconds) || seconds.e4 <= 0 ||
                  seconds.e4 > (int64_t)86400 * 10000)) {
        control_refuse(x, 400, "'seconds' must be above 0, at most a day");
        return false;
    }
    if (count && (!json_i64(count, &r->until_count) || r->until_count < 1)) {
        control_refuse(x, 400, "'until_count' must be at least 1");
        return false;
    }
    r->per_second_e4 = per_second.e4;
    r->started_us = mono_us();
    if (seconds.e4) r->ends_us = r->started_us + seconds.e4 * 100;
    return true;
}

void ty_rate_post(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct trendyol *ty = trendyol_of(s);
    const struct json *body = NULL;
    struct ty_rate fresh = { 0 };
    if (!control_body(x, &body) || !read_rate(x, body, &fresh)) return;
    sim_lock(s);
    if (fresh.per_second_e4 == 0) { /* stops, and the counts stay to be read */
        ty->rate.is_running = false;
        ty->rate.per_second_e4 = 0;
    } else {
        choose_listings(x, ty, body, &fresh);
        fresh.is_running = fresh.listing_count > 0;
        fresh.chance = sim_random_of(s->seed, "rate");
        ty_rate_free(&ty->rate);
        ty->rate = fresh;
        pthread_cond_signal(&s->wake);
    }
    if (ty->rate.is_running || fresh.per_second_e4 == 0)
        answer(x, &ty->rate);
    else
        control_refuse(x, 409, "no listing fits");
    sim_unlock(s);
}
