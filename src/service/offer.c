#include "service/offer.h"

#include "base/json.h"
#include "repo/order_repo.h"
#include "repo/trace_repo.h"
#include "service/offer_within.h"
#include "service/order.h"
#include "service/unit.h"

#define UNIT_LISTINGS 200
#define REMOTE_SKU_MAX 128
#define ORDERS_AT_ONCE ((size_t)100)

/* --- what a listing should show --- */

static str trace_json(struct arena *a, const struct publishable *p)
{
    struct json_writer w = json_writer(a);
    json_open_array(&w, NULL);
    for (size_t i = 0; i < p->step_count; i++) {
        json_open_object(&w, NULL);
        json_put_cstr(&w, "name", p->steps[i].name);
        json_put_i64(&w, "change", p->steps[i].change);
        json_put_i64(&w, "result", p->steps[i].result);
        json_close_object(&w);
    }
    json_close_array(&w);
    return json_written(&w);
}

/* A list price below the price is one that was not kept up: marketplaces refuse it. */
static money list_price_of(const struct listing_basis *b)
{
    return b->list_price.e4 > b->price.e4 ? b->list_price : b->price;
}

static bool is_same(const struct listing_state *x, const struct listing_state *y)
{
    return x->seq && x->quantity == y->quantity && x->price.e4 == y->price.e4 &&
           x->list_price.e4 == y->list_price.e4 &&
           str_eq(str_from(x->price.currency), str_from(y->price.currency));
}

static bool want(struct service *s, struct arena *a, const struct actor *by,
                 const struct listing_basis *b, bool force, bool *changed, struct err *e)
{
    struct publishable p = publishable_of(&(struct publishable_input){
        .available = b->available,
        .safety_stock = b->safety_stock,
        .ceiling = b->ceiling,
        .store_paused = !b->is_store_active,
    });
    struct listing_state wanted = { .quantity = p.quantity,
                                    .price = b->price,
                                    .list_price = list_price_of(b),
                                    .at = clock_now(s->clock) };
    str trace = trace_json(a, &p);
    *changed = false;
    if (!force && is_same(&b->wanted, &wanted) && str_eq(trace, b->trace)) return true;
    return listing_repo_want(s->db, by, b->listing_id, &wanted, trace, force, changed, e);
}

/* Wants every offer of a page of listings anew; ids and stores of those that changed. */
static bool want_all(struct service *s, struct arena *a, const struct actor *by,
                     const struct listing_basis *bases, size_t count, bool force,
                     const struct listing_basis **changed, size_t *changed_count, struct err *e)
{
    *changed_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_changed = false;
        if (!want(s, a, by, &bases[i], force, &is_changed, e)) return false;
        if (is_changed) changed[(*changed_count)++] = &bases[i];
    }
    return true;
}

/* A paused store is simply not told: resuming adds its job. */
static bool mark(struct service *s, const struct actor *by, const struct listing_basis *b,
                 struct err *e)
{
    return unit_tell_listings(s, by, b->store_id, &b->listing_id, 1, e) &&
           (!b->is_store_active || unit_push_job(s, by, b->store_id, 0, e));
}

/* The company's system: whoever changed the stock, every store is told, also those he may not see. */
bool offer_recompute(struct service *s, struct arena *a, const struct actor *by, int64_t variant_id,
                     struct err *e)
{
    struct actor system = actor_system(by->company_id);
    const struct listing_basis *changed[UNIT_LISTINGS];
    struct listing_basis *bases;
    size_t count = UNIT_LISTINGS, changed_count;
    for (int64_t after = 0; count == UNIT_LISTINGS; after = bases[count - 1].listing_id) {
        if (!listing_repo_basis(s->db, a, &system, variant_id, 0, after, UNIT_LISTINGS, &bases,
                                &count, e) ||
            !want_all(s, a, &system, bases, count, false, changed, &changed_count, e))
            return false;
        for (size_t i = 0; i < changed_count; i++)
            if (!mark(s, &system, changed[i], e)) return false;
        if (!count) break;
    }
    return true;
}

static bool mark_store(struct service *s, struct arena *a, const struct actor *by,
                       const struct listing_basis *const *changed, size_t count, struct err *e)
{
    if (!count) return true;
    int64_t *ids = ARENA_ARRAY(a, int64_t, count);
    for (size_t i = 0; i < count; i++) ids[i] = changed[i]->listing_id;
    return unit_tell_listings(s, by, changed[0]->store_id, ids, count, e) &&
           (!changed[0]->is_store_active || unit_push_job(s, by, changed[0]->store_id, 0, e));
}

bool offer_recompute_store(struct service *s, const struct actor *by, int64_t store_id,
                           int64_t after_listing_id, int64_t *next, struct err *e)
{
    const struct listing_basis *changed[UNIT_LISTINGS];
    struct listing_basis *bases;
    size_t count, changed_count;
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    if (!listing_repo_basis(s->db, a, by, 0, store_id, after_listing_id, UNIT_LISTINGS, &bases,
                            &count, e) ||
        !want_all(s, a, by, bases, count, false, changed, &changed_count, e) ||
        !mark_store(s, a, by, changed, changed_count, e))
        return false;
    int64_t last = count == UNIT_LISTINGS ? bases[count - 1].listing_id : 0;
    if (!db_commit(&tx, e)) return false;
    *next = last;
    return true;
}

bool offer_recompute_later(struct service *s, const struct actor *by, int64_t store_id,
                           struct err *e)
{
    return unit_store_job(s, by, store_id, JOB_RECOMPUTE, LANE_BULK, 0, NULL, e);
}

/* --- listings by hand --- */

static bool remote_sku_check(str sku, struct err *e)
{
    bool is_fine =
        sku.len > 0 && sku.len <= REMOTE_SKU_MAX && str_is_utf8(sku) && str_eq(str_trim(sku), sku);
    for (size_t i = 0; i < sku.len && is_fine; i++)
        is_fine = (unsigned char)sku.at[i] >= ' ' && sku.at[i] != 0x7f;
    if (is_fine) return true;
    err_set(
        e, ERR_INVALID, "listing.sku",
        "a marketplace SKU has 1 to %d characters and no control characters or blanks around it",
        REMOTE_SKU_MAX);
    return err_arg(e, "sku", str_cut(sku, 0, REMOTE_SKU_MAX));
}

/* The orders whose lines wait for this mapping: work that is written with the fact. */
static bool settle_later(struct service *s, struct arena *a, const struct actor *system,
                         const struct listing *l, struct err *e)
{
    int64_t *orders;
    size_t count;
    if (!order_repo_unmapped(s->db, a, system, l->store_id, l->remote_sku, 0, 1, &orders, &count,
                             e))
        return false;
    if (!count) return true;
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_text(&w, "remote_sku", l->remote_sku);
    json_close_object(&w);
    struct job_request r = {
        .company_id = system->company_id,
        .store_id = l->store_id,
        .kind = JOB_SETTLE_ORDERS,
        .lane = LANE_NOW,
        .key = str_print(a, "%s:%lld", JOB_SETTLE_ORDERS, (long long)l->id),
        .payload = json_written(&w),
    };
    return queue_add(s->queue, &r, NULL, e);
}

bool offer_list_within(struct service *s, struct arena *a, const struct actor *by,
                       struct listing *l, struct err *e)
{
    struct actor system = actor_system(by->company_id);
    struct listing_basis *bases;
    size_t count;
    bool changed = false;
    if (!listing_repo_add(s->db, by, l, clock_now(s->clock), e) ||
        !listing_repo_basis(s->db, a, &system, 0, l->store_id, l->id - 1, 1, &bases, &count, e))
        return false;
    str ambiguous =
        str_print(a, "listing.ambiguous:%lld:%.*s", (long long)l->store_id, STR_ARG(l->remote_sku));
    return want(s, a, &system, &bases[0], true, &changed, e) && mark(s, &system, &bases[0], e) &&
           fault_repo_close(s->db, by, ambiguous, clock_now(s->clock), e) &&
           settle_later(s, a, &system, l, e);
}

/* Nothing further can be settled now: the database is away, or another worker has the job. */
static bool ends_settling(const struct err *why)
{
    return why->kind == ERR_UNAVAILABLE || str_eq(str_from(why->code), STR("job.lost"));
}

bool offer_settle(struct service *s, const struct actor *by, int64_t store_id, str remote_sku,
                  int64_t after_order_id, int64_t *next, struct err *unsettled, struct err *e)
{
    AUTO(arena) a = arena_new();
    int64_t *orders;
    size_t count;
    if (!order_repo_unmapped(s->db, a, by, store_id, remote_sku, after_order_id, ORDERS_AT_ONCE,
                             &orders, &count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct err why = { 0 };
        if (order_settle(s, by, orders[i], &why)) continue;
        if (ends_settling(&why)) {
            *e = why;
            return false;
        }
        *unsettled = why;
    }
    *next = count == ORDERS_AT_ONCE ? orders[count - 1] : 0;
    return true;
}

static str listing_detail(struct arena *a, const struct listing *l)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_id(&w, "store", l->store_id);
    json_put_id(&w, "variant", l->variant_id);
    json_put_text(&w, "remote_sku", l->remote_sku);
    json_close_object(&w);
    return json_written(&w);
}

bool offer_list(struct service *s, const struct actor *by, int64_t store_id, int64_t variant_id,
                str remote_sku, int64_t *listing_id, struct err *e)
{
    if (!remote_sku_check(remote_sku, e)) return false;
    AUTO(arena) a = arena_new();
    struct listing l = { .store_id = store_id, .variant_id = variant_id, .remote_sku = remote_sku };
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    if (!offer_list_within(s, a, by, &l, e) ||
        !unit_audit(s, by, "listing.add", "listing", l.id, listing_detail(a, &l), e) ||
        !db_commit(&tx, e))
        return false;
    *listing_id = l.id;
    return true;
}

bool offer_resend_within(struct service *s, struct arena *a, const struct actor *by,
                         int64_t listing_id, struct err *e)
{
    struct actor system = actor_system(by->company_id);
    struct listing l;
    struct listing_basis *bases;
    size_t count;
    bool changed = false;
    if (!listing_repo_find(s->db, a, by, listing_id, &l, e) ||
        !listing_repo_basis(s->db, a, &system, 0, l.store_id, l.id - 1, 1, &bases, &count, e))
        return false;
    return want(s, a, &system, &bases[0], true, &changed, e) && mark(s, &system, &bases[0], e);
}

bool offer_resend(struct service *s, const struct actor *by, int64_t listing_id, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    return offer_resend_within(s, a, by, listing_id, e) &&
           unit_audit(s, by, "listing.resend", "listing", listing_id, (str){ 0 }, e) &&
           db_commit(&tx, e);
}

bool offer_explain(struct service *s, struct arena *a, const struct actor *by, int64_t listing_id,
                   str *trace, struct err *e)
{
    str kept;
    if (!listing_repo_trace(s->db, a, by, listing_id, &kept, e)) return false;
    *trace = kept.len ? kept : STR("[]");
    return true;
}
