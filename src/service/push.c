/* A push of offers, step by step: what was sent, and what became of each item. */
#include <stdlib.h>

#include "base/json.h"
#include "repo/trace_repo.h"
#include "service/offer.h"
#include "service/unit.h"

#define AGAIN_AFTER_REFUSAL (30 * UTC_SECOND) /* of an item that may be sent again "later" */

/* --- one item's outcome --- */

struct verdict {
    enum listing_outcome outcome; /* LISTING_NO_OUTCOME: not taken, to be sent again */
    const char *name;             /* of the push's item: accepted, refused, lost, unsent, later */
    str code, message;            /* the marketplace's own */
};

static bool fault_refused(struct service *s, struct arena *a, const struct actor *by,
                          const struct push *p, const struct offer *o, const struct verdict *v,
                          str key, struct err *e)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_text(&w, "sku", o->remote_sku);
    json_put_text(&w, "reason", v->message);
    json_put_text(&w, "remote_code", v->code);
    json_close_object(&w);
    struct fault f = {
        .company_id = by->company_id,
        .store_id = p->store_id,
        .subject_id = o->listing_id,
        .key = key,
        .kind = STR("listing.refused"),
        .code = STR("listing.refused"),
        .message = str_print(a, "the marketplace refuses '%.*s': %.*s", STR_ARG(o->remote_sku),
                             STR_ARG(v->message.len ? v->message : v->code)),
        .args = json_written(&w),
    };
    return fault_repo_open(s->db, by, &f, clock_now(s->clock), e);
}

/* Writes the outcome where it belongs: always to the push's item, to the listing only when this is
 * still what was sent last. Faults follow the listing. */
static bool land(struct service *s, struct arena *a, const struct actor *by, const struct push *p,
                 const struct offer *o, const struct verdict *v, struct err *e)
{
    utc_ms now = clock_now(s->clock);
    bool has_landed = false;
    if (!push_repo_item_outcome(s->db, by, p->id, o->listing_id, v->name, e) ||
        !listing_repo_outcome(s->db, by, o->listing_id, o->seq, v->outcome, v->code, v->message,
                              now, &has_landed, e))
        return false;
    bool is_answer = v->outcome == LISTING_ACCEPTED || v->outcome == LISTING_WAS_REFUSED;
    if (!has_landed || !is_answer) return true;
    /* A drift ends with the answer to what repaired it: only a later read-back can see another. */
    str drift = str_print(a, "listing.drifted:%lld", (long long)o->listing_id);
    str key = str_print(a, "listing.refused:%lld", (long long)o->listing_id);
    if (!fault_repo_close(s->db, by, drift, now, e)) return false;
    return v->outcome == LISTING_WAS_REFUSED ? fault_refused(s, a, by, p, o, v, key, e)
                                             : fault_repo_close(s->db, by, key, now, e);
}

static bool tell(struct service *s, struct arena *a, const struct actor *by, const struct push *p,
                 const struct offer *offers, size_t count, struct err *e)
{
    int64_t *ids = ARENA_ARRAY(a, int64_t, count);
    for (size_t i = 0; i < count; i++) ids[i] = offers[i].listing_id;
    return unit_tell_listings(s, by, p->store_id, ids, count, e);
}

/* --- the steps --- */

static int by_listing(const void *left, const void *right)
{
    const struct offer *x = left, *y = right;
    return (x->listing_id > y->listing_id) - (x->listing_id < y->listing_id);
}

bool offer_push_begin(struct service *s, const struct actor *by, struct push *p,
                      const struct offer *offers, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    utc_ms now = clock_now(s->clock);
    struct push begun = *p;
    begun.state = PUSH_OPEN;
    if (!begun.created_at) begun.created_at = now;
    /* Listings are locked in ascending order (architecture, rule 5), whatever the body's order is. */
    struct offer *sorted = ARENA_ARRAY(a, struct offer, p->item_count);
    for (size_t i = 0; i < p->item_count; i++) sorted[i] = offers[i];
    qsort(sorted, p->item_count, sizeof *sorted, by_listing);
    if (!push_repo_add(s->db, by, &begun, sorted, e)) return false;
    for (size_t i = 0; i < p->item_count; i++)
        if (!listing_repo_sent(s->db, by, &sorted[i], now, e)) return false;
    if (!tell(s, a, by, &begun, sorted, p->item_count, e) || !db_commit(&tx, e)) return false;
    *p = begun;
    return true;
}

bool offer_push_sent(struct service *s, const struct actor *by, struct push *p,
                     utc_ms first_poll_at, struct err *e)
{
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct push sent = *p;
    sent.sent_at = clock_now(s->clock);
    if (p->batch_id.len) {
        sent.state = PUSH_SENT;
        sent.next_poll_at = first_poll_at;
        if (!unit_store_job(s, by, p->store_id, JOB_FOLLOW_PUSHES, LANE_SOON, first_poll_at, NULL,
                            e))
            return false;
    }
    if (!push_repo_save(s->db, by, &sent, e) || !db_commit(&tx, e)) return false;
    *p = sent;
    return true;
}

static struct verdict verdict_of_failure(enum push_failure how, const struct err *why)
{
    switch (how) {
    case PUSH_FAIL_REFUSED:
        return (struct verdict){ LISTING_WAS_REFUSED, "refused",
                                 str_from(why->remote_code[0] ? why->remote_code : why->code),
                                 str_from(why->message) };
    case PUSH_FAIL_LOST:
        return (struct verdict){ LISTING_LOST, "lost", str_from(why->code),
                                 str_from(why->message) };
    default:
        return (struct verdict){ LISTING_NO_OUTCOME, "unsent", { 0 }, { 0 } };
    }
}

/* What never left is forgotten, but a body that was refused for being a repeated one is remembered,
 * so that the next one differs. */
static bool end_failed(struct service *s, const struct actor *by, struct push *p,
                       enum push_failure how, const struct err *why, struct err *e)
{
    bool is_same_body = why->code && str_ends(str_from(why->code), STR(".same_body"));
    if (how == PUSH_FAIL_UNSENT && !is_same_body) return push_repo_drop(s->db, by, p->id, e);
    p->state = how == PUSH_FAIL_LOST ? PUSH_UNKNOWN : PUSH_REFUSED;
    p->ended_at = clock_now(s->clock);
    if (how == PUSH_FAIL_REFUSED) p->refused_count = p->item_count;
    return push_repo_save(s->db, by, p, e);
}

bool offer_push_failed(struct service *s, const struct actor *by, struct push *p,
                       enum push_failure how, const struct err *why, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct push failed = *p;
    struct verdict verdict = verdict_of_failure(how, why);
    struct offer *items;
    size_t count;
    if (!push_repo_items(s->db, a, by, p->id, &items, &count, e)) return false;
    for (size_t i = 0; i < count; i++)
        if (!land(s, a, by, p, &items[i], &verdict, e)) return false;
    /* The push job itself goes on, or ends as its error says; it is not to run again at once. */
    bool is_pushing = s->run && str_eq(s->run->kind, STR(JOB_PUSH_OFFERS));
    bool needs_job = how != PUSH_FAIL_REFUSED && count && !is_pushing;
    if (!end_failed(s, by, &failed, how, why, e) || !tell(s, a, by, p, items, count, e) ||
        (needs_job && !unit_push_job(s, by, p->store_id, 0, e)) || !db_commit(&tx, e))
        return false;
    *p = failed;
    return true;
}

/* --- results --- */

static int by_sku(const void *left, const void *right)
{
    const struct offer *x = left, *y = right;
    return str_cmp(x->remote_sku, y->remote_sku);
}

static struct verdict verdict_of_item(const struct offer_item_outcome *item)
{
    if (item->is_accepted) return (struct verdict){ LISTING_ACCEPTED, "accepted", { 0 }, { 0 } };
    if (item->is_refused_for_now)
        return (struct verdict){ LISTING_NO_OUTCOME, "later", item->code, item->message };
    return (struct verdict){ LISTING_WAS_REFUSED, "refused", item->code, item->message };
}

/* What a page of results came to. */
struct landing {
    struct offer *open; /* items without an outcome, by SKU */
    bool *is_known;
    size_t count, known, refused, later;
};

static bool land_items(struct service *s, struct arena *a, const struct actor *by,
                       const struct push *p, const struct offer_item_outcome *items, size_t count,
                       struct landing *l, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        struct offer key = { .remote_sku = items[i].remote_sku };
        const struct offer *o = bsearch(&key, l->open, l->count, sizeof *l->open, by_sku);
        if (!o || l->is_known[o - l->open]) continue; /* not of this push, or told before */
        struct verdict verdict = verdict_of_item(&items[i]);
        if (!land(s, a, by, p, o, &verdict, e)) return false;
        l->is_known[o - l->open] = true;
        l->known++;
        l->refused += verdict.outcome == LISTING_WAS_REFUSED;
        l->later += verdict.outcome == LISTING_NO_OUTCOME;
    }
    return true;
}

/* A result that ends without naming an item leaves it unknown: it is sent again. */
static bool lose_rest(struct service *s, struct arena *a, const struct actor *by,
                      const struct push *p, const struct landing *l, struct err *e)
{
    static const struct verdict lost = { LISTING_LOST, "lost", STR_INIT("offers.no_result"),
                                         STR_INIT("the marketplace gave no result for this item; "
                                                  "it is sent again") };
    for (size_t i = 0; i < l->count; i++)
        if (!l->is_known[i] && !land(s, a, by, p, &l->open[i], &lost, e)) return false;
    return l->known == l->count || unit_push_job(s, by, p->store_id, 0, e);
}

static bool tell_known(struct service *s, struct arena *a, const struct actor *by,
                       const struct push *p, bool is_done, const struct landing *l, struct err *e)
{
    struct offer *told = ARENA_ARRAY(a, struct offer, l->count);
    size_t count = 0;
    for (size_t i = 0; i < l->count; i++)
        if (is_done || l->is_known[i]) told[count++] = l->open[i];
    return tell(s, a, by, p, told, count, e);
}

bool offer_push_results(struct service *s, const struct actor *by, struct push *p, bool is_done,
                        const struct offer_item_outcome *items, size_t count, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct landing l = { 0 };
    struct push followed = *p;
    utc_ms now = clock_now(s->clock);
    if (!push_repo_items(s->db, a, by, p->id, &l.open, &l.count, e)) return false;
    qsort(l.open, l.count, sizeof *l.open, by_sku);
    l.is_known = ARENA_ARRAY(a, bool, l.count);
    if (!land_items(s, a, by, p, items, count, &l, e) ||
        (is_done && !lose_rest(s, a, by, p, &l, e)) ||
        (l.later && !unit_push_job(s, by, p->store_id, now + AGAIN_AFTER_REFUSAL, e)))
        return false;
    followed.refused_count += l.refused;
    if (is_done) {
        followed.state = PUSH_DONE;
        followed.ended_at = now;
    }
    if (!push_repo_save(s->db, by, &followed, e) || !tell_known(s, a, by, p, is_done, &l, e) ||
        !db_commit(&tx, e))
        return false;
    *p = followed;
    return true;
}
