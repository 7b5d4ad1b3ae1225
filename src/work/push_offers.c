/*
 * push_offers.c: drains a store's marked listings into the largest batches, newest state wins.
 *
 * Nothing is written before admission: offer_push_begin() runs when the request is about to leave.
 * Absolute offers are simply sent again with the newest value after a lost reply (design, idea 3).
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "service/offer.h"
#include "work/run.h"

#define PUSHES_OF_A_RUN 20
#define FILLERS 5

/* How many offers a store's marketplace takes at once right now: halved when it refuses a batch as a
 * whole or for its size, doubled after each that it takes. So a bad item ends up alone. */
struct push_size {
    struct push_size *next;
    int64_t store_id;
    size_t most;
};
struct push_sizes {
    pthread_mutex_t lock;
    struct push_size *first;
};

struct push_sizes *push_sizes_new(void)
{
    struct push_sizes *p = calloc(1, sizeof(*p));
    if (!p) abort();
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

void push_sizes_free(struct push_sizes *p)
{
    for (struct push_size *i = p->first, *next; i; i = next) {
        next = i->next;
        free(i);
    }
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* The store's size after `change`: 0 asks, < 0 halves what was tried, > 0 doubles. */
static size_t push_size(struct run *r, int change, size_t tried)
{
    struct push_sizes *p = r->work->push_sizes;
    size_t largest = r->connector->offers_per_push;
    pthread_mutex_lock(&p->lock);
    struct push_size *i = p->first;
    while (i && i->store_id != r->store.id) i = i->next;
    if (!i) {
        i = calloc(1, sizeof(*i));
        if (!i) abort();
        *i = (struct push_size){ .next = p->first, .store_id = r->store.id, .most = largest };
        p->first = i;
    }
    if (change < 0) i->most = tried > 1 ? tried / 2 : 1;
    if (change > 0) i->most *= 2;
    if (i->most > largest) i->most = largest;
    size_t most = i->most;
    pthread_mutex_unlock(&p->lock);
    return most;
}

/* --- the repeated-body rule --- */

static str digest_of(struct run *r, const struct offer *offers, size_t count)
{
    struct text t = { .arena = r->arena };
    for (size_t i = 0; i < count; i++)
        text_print(&t, "%.*s|%lld|%lld|%lld|%s\n", STR_ARG(offers[i].remote_sku),
                   (long long)offers[i].quantity, (long long)offers[i].price.e4,
                   (long long)offers[i].list_price.e4, offers[i].price.currency);
    return sha256_hex(r->arena, text_str(&t));
}

static bool is_repeated(struct run *r, const struct offer *offers, size_t count, str *digest,
                        bool *is, struct err *e)
{
    *digest = digest_of(r, offers, count);
    return push_repo_was_sent(r->service->db, &r->by, r->store.id, *digest,
                              run_now(r) - r->connector->same_body_refused_ms, is, e);
}

/* Makes the body another one without holding a value back: other order, joined with listings that
 * are in sync, at last without prices. offers has room for FILLERS more. */
static bool make_different(struct run *r, struct offer *offers, size_t *count, str *digest,
                           struct err *e)
{
    bool is = false;
    if (!is_repeated(r, offers, *count, digest, &is, e)) return false;
    if (!is || !r->connector->same_body_refused_ms) return true;
    if (*count > 1) {
        struct offer first = offers[0];
        memmove(offers, offers + 1, (*count - 1) * sizeof(*offers));
        offers[*count - 1] = first;
        if (!is_repeated(r, offers, *count, digest, &is, e)) return false;
        if (!is) return true;
    }
    struct offer *fillers = NULL;
    size_t filler_count = 0, own = *count;
    if (!listing_repo_fillers(r->service->db, r->arena, &r->by, r->store.id, offers[0].listing_id,
                              FILLERS, &fillers, &filler_count, e))
        return false;
    for (size_t i = 0; i < filler_count && own < r->connector->offers_per_push; i++) {
        offers[own] = fillers[i];
        if (!is_repeated(r, offers, own + 1, digest, &is, e)) return false;
        if (is) continue;
        *count = own + 1;
        return true;
    }
    for (size_t i = 0; i < own; i++)
        offers[i].price.currency[0] = offers[i].list_price.currency[0] = 0;
    if (!is_repeated(r, offers, own, digest, &is, e)) return false;
    if (!is) return true;
    err_set(
        e, ERR_RATE_LIMITED, "offers.same_body",
        "%s refuses the same offer again for a while and there is nothing to join it with; it is"
        " sent as soon as it may be",
        r->connector->title);
    e->retry_at = run_now(r) + UTC_MINUTE;
    return false;
}

/* --- one push --- */

struct pushing {
    struct push push;
    const struct offer *offers;
    size_t count;
    bool is_begun;
};

static bool begin(struct run *r, void *context, struct err *e)
{
    struct pushing *p = context;
    p->is_begun = offer_push_begin(r->service, &r->by, &p->push, p->offers, e);
    return p->is_begun;
}

static str skus_of(struct run *r, const struct offer *offers, size_t count)
{
    struct text t = { .arena = r->arena };
    for (size_t i = 0; i < count; i++) {
        if (i) text_add_char(&t, ' ');
        text_add(&t, offers[i].remote_sku);
    }
    return text_str(&t);
}

static bool take_receipt(struct run *r, struct pushing *p, const struct push_receipt *receipt,
                         struct err *e)
{
    utc_ms now = run_now(r);
    push_size(r, 1, 0);
    p->push.batch_id = receipt->batch_id;
    p->push.expires_at = now + r->connector->batch_expires_ms;
    if (receipt->batch_id.len)
        return offer_push_sent(r->service, &r->by, &p->push,
                               now + r->connector->batch_first_poll_ms, e);
    struct offer_item_outcome *items =
        ARENA_ARRAY(r->arena, struct offer_item_outcome, receipt->count + 1);
    for (size_t i = 0; i < receipt->count; i++) {
        const struct offer_result *from = &receipt->results[i];
        items[i] = (struct offer_item_outcome){
            .remote_sku = from->remote_sku,
            .code = str_from(from->code),
            .message = from->message,
            .is_accepted = from->outcome == OFFER_ACCEPTED,
            .is_refused_for_now = from->outcome == OFFER_REFUSED_FOR_NOW,
        };
    }
    return offer_push_sent(r->service, &r->by, &p->push, 0, e) &&
           offer_push_results(r->service, &r->by, &p->push, true, items, receipt->count, e);
}

static bool is_code(const struct err *e, const char *ending)
{
    return e->code && str_ends(str_from(e->code), str_from(ending));
}

/* What became of a push that was not taken. True: the run goes on with the next one. */
static bool take_failure(struct run *r, struct pushing *p, struct err *why, struct err *e)
{
    bool is_for_size = is_code(why, ".batch_too_large");
    bool is_same_body = is_code(why, ".same_body");
    bool is_refused =
        why->kind == ERR_REFUSED || why->kind == ERR_INVALID || why->kind == ERR_CONFLICT;
    if (!p->is_begun) { /* nothing left us: not admitted, or our own database */
        *e = *why;
        return false;
    }
    if (why->kind == ERR_UNCERTAIN) {
        if (!offer_push_failed(r->service, &r->by, &p->push, PUSH_FAIL_LOST, why, e)) return false;
        *e = *why;
        return false;
    }
    if (is_refused && !is_same_body && p->count == 1)
        return offer_push_failed(r->service, &r->by, &p->push, PUSH_FAIL_REFUSED, why, e);
    if (!offer_push_failed(r->service, &r->by, &p->push, PUSH_FAIL_UNSENT, why, e)) return false;
    if (is_same_body) return true; /* its digest is known now: the next body will differ */
    if (is_for_size || is_refused) {
        log_warning_err("batch refused; halved", why, LOG_INT("store", r->store.id),
                        LOG_INT("offers", (int64_t)p->count));
        push_size(r, -1, p->count);
        if (p->count > 1) return true;
    }
    *e = *why;
    return false;
}

static bool push_once(struct run *r, struct offer *marked, size_t count, struct err *e)
{
    /* Room for fillers; the marked ones stand in the arena as an exact array. */
    struct offer *offers = ARENA_ARRAY(r->arena, struct offer, count + FILLERS);
    memcpy(offers, marked, count * sizeof(*offers));
    str digest;
    if (!make_different(r, offers, &count, &digest, e)) return false;

    struct pushing p = { .offers = offers,
                         .count = count,
                         .push = { .store_id = r->store.id,
                                   .body_digest = digest,
                                   .item_count = count,
                                   .created_at = run_now(r) } };
    struct push_receipt receipt = { 0 };
    struct err why = { .marketplace = r->connector->key };
    r->http.about = skus_of(r, offers, count);
    r->http.before_write = begin;
    r->http.context = &p;
    bool was_taken = r->connector->push_offers(&r->visit, offers, count, &receipt, &why);
    r->http.before_write = NULL;
    return was_taken ? take_receipt(r, &p, &receipt, e) : take_failure(r, &p, &why, e);
}

/* Pushes of a run that died: whether they arrived is not known, so their listings are marked again. */
static bool close_left_open(struct run *r, struct err *e)
{
    struct push *open = NULL;
    size_t count = 0;
    bool is_unknown = false;
    struct err why = { .marketplace = r->connector->key };
    err_set(&why, ERR_UNCERTAIN, "offers.interrupted",
            "the program ended before the marketplace answered; the newest value is sent again");
    if (!visit_left_unknown(r, &is_unknown, e)) return false;
    if (!push_repo_open(r->service->db, r->arena, &r->by, r->store.id, PUSH_OPEN, &open, &count, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!offer_push_failed(r->service, &r->by, &open[i], PUSH_FAIL_LOST, &why, e)) return false;
    return true;
}

bool job_push_offers(struct run *r, struct err *e)
{
    if (!r->connector->push_offers) return true;
    if (!close_left_open(r, e)) return false;
    for (int i = 0; i < PUSHES_OF_A_RUN; i++) {
        struct arena_mark mark = arena_mark(r->arena);
        struct offer *marked = NULL;
        size_t count = 0;
        if (!listing_repo_marked(r->service->db, r->arena, &r->by, r->store.id, push_size(r, 0, 0),
                                 &marked, &count, e))
            return false;
        if (!count) return true;
        if (!push_once(r, marked, count, e)) return false;
        arena_rewind(r->arena, mark);
        r->http.about = (str){ 0 };
        if (!run_renew(r, e)) return false;
    }
    r->again_at = run_now(r);
    return true;
}
