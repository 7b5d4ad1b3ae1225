/* The life of a push, and a marketplace played by a model: what is called in sync really is. */
#include "db/db.h"
#include "repo/trace_repo.h"
#include "service/offer.h"
#include "service/stock.h"
#include "support/house.h"
#include "support/suite.h"

static struct house *h;
static int rings;

static void ring(void *context)
{
    (void)context;
    rings++;
}

static int setup(void **state)
{
    (void)state;
    h = house_new();
    house_serve(h);
    h->service.ring = ring;
    rings = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_free(h);
    return 0;
}

static void recompute(int64_t variant)
{
    struct err e = { 0 };
    struct db_tx *tx = db_begin(h->db, &e);
    assert_true(offer_recompute(&h->service, h->arena, &h->admin, variant, &e));
    assert_true(db_commit(&tx, &e));
}

static void move(int64_t variant, int64_t delta)
{
    static int64_t moves;
    struct err e = { 0 };
    bool was_known;
    struct db_tx *tx = db_begin(h->db, &e);
    struct stock_change c = { .variant_id = variant,
                              .delta = delta,
                              .may_go_negative = true,
                              .cause = CAUSE_EDIT,
                              .cause_key = str_print(h->arena, "m%lld", (long long)++moves),
                              .at = clock_now(&h->clock) };
    assert_true(stock_move(&h->service, h->arena, &h->admin, &c, &was_known, &e));
    assert_true(db_commit(&tx, &e));
}

static struct listing find(int64_t id)
{
    struct listing l;
    struct err e = { 0 };
    assert_true(listing_repo_find(h->db, h->arena, &h->system, id, &l, &e));
    return l;
}

static enum listing_sync sync_of(int64_t id)
{
    struct listing l = find(id);
    return listing_sync_of(&l);
}

static size_t marked(struct offer **out)
{
    struct err e = { 0 };
    size_t count;
    assert_true(
        listing_repo_marked(h->db, h->arena, &h->system, h->stores[0], 100, out, &count, &e));
    return count;
}

static struct push begin(const struct offer *offers, size_t count)
{
    struct err e = { 0 };
    struct push p = { .store_id = h->stores[0],
                      .body_digest = STR("digest"),
                      .item_count = count,
                      .created_at = clock_now(&h->clock) };
    assert_true(offer_push_begin(&h->service, &h->system, &p, offers, &e));
    return p;
}

/* A push of the first `count` listings, on its way with a batch to follow. */
static struct push under_way(size_t count)
{
    struct err e = { 0 };
    struct offer *offers;
    for (size_t i = 0; i < count; i++) recompute(h->variants[i]);
    assert_int_equal(marked(&offers), count);
    struct push p = begin(offers, count);
    p.batch_id = STR("b-1");
    assert_true(offer_push_sent(&h->service, &h->system, &p, HOUSE_NOW + 3000, &e));
    return p;
}

static void results(struct push *p, bool is_done, const struct offer_item_outcome *items,
                    size_t count)
{
    struct err e = { 0 };
    assert_true(offer_push_results(&h->service, &h->system, p, is_done, items, count, &e));
}

/* The store's open job of this kind: its run_at, or 0. */
static utc_ms job_at(const char *kind)
{
    static const struct sql_text sql = {
        .both = "SELECT run_at FROM {p}mp_job WHERE open_key = ? AND state = 'waiting'",
    };
    struct err e = { 0 };
    struct db_rows rows;
    str key = str_print(h->arena, "%s:%lld", kind, (long long)h->stores[0]);
    assert_true(db_query(h->db, h->arena, &sql, &rows, &e, db_text(key)));
    return rows.count ? db_cell_i64(&rows, 0, 0) : 0;
}

static void forget_jobs(void)
{
    static const struct sql_text sql = { .both = "DELETE FROM {p}mp_job WHERE id > ?" };
    house_run(h, &sql, 0);
}

static size_t open_faults(struct fault **out)
{
    struct err e = { 0 };
    struct page page = { .limit = 100 };
    struct page_end end;
    size_t count;
    assert_true(fault_repo_list(h->db, h->arena, &h->admin, true, &page, out, &count, &end, &e));
    return count;
}

/* --- steps --- */

static void what_is_about_to_leave_is_sent_before_it_leaves(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct offer *offers;
    struct push *open;
    size_t count;
    recompute(h->variants[1]);
    recompute(h->variants[0]);
    assert_int_equal(marked(&offers), 2);
    assert_int_equal(job_at("push_offers"), HOUSE_NOW);
    struct push p = begin(offers, 2);
    assert_int_equal(marked(&offers), 0);
    assert_int_equal(sync_of(h->listings[0][0]), LISTING_SENT);
    struct listing l = find(h->listings[0][0]);
    assert_int_equal(l.sent.quantity, HOUSE_STOCK);
    assert_int_equal(l.sent.price.e4, 1999000);
    assert_int_equal(l.sent.list_price.e4, 2499000);
    assert_true(
        push_repo_open(h->db, h->arena, &h->system, h->stores[0], PUSH_OPEN, &open, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(open[0].id, p.id);
    assert_int_equal(open[0].item_count, 2);
    assert_true(rings > 0);
}

static void a_batch_is_followed(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct push *sent;
    size_t count;
    struct push p = under_way(2);
    assert_int_equal(p.state, PUSH_SENT);
    assert_int_equal(job_at("follow_pushes"), HOUSE_NOW + 3000);
    p.polls = 1;
    p.next_poll_at = HOUSE_NOW + 9000;
    struct offer_item_outcome one = { .remote_sku = house_remote(h, 0), .is_accepted = true };
    results(&p, false, &one, 1);
    assert_int_equal(sync_of(h->listings[0][0]), LISTING_IN_SYNC);
    assert_int_equal(sync_of(h->listings[0][1]), LISTING_SENT);
    assert_true(
        push_repo_open(h->db, h->arena, &h->system, h->stores[0], PUSH_SENT, &sent, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(sent[0].polls, 1);
    assert_int_equal(sent[0].next_poll_at, HOUSE_NOW + 9000);
    one.remote_sku = house_remote(h, 1);
    results(&p, true, &one, 1);
    assert_int_equal(sync_of(h->listings[0][1]), LISTING_IN_SYNC);
    assert_int_equal(p.state, PUSH_DONE);
    assert_true(
        push_repo_open(h->db, h->arena, &h->system, h->stores[0], PUSH_SENT, &sent, &count, &e));
    assert_int_equal(count, 0);
}

static void results_with_the_reply_end_an_open_push(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct offer *offers;
    recompute(h->variants[0]);
    marked(&offers);
    struct push p = begin(offers, 1);
    assert_true(offer_push_sent(&h->service, &h->system, &p, 0, &e));
    assert_int_equal(p.state, PUSH_OPEN); /* a crash here leaves it to be found unknown */
    struct offer_item_outcome one = { .remote_sku = house_remote(h, 0), .is_accepted = true };
    results(&p, true, &one, 1);
    assert_int_equal(p.state, PUSH_DONE);
    assert_int_equal(job_at("follow_pushes"), 0);
    assert_int_equal(sync_of(h->listings[0][0]), LISTING_IN_SYNC);
}

static void one_bad_item_does_not_block_its_batch(void **state)
{
    (void)state;
    struct fault *faults;
    struct push p = under_way(3);
    forget_jobs();
    const struct offer_item_outcome items[] = {
        { .remote_sku = house_remote(h, 2), .is_accepted = true },
        { .remote_sku = house_remote(h, 0), .code = STR("4001"), .message = STR("Ürün kilitli") },
        { .remote_sku = house_remote(h, 1),
          .code = STR("30"),
          .message = STR("too often"),
          .is_refused_for_now = true },
        { .remote_sku = STR("unheard of"), .is_accepted = true },
    };
    results(&p, true, items, 4);
    assert_int_equal(p.refused_count, 1);
    assert_int_equal(sync_of(h->listings[0][2]), LISTING_IN_SYNC);
    struct listing l = find(h->listings[0][0]);
    assert_int_equal(listing_sync_of(&l), LISTING_REFUSED);
    assert_text(l.outcome_code, "4001");
    assert_text(l.outcome_message, "Ürün kilitli");
    assert_int_equal(sync_of(h->listings[0][1]), LISTING_WAITING);
    assert_int_equal(job_at("push_offers"), HOUSE_NOW + 30000);
    assert_int_equal(open_faults(&faults), 1);
    assert_text(faults[0].kind, "listing.refused");
    assert_int_equal(faults[0].subject_id, h->listings[0][0]);
    assert_true(str_has(faults[0].message, STR("Ürün kilitli")));
    assert_true(str_has(faults[0].args, STR("\"4001\"")));
}

static void an_accepted_item_closes_its_fault(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct fault *faults;
    struct offer *offers;
    struct push p = under_way(1);
    struct offer_item_outcome one = { .remote_sku = house_remote(h, 0), .message = STR("no") };
    results(&p, true, &one, 1);
    assert_int_equal(open_faults(&faults), 1);
    assert_int_equal(marked(&offers), 0); /* the same value is not sent for ever */
    assert_true(offer_resend(&h->service, &h->clerk, h->listings[0][0], &e));
    assert_int_equal(marked(&offers), 1);
    p = begin(offers, 1);
    one.is_accepted = true;
    results(&p, true, &one, 1);
    assert_int_equal(open_faults(&faults), 0);
}

static void a_refusal_of_what_is_no_longer_sent_raises_no_fault(void **state)
{
    (void)state;
    struct fault *faults;
    struct offer *offers;
    struct push old = under_way(1);
    move(h->variants[0], -3);
    assert_int_equal(marked(&offers), 1);
    struct push newer = begin(offers, 1);
    struct offer_item_outcome one = { .remote_sku = house_remote(h, 0), .message = STR("no") };
    results(&old, true, &one, 1);
    assert_int_equal(open_faults(&faults), 0);
    assert_int_equal(sync_of(h->listings[0][0]), LISTING_SENT);
    one.is_accepted = true;
    results(&newer, true, &one, 1);
    assert_int_equal(sync_of(h->listings[0][0]), LISTING_IN_SYNC);
}

static void a_late_outcome_does_not_land_on_values_that_never_left(void **state)
{
    (void)state;
    struct err e = { 0 }, why = { 0 };
    struct offer *offers;
    err_set(&why, ERR_UNAVAILABLE, "net.refused", "not reached");
    struct push old = under_way(1);
    move(h->variants[0], -3);
    marked(&offers);
    struct push newer = begin(offers, 1);
    assert_true(offer_push_failed(&h->service, &h->system, &newer, PUSH_FAIL_UNSENT, &why, &e));
    struct offer_item_outcome one = { .remote_sku = house_remote(h, 0), .is_accepted = true };
    results(&old, true, &one, 1);
    struct listing l = find(h->listings[0][0]);
    assert_int_equal(l.confirmed_seq, 0);
    assert_int_equal(listing_sync_of(&l), LISTING_WAITING);
}

static void items_that_a_finished_batch_does_not_name_are_sent_again(void **state)
{
    (void)state;
    struct offer *offers;
    struct push p = under_way(2);
    forget_jobs();
    struct offer_item_outcome one = { .remote_sku = house_remote(h, 0), .is_accepted = true };
    results(&p, true, &one, 1);
    assert_int_equal(sync_of(h->listings[0][1]), LISTING_UNKNOWN);
    assert_int_equal(marked(&offers), 1);
    assert_int_equal(offers[0].listing_id, h->listings[0][1]);
    assert_int_equal(job_at("push_offers"), HOUSE_NOW);
}

static void the_same_results_twice_change_nothing_twice(void **state)
{
    (void)state;
    static const struct sql_text events = {
        .both = "SELECT COUNT(*) FROM {p}mp_event WHERE id > ?",
    };
    struct push p = under_way(2);
    struct offer_item_outcome one = { .remote_sku = house_remote(h, 0), .message = STR("no") };
    results(&p, false, &one, 1);
    int64_t told = house_number(h, &events, 0);
    results(&p, false, &one, 1);
    assert_int_equal(house_number(h, &events, 0), told);
    assert_int_equal(p.refused_count, 1);
}

static const struct failure_case {
    const char *name;
    enum push_failure how;
    const char *code;
    enum listing_sync sync;
    size_t marked, faults;
    bool is_known;
} failures[] = {
    { "a lost push is sent again", PUSH_FAIL_LOST, "net.cut", LISTING_UNKNOWN, 2, 0, true },
    { "what never left is sent again, and forgotten", PUSH_FAIL_UNSENT, "net.refused",
      LISTING_WAITING, 2, 0, false },
    { "a repeated body is sent again, and remembered", PUSH_FAIL_UNSENT, "trendyol.same_body",
      LISTING_WAITING, 2, 0, true },
    { "a refused push is each item's refusal", PUSH_FAIL_REFUSED, "trendyol.bad", LISTING_REFUSED,
      0, 2, true },
};

static void a_push_that_failed(void **state)
{
    const struct failure_case *c = *state;
    setup(NULL);
    struct err e = { 0 }, why = { 0 };
    struct offer *offers;
    struct fault *faults;
    bool was;
    recompute(h->variants[0]);
    recompute(h->variants[1]);
    marked(&offers);
    struct push p = begin(offers, 2);
    forget_jobs();
    err_set(&why, ERR_REFUSED, c->code, "that is not how it is done");
    assert_true(offer_push_failed(&h->service, &h->system, &p, c->how, &why, &e));
    assert_int_equal(sync_of(h->listings[0][0]), c->sync);
    assert_int_equal(marked(&offers), c->marked);
    assert_int_equal(job_at("push_offers"), c->marked ? HOUSE_NOW : 0);
    assert_int_equal(open_faults(&faults), c->faults);
    assert_true(push_repo_was_sent(h->db, &h->system, h->stores[0], STR("digest"), 0, &was, &e));
    assert_int_equal(was, c->is_known);
    struct push *open;
    size_t count;
    assert_true(
        push_repo_open(h->db, h->arena, &h->system, h->stores[0], PUSH_OPEN, &open, &count, &e));
    assert_int_equal(count, 0);
    teardown(NULL);
}

static void results_are_written_only_while_the_lease_is_ours(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct offer *offers;
    struct job j;
    int64_t count;
    struct queue_claim c = { .lane = LANE_NOW, .owner = "t", .lease_ms = 1000 };
    recompute(h->variants[0]);
    assert_true(queue_claim(h->queue, h->arena, &c, &j, &e));
    struct service mine = h->service;
    mine.run = &j;
    marked(&offers);
    struct push p = { .store_id = h->stores[0], .item_count = 1 };
    assert_true(offer_push_begin(&mine, &h->system, &p, offers, &e));
    h->clock.fixed += 2000;
    assert_true(queue_take_back(h->queue, false, &count, &e));
    struct offer_item_outcome one = { .remote_sku = house_remote(h, 0), .is_accepted = true };
    assert_false(offer_push_results(&mine, &h->system, &p, true, &one, 1, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_string_equal(e.code, "job.lost");
    assert_false(db_in_tx(h->db));
    assert_int_equal(sync_of(h->listings[0][0]), LISTING_SENT);
}

static void a_large_push_is_told_at_once(void **state)
{
    (void)state;
    static const struct sql_text events = {
        .both = "SELECT COUNT(*) FROM {p}mp_event WHERE kind = 'listing.changed' AND id > ?",
    };
    struct err e = { 0 };
    for (int i = 0; i < 30; i++) {
        struct variant v = { .sku = str_print(h->arena, "X-%d", i),
                             .price = money_of(10000, "TRY"),
                             .list_price = money_of(10000, "TRY") };
        struct product p = { .title = STR("X"), .variant_count = 1 };
        int64_t listing;
        assert_true(product_repo_save(h->db, h->arena, &h->admin, &p, &v, HOUSE_NOW, &e));
        assert_true(offer_list(&h->service, &h->admin, h->stores[0], v.id, v.sku, &listing, &e));
    }
    struct offer *offers;
    size_t count = marked(&offers);
    assert_int_equal(count, 30);
    int64_t told = house_number(h, &events, 0);
    begin(offers, count);
    assert_int_equal(house_number(h, &events, 0), told + 1);
}

/* --- the model ---
 *
 * The marketplace shows what arrived last. Pushes arrive in the order in which they are sent, or not
 * at all; what becomes of them is told in any order, much later, or never. */

#define MODELLED 3
#define PUSHES 400

struct flight {
    struct push push;
    struct offer offers[MODELLED];
    enum { TAKEN, REFUSED, NOT_NOW } verdicts[MODELLED]; /* made on arrival, told later */
    size_t count;
    bool has_arrived, is_over;
};

struct play {
    struct flight flights[PUSHES];
    size_t count;
    int64_t stock[MODELLED], shown[MODELLED]; /* shown: -1: nothing */
    int64_t refused_seq[MODELLED];            /* the marketplace refused this one */
    uint32_t dice;
};

static int roll(struct play *m, int most)
{
    m->dice = m->dice * 1664525u + 1013904223u;
    return (int)((m->dice >> 8) % (uint32_t)most);
}

static size_t index_of(int64_t listing_id)
{
    for (size_t i = 0; i < MODELLED; i++)
        if (h->listings[0][i] == listing_id) return i;
    fail();
    return 0;
}

static void play_send(struct play *m, bool arrives, bool all_taken)
{
    struct offer *offers;
    size_t count = marked(&offers);
    if (!count) return;
    forget_jobs(); /* the job that this run is */
    assert_true(m->count < PUSHES);
    struct flight *f = &m->flights[m->count++];
    *f = (struct flight){ .push = begin(offers, count), .count = count, .has_arrived = arrives };
    for (size_t i = 0; i < count; i++) {
        size_t listing = index_of(offers[i].listing_id);
        f->offers[i] = offers[i];
        f->verdicts[i] = all_taken || roll(m, 2) ? TAKEN : roll(m, 2) ? REFUSED : NOT_NOW;
        if (!arrives) continue;
        if (f->verdicts[i] == TAKEN) m->shown[listing] = offers[i].quantity;
        if (f->verdicts[i] == REFUSED) m->refused_seq[listing] = offers[i].seq;
    }
}

static void play_results(struct flight *f)
{
    struct offer_item_outcome items[MODELLED];
    for (size_t i = 0; i < f->count; i++)
        items[i] = (struct offer_item_outcome){ .remote_sku = f->offers[i].remote_sku,
                                                .message = STR("no"),
                                                .is_accepted = f->verdicts[i] == TAKEN,
                                                .is_refused_for_now = f->verdicts[i] == NOT_NOW };
    results(&f->push, true, items, f->count);
    f->is_over = true;
}

static void play_outcome(struct play *m)
{
    struct err e = { 0 }, why = { 0 };
    err_set(&why, ERR_UNCERTAIN, "net.cut", "no reply");
    if (!m->count) return;
    /* Of those that are under way: the newest as often as any other, so that old news comes late. */
    size_t i = m->count - 1 - (roll(m, 3) ? 0 : (size_t)roll(m, (int)m->count));
    while (i > 0 && m->flights[i].is_over) i--;
    struct flight *f = &m->flights[i];
    if (f->is_over) return;
    if (f->has_arrived && roll(m, 3)) {
        play_results(f);
        return;
    }
    enum push_failure how =
        f->has_arrived ? PUSH_FAIL_LOST : (roll(m, 2) ? PUSH_FAIL_UNSENT : PUSH_FAIL_LOST);
    assert_true(offer_push_failed(&h->service, &h->system, &f->push, how, &why, &e));
    f->is_over = true;
}

static bool is_flying(const struct play *m, size_t listing, int64_t seq)
{
    for (size_t i = 0; i < m->count; i++)
        for (size_t k = 0; k < m->flights[i].count && !m->flights[i].is_over; k++)
            if (index_of(m->flights[i].offers[k].listing_id) == listing &&
                m->flights[i].offers[k].seq == seq)
                return true;
    return false;
}

static void assert_sound(const struct play *m)
{
    bool any_marked = false;
    for (size_t i = 0; i < MODELLED; i++) {
        struct listing l = find(h->listings[0][i]);
        enum listing_sync sync = listing_sync_of(&l);
        int64_t wanted = m->stock[i] > 0 ? m->stock[i] : 0;
        bool is_marked = l.wanted.seq > l.sent.seq;
        any_marked = any_marked || is_marked;
        assert_int_equal(l.wanted.quantity, wanted);
        assert_true(l.confirmed_seq <= l.wanted.seq);
        /* Green means seen. */
        if (sync == LISTING_IN_SYNC) assert_int_equal(m->shown[i], wanted);
        if (sync == LISTING_SENT) assert_true(is_flying(m, i, l.sent.seq));
        /* Whatever differs is on its way, or will be, or a person knows of it. */
        if (m->shown[i] != wanted)
            assert_true(is_marked || is_flying(m, i, l.wanted.seq) ||
                        (sync == LISTING_REFUSED && m->refused_seq[i] == l.wanted.seq));
    }
    if (any_marked) assert_true(job_at("push_offers") > 0);
}

static void play_out(struct play *m)
{
    struct offer *offers;
    for (size_t i = 0; i < m->count; i++)
        if (!m->flights[i].is_over && m->flights[i].has_arrived) play_results(&m->flights[i]);
    for (size_t i = 0; i < MODELLED; i++)
        if (sync_of(h->listings[0][i]) == LISTING_REFUSED) {
            struct err e = { 0 };
            assert_true(offer_resend(&h->service, &h->admin, h->listings[0][i], &e));
        }
    for (size_t i = 0; i < m->count; i++) {
        struct err e = { 0 }, why = { 0 };
        err_set(&why, ERR_UNAVAILABLE, "net.refused", "not reached");
        if (m->flights[i].is_over) continue;
        assert_true(offer_push_failed(&h->service, &h->system, &m->flights[i].push,
                                      PUSH_FAIL_UNSENT, &why, &e));
        m->flights[i].is_over = true;
    }
    if (marked(&offers)) {
        play_send(m, true, true);
        play_results(&m->flights[m->count - 1]);
    }
    for (size_t i = 0; i < MODELLED; i++) {
        assert_int_equal(sync_of(h->listings[0][i]), LISTING_IN_SYNC);
        assert_int_equal(m->shown[i], m->stock[i] > 0 ? m->stock[i] : 0);
    }
}

static void whatever_the_order_of_outcomes_in_sync_is_true(void **state)
{
    (void)state;
    static struct play m;
    m = (struct play){ .dice = 20260101 };
    for (size_t i = 0; i < MODELLED; i++) {
        recompute(h->variants[i]);
        m.stock[i] = HOUSE_STOCK;
        m.shown[i] = -1;
    }
    for (int step = 0; step < 600; step++) {
        h->clock.fixed += 10;
        switch (roll(&m, 6)) {
        case 0:
        case 1: {
            size_t i = (size_t)roll(&m, MODELLED);
            int64_t delta = roll(&m, 9) - 4;
            move(h->variants[i], delta ? delta : 1);
            m.stock[i] += delta ? delta : 1;
            break;
        }
        case 2:
        case 3:
            play_send(&m, roll(&m, 4) != 0, false);
            break;
        default:
            play_outcome(&m);
        }
        assert_sound(&m);
    }
    play_out(&m);
}

#define IN_HOUSE(test)                                                                             \
    (struct CMUnitTest)                                                                            \
    {                                                                                              \
#test, test, setup, teardown, NULL                                                         \
    }

int main(void)
{
    struct suite s = { 0 };
    const struct CMUnitTest tests[] = {
        IN_HOUSE(what_is_about_to_leave_is_sent_before_it_leaves),
        IN_HOUSE(a_batch_is_followed),
        IN_HOUSE(results_with_the_reply_end_an_open_push),
        IN_HOUSE(one_bad_item_does_not_block_its_batch),
        IN_HOUSE(an_accepted_item_closes_its_fault),
        IN_HOUSE(a_refusal_of_what_is_no_longer_sent_raises_no_fault),
        IN_HOUSE(a_late_outcome_does_not_land_on_values_that_never_left),
        IN_HOUSE(items_that_a_finished_batch_does_not_name_are_sent_again),
        IN_HOUSE(the_same_results_twice_change_nothing_twice),
        IN_HOUSE(results_are_written_only_while_the_lease_is_ours),
        IN_HOUSE(a_large_push_is_told_at_once),
        IN_HOUSE(whatever_the_order_of_outcomes_in_sync_is_true),
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) s.tests[s.count++] = tests[i];
    SUITE_ROWS(&s, a_push_that_failed, failures);
    return suite_run(&s, "pushes");
}
