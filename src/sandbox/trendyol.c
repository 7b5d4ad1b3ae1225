#include "sandbox/trendyol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SELLER 100200
#define CONTENT_BASE 48200000
#define NUMBERS_SINCE ((utc_ms)1767225600000) /* 2026-01-01 */

static const char *const tier_names[TY_TIERS] = { "50K", "75K", "150K", "500K", "unlimited" };

const char *ty_tier_name(enum ty_tier tier)
{
    return tier_names[tier];
}

bool ty_tier_from(str name, enum ty_tier *out)
{
    for (int t = 0; t < TY_TIERS; t++) {
        if (!str_eq_nocase(name, str_from(tier_names[t]))) continue;
        *out = (enum ty_tier)t;
        return true;
    }
    return false;
}

struct ty_seller *ty_seller_find(struct trendyol *ty, int64_t id)
{
    for (size_t i = 0; i < ty->seller_count; i++)
        if (ty->sellers[i]->id == id) return ty->sellers[i];
    return NULL;
}

/* Letters and digits that depend on seed, seller and purpose only. */
static void derive_secret(const struct trendyol *ty, int64_t seller, const char *purpose, char *out,
                          size_t size)
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    struct sim_random r = sim_random_of(ty->sim->seed ^ sim_mix((uint64_t)seller), purpose);
    for (size_t i = 0; i + 1 < size; i++)
        out[i] = letters[sim_random_below(&r, (int64_t)sizeof letters - 1)];
    out[size - 1] = 0;
}

struct ty_seller *ty_seller_add(struct trendyol *ty, int64_t id, enum ty_tier tier)
{
    if (ty_seller_find(ty, id)) return NULL;
    struct arena *keep = ty->sim->keep;
    struct ty_seller *seller = ARENA_NEW(keep, struct ty_seller);
    seller->id = id;
    seller->tier = tier;
    derive_secret(ty, id, "key", seller->key, 21);
    derive_secret(ty, id, "secret", seller->secret, 21);
    str pair = str_print(keep, "%s:%s", seller->key, seller->secret);
    str code = str_base64(keep, pair);
    seller->authorization = str_print(keep, "Basic %.*s", STR_ARG(code));
    ty->sellers = realloc(ty->sellers, (ty->seller_count + 1) * sizeof(struct ty_seller *));
    if (!ty->sellers) abort();
    ty->sellers[ty->seller_count++] = seller;
    return seller;
}

struct ty_listing *ty_listing_find(struct ty_seller *seller, str barcode)
{
    return sim_map_get(&seller->listings, barcode);
}

struct ty_listing *ty_listing_ensure(struct trendyol *ty, struct ty_seller *seller, str barcode)
{
    struct ty_listing *l = ty_listing_find(seller, barcode);
    if (l) return l;
    l = ARENA_NEW(ty->sim->keep, struct ty_listing);
    l->barcode = str_copy(ty->sim->keep, barcode);
    l->content_id = ty->next_content++;
    l->variant_id = l->content_id * 10 + 1;
    l->created_at = l->price_at = ty->sim->at;
    l->is_approved = true;
    if (seller->shelf_count == seller->shelf_room) {
        seller->shelf_room = seller->shelf_room ? seller->shelf_room * 2 : 64;
        seller->shelf = realloc(seller->shelf, seller->shelf_room * sizeof(struct ty_listing *));
        if (!seller->shelf) abort();
    }
    seller->shelf[seller->shelf_count++] = l;
    sim_map_put(&seller->listings, l->barcode, l);
    return l;
}

bool ty_listing_sells(const struct ty_listing *l)
{
    return l->is_approved && !l->is_locked && !l->is_archived;
}

str ty_uuid(struct trendyol *ty, struct arena *a)
{
    uint64_t high = sim_random_next(&ty->ids), low = sim_random_next(&ty->ids);
    return str_print(a, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32),
                     (unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xfff,
                     (unsigned)((low >> 48) & 0x3fff) | 0x8000,
                     (unsigned long long)(low & 0xffffffffffff));
}

static bool open_trendyol(struct sandbox *s, struct err *e)
{
    struct trendyol *ty = sim_alloc(1, sizeof *ty);
    s->state = ty;
    ty->sim = s;
    ty_settings_defaults(&ty->settings);
    ty->ids = sim_random_of(s->seed, "ids");
    ty->chance = sim_random_of(s->seed, "chance");
    ty->webhook_chance = sim_random_of(s->seed, "webhooks");
    /* Numbers start somewhere that depends on the seed and on when it starts, so that two simulators, or
     * one started again, do not hand out the same ids; all look like the real ones. */
    int64_t offset = (int64_t)(sim_mix(s->seed) % 100000);
    int64_t since = s->at > NUMBERS_SINCE ? (s->at - NUMBERS_SINCE) / UTC_SECOND * 100 : 0;
    ty->next_order = 1075000000 + offset * 1000 + since;
    ty->next_package = 3853000000 + offset * 1000 + since;
    ty->next_line = 4765000000 + offset * 1000 + since;
    ty->next_item = 8111000000 + offset * 1000 + since;
    ty->next_content = CONTENT_BASE + offset * 100;
    ty->next_webhook = 1;
    ty_seller_add(ty, FIRST_SELLER, TY_TIER_50K);
    ty_seller_add(ty, FIRST_SELLER + 1, TY_TIER_50K);
    return ty_outbox_open(ty, e);
}

static void halt_trendyol(struct sandbox *s)
{
    ty_outbox_halt(trendyol_of(s));
}

static void free_seller(struct ty_seller *seller)
{
    for (size_t i = 0; i < seller->shelf_count; i++)
        ty_meter_free(&seller->shelf[i]->price_changes);
    for (int i = 0; i < TY_ENDPOINTS; i++) ty_meter_free(&seller->endpoint_meters[i]);
    for (int i = 0; i < TY_GROUPS; i++) ty_meter_free(&seller->group_meters[i]);
    for (size_t i = 0; i < seller->webhook_count; i++) ty_webhook_free(seller->webhooks[i]);
    sim_map_free(&seller->listings);
    sim_map_free(&seller->packages);
    free(seller->shelf);
    free(seller->orders);
    free(seller->digests);
}

static void close_trendyol(struct sandbox *s)
{
    struct trendyol *ty = trendyol_of(s);
    ty_outbox_close(ty);
    ty_batches_free(ty);
    ty_rate_free(&ty->rate);
    for (size_t i = 0; i < ty->seller_count; i++) free_seller(ty->sellers[i]);
    free(ty->sellers);
    sim_map_free(&ty->orders);
    sim_map_free(&ty->batches);
    free(ty);
    s->state = NULL;
}

const struct simulator trendyol_simulator = {
    .key = "trendyol",
    .routes = trendyol_routes,
    .control = trendyol_control_routes,
    .open = open_trendyol,
    .halt = halt_trendyol,
    .close = close_trendyol,
    .work = ty_rate_work,
};
