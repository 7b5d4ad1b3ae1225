/* A page of what the marketplace shows, held against what we sent and what we could list. */
#include <stdlib.h>

#include "base/json.h"
#include "repo/catalogue_repo.h"
#include "repo/trace_repo.h"
#include "service/offer_within.h"
#include "service/unit.h"

#define UNIT_ITEMS 200

/* One item of the page, and our listing of it (id 0: none). */
struct found {
    const struct offer_seen *item;
    struct listing listing;
};

struct sweep {
    struct service *s;
    struct arena *a;
    const struct actor *by;
    int64_t store_id;
    utc_ms asked_at, settling_ms;
    bool match;
    struct offer_sweep_counts counts;
    int64_t *told;
    size_t told_count;
};

/* Listings ascending (the order in which they are locked), what we do not list at the end. */
static int by_listing(const void *left, const void *right)
{
    const struct found *x = left, *y = right;
    uint64_t a = (uint64_t)x->listing.id - 1, b = (uint64_t)y->listing.id - 1;
    return (a > b) - (a < b);
}

static bool find_all(struct sweep *w, const struct offer_seen *items, size_t count,
                     struct found *out, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        struct err why = { 0 };
        out[i] = (struct found){ .item = &items[i] };
        if (!listing_repo_find_remote(w->s->db, w->a, w->by, w->store_id, items[i].remote_sku,
                                      &out[i].listing, &why)) {
            if (why.kind != ERR_NOT_FOUND) {
                if (e) *e = why;
                return false;
            }
            out[i].listing.id = 0;
        }
    }
    qsort(out, count, sizeof *out, by_listing);
    return true;
}

/* --- what we list --- */

/* Words of a fault are texts. */
static void put_pieces(struct sweep *w, struct json_writer *j, const char *key, int64_t quantity)
{
    json_put_text(j, key, str_print(w->a, "%lld", (long long)quantity));
}

static bool drift_fault(struct sweep *w, const struct found *f, struct err *e)
{
    const struct listing *l = &f->listing;
    const struct listing_state *seen = &f->item->state;
    char sent_price[MONEY_TEXT_SIZE], seen_price[MONEY_TEXT_SIZE];
    struct json_writer j = json_writer(w->a);
    json_open_object(&j, NULL);
    json_put_text(&j, "sku", l->sku);
    put_pieces(w, &j, "sent_quantity", l->sent.quantity);
    put_pieces(w, &j, "seen_quantity", seen->quantity);
    json_put_cstr(&j, "sent_price", money_text(l->sent.price, 2, sent_price));
    json_put_cstr(&j, "seen_price", money_text(seen->price, 2, seen_price));
    json_close_object(&j);
    struct fault fault = {
        .company_id = w->by->company_id,
        .store_id = w->store_id,
        .subject_id = l->id,
        .key = str_print(w->a, "listing.drifted:%lld", (long long)l->id),
        .kind = STR("listing.drifted"),
        .code = STR("listing.drifted"),
        .message = str_print(w->a,
                             "the marketplace shows %lld pieces at %s of '%.*s', which it had"
                             " confirmed as %lld at %s; ours is sent again",
                             (long long)seen->quantity, seen_price, STR_ARG(l->sku),
                             (long long)l->sent.quantity, sent_price),
        .args = json_written(&j),
    };
    return fault_repo_open(w->s->db, w->by, &fault, clock_now(w->s->clock), e);
}

static bool drift_over(struct sweep *w, const struct listing *l, struct err *e)
{
    return fault_repo_close(w->s->db, w->by,
                            str_print(w->a, "listing.drifted:%lld", (long long)l->id),
                            clock_now(w->s->clock), e);
}

static bool see(struct sweep *w, const struct found *f, struct err *e)
{
    const struct listing *l = &f->listing;
    const struct offer_seen *item = f->item;
    utc_ms since = l->drift_since;
    bool counts = listing_has_settled(l, w->asked_at, w->settling_ms);
    bool drifts = listing_drifts(l, &item->state, w->asked_at, w->settling_ms);
    if (drifts && !since) since = w->asked_at;
    if (counts && !drifts) since = 0;
    w->counts.seen++;
    w->counts.drifted += drifts;
    if (!listing_repo_seen(w->s->db, w->by, l->id, &item->state, since, e)) return false;
    if (item->remote_id.len && !str_eq(item->remote_id, l->remote_id) &&
        !listing_repo_identify(w->s->db, w->by, l->id, item->remote_id, e))
        return false;
    if (drifts) return drift_fault(w, f, e) && offer_resend_within(w->s, w->a, w->by, l->id, e);
    if (l->drift_since && !since && !drift_over(w, l, e)) return false;
    bool is_news = !l->seen.at || l->drift_since != since ||
                   l->seen.quantity != item->state.quantity ||
                   l->seen.price.e4 != item->state.price.e4;
    if (is_news) w->told[w->told_count++] = l->id;
    return true;
}

/* --- what we do not list --- */

static bool ambiguous(struct sweep *w, const struct offer_seen *item, const struct variant *found,
                      size_t count, struct err *e)
{
    struct text skus = { .arena = w->a };
    for (size_t i = 0; i < count; i++)
        text_print(&skus, "%s%.*s", i ? ", " : "", STR_ARG(found[i].sku));
    struct json_writer j = json_writer(w->a);
    json_open_object(&j, NULL);
    json_put_text(&j, "remote_sku", item->remote_sku);
    json_put_text(&j, "title", item->title);
    json_put_text(&j, "skus", text_str(&skus));
    json_close_object(&j);
    struct fault fault = {
        .company_id = w->by->company_id,
        .store_id = w->store_id,
        .key = str_print(w->a, "listing.ambiguous:%lld:%.*s", (long long)w->store_id,
                         STR_ARG(item->remote_sku)),
        .kind = STR("listing.ambiguous"),
        .code = STR("listing.ambiguous"),
        .message = str_print(w->a,
                             "'%.*s' could be any of %.*s, or that is listed there already;"
                             " map it by hand",
                             STR_ARG(item->remote_sku), STR_ARG(text_str(&skus))),
        .args = json_written(&j),
    };
    w->counts.ambiguous++;
    return fault_repo_open(w->s->db, w->by, &fault, clock_now(w->s->clock), e);
}

/* The variant's listing at this store; NULL: none. */
static bool find_listed(struct sweep *w, int64_t variant_id, const struct listing **out,
                        struct err *e)
{
    struct listing *listings;
    size_t count;
    if (!listing_repo_of_variant(w->s->db, w->a, w->by, variant_id, &listings, &count, e))
        return false;
    *out = NULL;
    for (size_t i = 0; i < count; i++)
        if (listings[i].store_id == w->store_id) *out = &listings[i];
    return true;
}

static bool match(struct sweep *w, const struct found *f, struct err *e)
{
    const struct offer_seen *item = f->item;
    struct variant *variants;
    const struct listing *listed = NULL;
    size_t count = 0;
    if (w->match &&
        !variant_repo_match(w->s->db, w->a, w->by, item->remote_sku, &variants, &count, e))
        return false;
    if (count == 0) {
        w->counts.unknown++;
        return true;
    }
    if (count == 1 && !find_listed(w, variants[0].id, &listed, e)) return false;
    /* The marketplace names it twice on one page: its first mention listed it just now. */
    if (listed && str_eq(listed->remote_sku, item->remote_sku)) return true;
    if (count > 1 || listed) return ambiguous(w, item, variants, count, e);
    struct listing l = { .store_id = w->store_id,
                         .variant_id = variants[0].id,
                         .remote_sku = item->remote_sku,
                         .remote_id = item->remote_id };
    if (!offer_list_within(w->s, w->a, w->by, &l, e) ||
        !listing_repo_seen(w->s->db, w->by, l.id, &item->state, 0, e))
        return false;
    w->counts.matched++;
    return true;
}

/* --- pages --- */

static bool sweep_unit(struct sweep *w, const struct offer_seen *items, size_t count,
                       struct found *found, struct err *e)
{
    AUTO(db_tx) tx = unit_begin(w->s, e);
    if (!tx) return false;
    if (!find_all(w, items, count, found, e)) return false;
    w->told = ARENA_ARRAY(w->a, int64_t, count);
    w->told_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!(found[i].listing.id ? see(w, &found[i], e) : match(w, &found[i], e))) return false;
    unit_ring(w->s);
    return unit_tell_listings(w->s, w->by, w->store_id, w->told, w->told_count, e) &&
           db_commit(&tx, e);
}

bool offer_seen_page(struct service *s, const struct actor *by, int64_t store_id,
                     const struct offer_seen *items, size_t count, utc_ms asked_at,
                     utc_ms settling_ms, bool match, struct offer_sweep_counts *counts,
                     struct err *e)
{
    AUTO(arena) a = arena_new();
    struct sweep w = { .s = s,
                       .a = a,
                       .by = by,
                       .store_id = store_id,
                       .asked_at = asked_at,
                       .settling_ms = settling_ms,
                       .match = match };
    for (size_t i = 0; i < count; i += UNIT_ITEMS) {
        struct arena_mark unit = arena_mark(a);
        size_t some = count - i < UNIT_ITEMS ? count - i : UNIT_ITEMS;
        struct found *found = ARENA_ARRAY(a, struct found, some);
        if (!sweep_unit(&w, items + i, some, found, e)) return false;
        arena_rewind(a, unit);
    }
    *counts = w.counts;
    return true;
}
