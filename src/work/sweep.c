/*
 * sweep.c: the read-back: pages through the marketplace's own listings in the background, for what it
 * really shows, for drift, and to match what we do not list yet.
 *
 * The schedule's cursor is {"page": cursor, counts so far}: a run that ends goes on there.
 */
#include "base/json.h"
#include "service/offer.h"
#include "service/store.h"
#include "work/run.h"

#define PAGES_OF_A_RUN 30
#define PURPOSE "sweep"

static struct offer_seen *seen_of(struct run *r, const struct listing_page *page, utc_ms at)
{
    struct offer_seen *items = ARENA_ARRAY(r->arena, struct offer_seen, page->count + 1);
    for (size_t i = 0; i < page->count; i++) {
        const struct listing_seen *from = &page->listings[i];
        items[i] = (struct offer_seen){
            .remote_sku = from->remote_sku,
            .remote_id = from->remote_id,
            .title = from->title,
            .state = { .quantity = from->quantity,
                       .price = from->price,
                       .list_price = from->list_price,
                       .at = at },
        };
    }
    return items;
}

static str read_cursor(struct run *r, str text, struct offer_sweep_counts *counts)
{
    const struct json *v = NULL;
    if (!text.len || !json_parse(r->arena, text, NULL, &v, NULL)) return (str){ 0 };
    json_i64_at(v, "seen", &counts->seen);
    json_i64_at(v, "drifted", &counts->drifted);
    json_i64_at(v, "matched", &counts->matched);
    json_i64_at(v, "ambiguous", &counts->ambiguous);
    json_i64_at(v, "unknown", &counts->unknown);
    return json_text_at(v, "page");
}

static str write_cursor(struct run *r, str page, const struct offer_sweep_counts *c)
{
    if (!page.len) return (str){ 0 };
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "page", page);
    json_put_i64(&w, "seen", c->seen);
    json_put_i64(&w, "drifted", c->drifted);
    json_put_i64(&w, "matched", c->matched);
    json_put_i64(&w, "ambiguous", c->ambiguous);
    json_put_i64(&w, "unknown", c->unknown);
    json_close_object(&w);
    return json_written(&w);
}

static bool save(struct run *r, str page, const struct offer_sweep_counts *c, struct err *e)
{
    str told =
        str_print(r->arena, "%lld seen, %lld drifted, %lld matched, %lld ambiguous, %lld not ours",
                  (long long)c->seen, (long long)c->drifted, (long long)c->matched,
                  (long long)c->ambiguous, (long long)c->unknown);
    return store_ran(r->service, &r->by, r->store.id, PURPOSE, !page.len, told,
                     write_cursor(r, page, c), e);
}

/* A cursor that the marketplace no longer takes must not stop the sweep: it begins anew. */
static bool is_stale_cursor(str cursor, const struct err *e)
{
    return cursor.len &&
           (e->kind == ERR_REFUSED || e->kind == ERR_INVALID || e->kind == ERR_NOT_FOUND);
}

static bool pull_page(struct run *r, str cursor, struct listing_page *page,
                      struct offer_sweep_counts *counts, struct err *e)
{
    if (r->connector->pull_listings(&r->visit, cursor, page, e)) return true;
    if (!is_stale_cursor(cursor, e)) return false;
    *counts = (struct offer_sweep_counts){ 0 };
    return r->connector->pull_listings(&r->visit, (str){ 0 }, page, e);
}

/* One page further from where the schedule says we are. */
static bool sweep_page(struct run *r, bool *is_last, struct err *e)
{
    struct schedule schedule;
    struct listing_page page = { 0 };
    struct offer_sweep_counts counts = { 0 }, these = { 0 };
    if (!schedule_repo_find(r->service->db, r->arena, &r->by, r->store.id, PURPOSE, &schedule, e))
        return false;
    str cursor = read_cursor(r, schedule.cursor, &counts);
    utc_ms asked_at = run_now(r);
    if (!pull_page(r, cursor, &page, &counts, e)) return false;
    if (!offer_seen_page(r->service, &r->by, r->store.id, seen_of(r, &page, asked_at), page.count,
                         asked_at, r->connector->settling_ms, true, &these, e))
        return false;
    counts.seen += these.seen;
    counts.drifted += these.drifted;
    counts.matched += these.matched;
    counts.ambiguous += these.ambiguous;
    counts.unknown += these.unknown;
    *is_last = page.cursor.len == 0;
    return save(r, page.cursor, &counts, e);
}

bool job_sweep(struct run *r, struct err *e)
{
    if (!r->connector->pull_listings) return true;
    for (int i = 0; i < PAGES_OF_A_RUN; i++) {
        struct arena_mark mark = arena_mark(r->arena);
        bool is_last = false;
        if (!sweep_page(r, &is_last, e)) return false;
        arena_rewind(r->arena, mark);
        if (is_last) return true;
        if (!run_renew(r, e)) return false;
    }
    r->again_at = run_now(r);
    return true;
}
