/*
 * push_offers.c: drains a store's marked listings into the largest batches, newest state wins.
 *
 * Nothing is written before admission: offer_push_begin() runs when the request is about to leave.
 * Absolute offers are simply sent again with the newest value after a lost reply (architecture, idea 3).
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "service/offer.h"
#include "work/push_item.h"
#include "work/run.h"

#define PUSHES_OF_A_RUN 20
#define FILLERS 5
#define CLOCKS_DIFFER UTC_MINUTE /* they count from when they took a body, we from before */

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

/* What goes out, and what stands in our books for it. */
struct body {
    struct offer *offers;   /* with room for FILLERS more */
    size_t own, count;      /* the marked ones come first; the rest fills up */
    bool leaves_prices_out; /* they stand there already */
    str digest;
};

static str digest_of(struct run *r, const struct body *b)
{
    struct text t = { .arena = r->arena };
    for (size_t i = 0; i < b->count; i++) {
        const struct offer *o = &b->offers[i];
        text_print(&t, "%.*s|%lld", STR_ARG(o->remote_sku), (long long)o->quantity);
        if (!b->leaves_prices_out)
            text_print(&t, "|%lld|%lld|%s", (long long)o->price.e4, (long long)o->list_price.e4,
                       o->price.currency);
        text_add_char(&t, '\n');
    }
    return sha256_hex(r->arena, text_str(&t));
}

/* Also sets the body's digest. */
static bool is_repeated(struct run *r, struct body *b, bool *is, struct err *e)
{
    utc_ms window = r->connector->same_body_refused_ms;
    b->digest = digest_of(r, b);
    *is = false;
    if (!window) return true;
    return push_repo_was_sent(r->service->db, &r->by, r->store.id, b->digest,
                              run_now(r) - window - CLOCKS_DIFFER, is, e);
}

static void rotate(struct body *b)
{
    struct offer first = b->offers[0];
    memmove(b->offers, b->offers + 1, (b->own - 1) * sizeof(*b->offers));
    b->offers[b->own - 1] = first;
}

/* Joins the body with listings that are in sync: each choice of them makes another body. */
static bool fill_up(struct run *r, struct body *b, bool *is, struct err *e)
{
    struct offer *fillers = NULL;
    size_t count = 0, room = r->connector->offers_per_push - b->own;
    if (!listing_repo_fillers(r->service->db, r->arena, &r->by, r->store.id,
                              b->offers[0].listing_id, room < FILLERS ? room : FILLERS, &fillers,
                              &count, e))
        return false;
    for (unsigned choice = 1; *is && choice < (1u << count); choice++) {
        b->count = b->own;
        for (size_t i = 0; i < count; i++)
            if (choice & (1u << i)) b->offers[b->count++] = fillers[i];
        if (!is_repeated(r, b, is, e)) return false;
    }
    if (*is) b->count = b->own;
    return true;
}

/* Whether the marketplace has confirmed these very prices, so that they need not be said again. */
static bool prices_stand(struct run *r, const struct offer *o, bool *stand, struct err *e)
{
    struct listing l;
    if (!listing_repo_find(r->service->db, r->arena, &r->by, o->listing_id, &l, e)) return false;
    *stand = l.outcome == LISTING_ACCEPTED && l.confirmed_seq == l.sent.seq && !l.drift_since &&
             l.sent.price.e4 == o->price.e4 && l.sent.list_price.e4 == o->list_price.e4;
    return true;
}

/* Makes the body one that was not sent lately, without holding a value back: in another order,
 * joined with others, at last without prices. */
static bool make_different(struct run *r, struct body *b, struct err *e)
{
    bool is = false;
    if (!is_repeated(r, b, &is, e)) return false;
    if (is && b->own > 1) {
        rotate(b);
        if (!is_repeated(r, b, &is, e)) return false;
    }
    if (is && !fill_up(r, b, &is, e)) return false;
    if (is && b->own == 1) {
        if (!prices_stand(r, b->offers, &b->leaves_prices_out, e)) return false;
        if (b->leaves_prices_out && !is_repeated(r, b, &is, e)) return false;
    }
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
    const struct body *body;
    bool is_begun;
};

static bool begin(struct run *r, void *context, struct err *e)
{
    struct pushing *p = context;
    p->is_begun = offer_push_begin(r->service, &r->by, &p->push, p->body->offers, e);
    return p->is_begun;
}

static str skus_of(struct run *r, const struct body *b)
{
    struct text t = { .arena = r->arena };
    for (size_t i = 0; i < b->count; i++) {
        if (i) text_add_char(&t, ' ');
        text_add(&t, b->offers[i].remote_sku);
    }
    return text_str(&t);
}

/* As the connector is to say it: a price without currency is left out. */
static const struct offer *said_of(struct run *r, const struct body *b)
{
    if (!b->leaves_prices_out) return b->offers;
    struct offer *said = ARENA_ARRAY(r->arena, struct offer, b->count);
    for (size_t i = 0; i < b->count; i++) {
        said[i] = b->offers[i];
        said[i].price = said[i].list_price = (money){ 0 };
    }
    return said;
}

struct offer_item_outcome push_item_outcome(const struct offer_result *from)
{
    return (struct offer_item_outcome){
        .remote_sku = from->remote_sku,
        .code = str_from(from->code),
        .message = from->message,
        .is_accepted = from->outcome == OFFER_ACCEPTED,
        .is_refused_for_now = from->outcome == OFFER_REFUSED_FOR_NOW,
    };
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
    for (size_t i = 0; i < receipt->count; i++) items[i] = push_item_outcome(&receipt->results[i]);
    return offer_push_sent(r->service, &r->by, &p->push, 0, e) &&
           offer_push_results(r->service, &r->by, &p->push, true, items, receipt->count, e);
}

/* --- a push that was not taken --- */

static bool is_code(const struct err *e, const char *ending)
{
    return e->code && str_ends(str_from(e->code), str_from(ending));
}

/* They refuse what the body says, not the store, the call or the hour. */
static bool is_refused_body(const struct err *why)
{
    int status = why->http_status;
    return (why->kind == ERR_REFUSED || why->kind == ERR_INVALID || why->kind == ERR_CONFLICT) &&
           (status == 400 || status == 409 || status == 413 || status == 422);
}

/* The one marked offer of the body bears the refusal; what filled up is sent again. */
static bool refuse_alone(struct run *r, struct pushing *p, const struct err *why, struct err *e)
{
    const struct body *b = p->body;
    if (b->count == 1)
        return offer_push_failed(r->service, &r->by, &p->push, PUSH_FAIL_REFUSED, why, e);
    struct offer_item_outcome *items = ARENA_ARRAY(r->arena, struct offer_item_outcome, b->count);
    for (size_t i = 0; i < b->count; i++)
        items[i] = (struct offer_item_outcome){
            .remote_sku = b->offers[i].remote_sku,
            .code = str_from(why->remote_code[0] ? why->remote_code : why->code),
            .message = str_from(why->message),
            .is_refused_for_now = i > 0,
        };
    return offer_push_results(r->service, &r->by, &p->push, true, items, b->count, e);
}

/* What became of a push that was not taken. True: the run goes on with the next one; *has_settled
 * says whether that one is nearer to its end. */
static bool take_failure(struct run *r, struct pushing *p, struct err *why, bool *has_settled,
                         struct err *e)
{
    bool is_begun = p->is_begun; /* else nothing left us: not admitted, or our own database */
    bool is_same_body = is_code(why, ".same_body");
    bool is_for_size = is_code(why, ".batch_too_large");
    bool is_body = is_refused_body(why) && !is_same_body;
    if (is_begun && is_body && p->body->own == 1) {
        *has_settled = true;
        return refuse_alone(r, p, why, e);
    }
    enum push_failure how = why->kind == ERR_UNCERTAIN ? PUSH_FAIL_LOST : PUSH_FAIL_UNSENT;
    if (is_begun && !offer_push_failed(r->service, &r->by, &p->push, how, why, e)) return false;
    if (is_begun && is_same_body) return true; /* remembered: the next body will differ */
    if (is_begun && (is_body || is_for_size)) {
        log_warning_err("batch refused; halved", why, LOG_INT("store", r->store.id),
                        LOG_INT("offers", (int64_t)p->body->count));
        push_size(r, -1, p->body->own);
        if (p->body->own > 1) return true;
    }
    *e = *why;
    return false;
}

static bool push_once(struct run *r, const struct offer *marked, size_t count, bool *has_settled,
                      struct err *e)
{
    struct body body = { .offers = ARENA_ARRAY(r->arena, struct offer, count + FILLERS),
                         .own = count,
                         .count = count };
    memcpy(body.offers, marked, count * sizeof(*marked));
    if (!make_different(r, &body, e)) return false;

    struct pushing p = { .body = &body,
                         .push = { .store_id = r->store.id,
                                   .body_digest = body.digest,
                                   .item_count = body.count,
                                   .created_at = run_now(r) } };
    struct push_receipt receipt = { 0 };
    struct err why = { .marketplace = r->connector->key };
    r->http.about = skus_of(r, &body);
    r->http.before_write = begin;
    r->http.context = &p;
    bool was_taken =
        r->connector->push_offers(&r->visit, said_of(r, &body), body.count, &receipt, &why);
    r->http.before_write = NULL;
    if (!was_taken) return take_failure(r, &p, &why, has_settled, e);
    *has_settled = true;
    return take_receipt(r, &p, &receipt, e);
}

/* --- the job --- */

/* Pushes of a run that died: whether they arrived is not known, so their listings are marked again. */
static bool close_left_open(struct run *r, struct err *e)
{
    struct push *open = NULL;
    size_t count = 0;
    struct err why = { .marketplace = r->connector->key };
    err_set(&why, ERR_UNCERTAIN, "offers.interrupted",
            "the program ended before the marketplace answered; the newest value is sent again");
    if (!push_repo_open(r->service->db, r->arena, &r->by, r->store.id, PUSH_OPEN, &open, &count, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!offer_push_failed(r->service, &r->by, &open[i], PUSH_FAIL_LOST, &why, e)) return false;
    return true;
}

bool job_push_offers(struct run *r, struct err *e)
{
    bool has_settled = false;
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
        if (!push_once(r, marked, count, &has_settled, e)) return false;
        arena_rewind(r->arena, mark);
        r->http.about = (str){ 0 };
        if (!run_renew(r, e)) return false;
    }
    if (!has_settled) /* halving ends long before: something else is wrong, and must not spin */
        return err_set(e, ERR_UNAVAILABLE, "offers.no_progress",
                       "%s refused %d batches one after the other; it is tried again later",
                       r->connector->title, PUSHES_OF_A_RUN);
    r->again_at = run_now(r);
    return true;
}
