/*
 * pull_orders.c: orders by cursor with a rolling overlap; each page is stored before the cursor moves.
 *
 * The schedule's cursor is {"until": ms} after a whole walk, and during one also
 * {"walk": {"since", "until", "cursor", "seen"}}: a run that ends in the middle goes on there.
 */
#include "base/crypto.h"
#include "base/json.h"
#include "base/log.h"
#include "service/order.h"
#include "service/store.h"
#include "work/run.h"

#define PAGES_OF_A_RUN 50
#define CURSOR_MOST 4096
#define PURPOSE "orders"

struct walk {
    utc_ms until;           /* of the last whole walk; 0: none yet */
    struct order_query now; /* since 0: no walk under way */
    int64_t seen;           /* packages of this walk so far */
};

static void read_walk(struct run *r, str text, struct walk *out)
{
    const struct json *v = NULL;
    *out = (struct walk){ 0 };
    if (!text.len || !json_parse(r->arena, text, NULL, &v, NULL)) return;
    json_i64_at(v, "until", &out->until);
    const struct json *walk = json_get(v, "walk");
    if (!walk) return;
    json_i64_at(walk, "since", &out->now.since);
    json_i64_at(walk, "until", &out->now.until);
    out->now.cursor = json_text_at(walk, "cursor");
    json_i64_at(walk, "seen", &out->seen);
}

static str write_walk(struct run *r, const struct walk *w)
{
    struct json_writer out = json_writer(r->arena);
    json_open_object(&out, NULL);
    json_put_i64(&out, "until", w->until);
    if (w->now.since) {
        json_open_object(&out, "walk");
        json_put_i64(&out, "since", w->now.since);
        json_put_i64(&out, "until", w->now.until);
        json_put_text(&out, "cursor", w->now.cursor);
        json_put_i64(&out, "seen", w->seen);
        json_close_object(&out);
    }
    json_close_object(&out);
    return json_written(&out);
}

static void begin_walk(struct run *r, struct walk *w)
{
    utc_ms now = run_now(r);
    w->seen = 0;
    w->now = (struct order_query){
        .since =
            w->until ? w->until - r->connector->overlap_ms : now - r->connector->order_history_ms,
        .until = now,
    };
}

static bool save_walk(struct run *r, const struct walk *w, struct err *e)
{
    return store_ran(r->service, &r->by, r->store.id, PURPOSE, w->now.since == 0,
                     str_print(r->arena, "%lld packages read", (long long)w->seen),
                     write_walk(r, w), e);
}

/* A package that cannot be told from others by its facts is told by its bytes: it must not stop the
 * page that it came in. */
static str dedupe_key(struct run *r, const struct order *o)
{
    struct err why = { 0 };
    str key = { 0 };
    if (r->connector->hook_dedupe(r->arena, o, &key, &why) && key.len) return key;
    log_warning_err("package without a key of its own", &why, LOG_INT("store", r->store.id),
                    LOG_TEXT("order", o->remote_number));
    return sha256_hex(r->arena, o->raw);
}

static bool receive_page(struct run *r, const struct order_page *page, struct err *e)
{
    struct raw_order *raws = ARENA_ARRAY(r->arena, struct raw_order, page->count + 1);
    for (size_t i = 0; i < page->count; i++) {
        raws[i].payload = page->orders[i].raw;
        raws[i].received_at = run_now(r);
        raws[i].dedupe_key = dedupe_key(r, &page->orders[i]);
    }
    size_t news = 0;
    if (page->count &&
        !order_receive(r->service, &r->by, r->store.id, "poll", raws, page->count, &news, e))
        return false;
    if (news)
        log_info("orders polled", LOG_INT("store", r->store.id), LOG_INT("news", (int64_t)news));
    return true;
}

/* A cursor that the marketplace no longer takes must not stop the store: the walk begins anew. */
static bool is_stale_cursor(const struct walk *w, const struct err *e)
{
    return w->now.cursor.len &&
           (e->kind == ERR_REFUSED || e->kind == ERR_INVALID || e->kind == ERR_NOT_FOUND);
}

/* The page's memory ends; its cursor is kept in `kept`. */
static bool next_page(struct run *r, struct arena_mark mark, char kept[CURSOR_MOST],
                      struct walk *walk, struct err *e)
{
    if (walk->now.cursor.len >= CURSOR_MOST)
        return err_set(e, ERR_BUG, "orders.cursor",
                       "the marketplace's cursor is longer than %d bytes", CURSOR_MOST - 1);
    str_fill(kept, CURSOR_MOST, walk->now.cursor);
    arena_rewind(r->arena, mark);
    walk->now.cursor = str_from(kept);
    return run_renew(r, e);
}

bool job_pull_orders(struct run *r, struct err *e)
{
    struct schedule schedule;
    struct walk walk;
    char kept[CURSOR_MOST];
    if (!r->connector->pull_orders) return true;
    if (!schedule_repo_find(r->service->db, r->arena, &r->by, r->store.id, PURPOSE, &schedule, e))
        return false;
    read_walk(r, schedule.cursor, &walk);
    if (!walk.now.since) begin_walk(r, &walk);

    struct arena_mark mark = arena_mark(r->arena);
    for (int pages = 0; pages < PAGES_OF_A_RUN; pages++) {
        struct order_page page = { 0 };
        if (!r->connector->pull_orders(&r->visit, &walk.now, &page, e)) {
            if (!is_stale_cursor(&walk, e)) return false;
            begin_walk(r, &walk);
            continue;
        }
        if (!receive_page(r, &page, e)) return false;
        bool is_last = page.cursor.len == 0;
        walk.seen += (int64_t)page.count;
        walk.now.cursor = page.cursor;
        if (is_last) walk = (struct walk){ .until = walk.now.until, .seen = walk.seen };
        if (!save_walk(r, &walk, e)) return false;
        if (is_last) return true;
        if (!next_page(r, mark, kept, &walk, e)) return false;
    }
    r->again_at = run_now(r);
    return true;
}
