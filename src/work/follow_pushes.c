/*
 * follow_pushes.c: asks for the results of batches, item by item, until each is known or gone.
 */
#include "base/log.h"
#include "work/push_item.h"
#include "work/run.h"

#define QUICK_POLLS 10

static struct offer_item_outcome *outcomes_of(struct run *r, const struct batch_result *b,
                                              size_t *count)
{
    struct offer_item_outcome *items =
        ARENA_ARRAY(r->arena, struct offer_item_outcome, b->count + 1);
    *count = 0;
    for (size_t i = 0; i < b->count; i++) {
        if (b->results[i].outcome == OFFER_PENDING) continue;
        items[(*count)++] = push_item_outcome(&b->results[i]);
    }
    return items;
}

static bool gone(struct run *r, struct push *p, struct err *e)
{
    struct err why = { .marketplace = r->connector->key };
    err_set(
        &why, ERR_UNCERTAIN, "offers.results_gone",
        "%s keeps the results of a batch only for a while and they are gone; the newest value is"
        " sent again",
        r->connector->title);
    return offer_push_failed(r->service, &r->by, p, PUSH_FAIL_LOST, &why, e);
}

static bool is_expired(const struct run *r, const struct push *p)
{
    return p->expires_at && run_now(r) >= p->expires_at;
}

/* Quickly at first, then up to twelve times as slowly. */
static void poll_later(struct run *r, struct push *p)
{
    p->polls++;
    utc_ms slower = p->polls < QUICK_POLLS ? 1 : p->polls - QUICK_POLLS + 2;
    p->next_poll_at = run_now(r) + r->connector->batch_poll_ms * (slower < 12 ? slower : 12);
}

static bool take_results(struct run *r, struct push *p, const struct batch_result *result,
                         struct err *e)
{
    size_t count = 0;
    struct offer_item_outcome *items = outcomes_of(r, result, &count);
    poll_later(r, p);
    return offer_push_results(r->service, &r->by, p, result->is_done, items, count, e) &&
           (result->is_done || !is_expired(r, p) || gone(r, p, e));
}

/* No other batch can be asked for either: ours to wait, or a refusal of the store as a whole. */
static bool is_for_all(const struct err *asked)
{
    return visit_stayed(asked) || asked->kind == ERR_CREDENTIALS || asked->kind == ERR_RATE_LIMITED;
}

/* One batch. `asked` is why it could not be asked for, kind ERR_NONE when it could: that must not
 * keep the others waiting. */
static bool follow(struct run *r, struct push *p, struct err *asked, struct err *e)
{
    struct batch_result result = { 0 };
    *asked = (struct err){ .marketplace = r->connector->key };
    r->http.about = p->batch_id;
    if (r->connector->pull_batch(&r->visit, p->batch_id, &result, asked)) {
        asked->kind = ERR_NONE;
        return take_results(r, p, &result, e);
    }
    if (asked->kind == ERR_NOT_FOUND || (is_expired(r, p) && !visit_stayed(asked))) {
        asked->kind = ERR_NONE;
        return gone(r, p, e);
    }
    if (is_for_all(asked)) return true;
    poll_later(r, p);
    return push_repo_save(r->service->db, &r->by, p, e);
}

/* The next time one of the store's open batches is to be asked for; 0: none is open. */
static bool next_poll(struct run *r, utc_ms *at, struct err *e)
{
    struct push *open = NULL;
    size_t count = 0;
    if (!push_repo_open(r->service->db, r->arena, &r->by, r->store.id, PUSH_SENT, &open, &count, e))
        return false;
    *at = 0;
    for (size_t i = 0; i < count; i++)
        if (!*at || open[i].next_poll_at < *at) *at = open[i].next_poll_at;
    return true;
}

bool job_follow_pushes(struct run *r, struct err *e)
{
    struct push *open = NULL;
    size_t count = 0;
    struct err trouble = { 0 };
    if (!r->connector->pull_batch) return true;
    if (!push_repo_open(r->service->db, r->arena, &r->by, r->store.id, PUSH_SENT, &open, &count, e))
        return false;
    for (size_t i = 0; i < count && open[i].next_poll_at <= run_now(r); i++) {
        struct arena_mark mark = arena_mark(r->arena);
        struct err asked;
        if (!follow(r, &open[i], &asked, e)) return false;
        if (asked.kind != ERR_NONE) trouble = asked;
        if (asked.kind != ERR_NONE && is_for_all(&asked)) {
            *e = asked;
            return false;
        }
        arena_rewind(r->arena, mark);
        r->http.about = (str){ 0 };
        if (!run_renew(r, e)) return false;
    }
    if (trouble.kind != ERR_NONE && r->answers == 0) {
        *e = trouble;
        e->kind = ERR_UNAVAILABLE; /* asked again until it is gone */
        return false;
    }
    if (trouble.kind != ERR_NONE)
        log_warning_err("a batch could not be asked for; others could", &trouble,
                        LOG_INT("store", r->store.id));
    return next_poll(r, &r->again_at, e);
}
