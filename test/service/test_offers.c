/* What listings should show, who is told, and what a read-back makes of it. */
#include "db/db.h"
#include "repo/order_repo.h"
#include "repo/store_repo.h"
#include "repo/trace_repo.h"
#include "service/offer.h"
#include "service/order.h"
#include "service/stock.h"
#include "support/house.h"
#include "support/suite.h"

static struct house *h;

static int setup(void **state)
{
    (void)state;
    h = house_new();
    house_serve(h);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_free(h);
    return 0;
}

static void set(const char *text, int64_t value)
{
    struct err e = { 0 };
    struct sql_text sql = { .both = text };
    assert_true(db_run(h->db, &sql, &e, db_i64(value)));
}

static void recompute(const struct actor *by, int64_t variant)
{
    struct err e = { 0 };
    struct db_tx *tx = db_begin(h->db, &e);
    assert_true(offer_recompute(&h->service, h->arena, by, variant, &e));
    assert_true(db_commit(&tx, &e));
}

static struct listing find(int64_t id)
{
    struct listing l;
    struct err e = { 0 };
    assert_true(listing_repo_find(h->db, h->arena, &h->system, id, &l, &e));
    return l;
}

static int64_t jobs(const char *kind, int64_t store_id)
{
    struct err e = { 0 };
    struct job *all;
    size_t count;
    int64_t n = 0;
    struct job_filter f = { .store_id = store_id, .state = JOB_WAITING, .limit = 100 };
    assert_true(queue_list(h->queue, h->arena, h->company, &f, &all, &count, &e));
    for (size_t i = 0; i < count; i++) n += str_eq(all[i].kind, str_from(kind));
    return n;
}

static int64_t events(const char *kind)
{
    struct err e = { 0 };
    struct event *all;
    size_t count;
    int64_t n = 0;
    assert_true(event_repo_after(h->db, h->arena, 0, 1000, &all, &count, &e));
    for (size_t i = 0; i < count; i++) n += str_eq(all[i].kind, str_from(kind));
    return n;
}

static size_t faults(struct fault **out)
{
    struct err e = { 0 };
    struct page page = { .limit = 100 };
    struct page_end end;
    size_t count;
    assert_true(fault_repo_list(h->db, h->arena, &h->admin, true, &page, out, &count, &end, &e));
    return count;
}

/* --- wanted --- */

static void a_change_is_wanted_at_every_store_and_each_has_one_job(void **state)
{
    (void)state;
    recompute(&h->admin, h->variants[0]);
    recompute(&h->admin, h->variants[1]);
    for (int k = 0; k < HOUSE_STORES; k++) {
        struct listing l = find(h->listings[k][0]);
        assert_int_equal(l.wanted.seq, 1);
        assert_int_equal(l.wanted.quantity, HOUSE_STOCK);
        assert_int_equal(l.wanted.price.e4, 1999000);
        assert_int_equal(l.wanted.list_price.e4, 2499000);
        assert_string_equal(l.wanted.price.currency, "TRY");
        assert_int_equal(listing_sync_of(&l), LISTING_WAITING);
        assert_int_equal(jobs("push_offers", h->stores[k]), 1);
    }
    assert_int_equal(events("listing.changed"), 4);
    recompute(&h->admin, h->variants[0]); /* nothing differs: nothing happens */
    assert_int_equal(find(h->listings[0][0]).wanted.seq, 1);
    assert_int_equal(events("listing.changed"), 4);
}

static void stores_that_one_may_not_see_are_told_too(void **state)
{
    (void)state;
    recompute(&h->clerk, h->variants[0]); /* granted the first store only */
    assert_int_equal(find(h->listings[1][0]).wanted.seq, 1);
    assert_int_equal(jobs("push_offers", h->stores[1]), 1);
    recompute(&h->stranger, h->variants[1]); /* of another company */
    assert_int_equal(find(h->listings[0][1]).wanted.seq, 0);
}

static const struct wanted_case {
    const char *name;
    const char *change; /* ? is the variant's id */
    int64_t ceiling, quantity, price_e4, list_price_e4;
} wanted_cases[] = {
    { "all that is available", NULL, -1, 10, 1999000, 2499000 },
    { "less the safety stock", "UPDATE {p}mp_variant SET safety_stock = 3 WHERE id = ?", -1, 7,
      1999000, 2499000 },
    { "never below zero", "UPDATE {p}mp_variant SET safety_stock = 30 WHERE id = ?", -1, 0, 1999000,
      2499000 },
    { "no more than the ceiling", NULL, 4, 4, 1999000, 2499000 },
    { "a ceiling of zero is none", NULL, 0, 10, 1999000, 2499000 },
    { "an oversold variant shows none",
      "UPDATE {p}mp_stock SET available = -2 WHERE variant_id = ?", -1, 0, 1999000, 2499000 },
    { "a list price below the price is raised to it",
      "UPDATE {p}mp_variant SET list_price_e4 = 10000 WHERE id = ?", -1, 10, 1999000, 1999000 },
};

static void wanted_is(void **state)
{
    const struct wanted_case *c = *state;
    setup(NULL);
    if (c->change) set(c->change, h->variants[0]);
    set("UPDATE {p}marketplace SET quantity_ceiling = ?", c->ceiling);
    recompute(&h->system, h->variants[0]);
    struct listing l = find(h->listings[1][0]);
    assert_int_equal(l.wanted.seq, 1);
    assert_int_equal(l.wanted.quantity, c->quantity);
    assert_int_equal(l.wanted.price.e4, c->price_e4);
    assert_int_equal(l.wanted.list_price.e4, c->list_price_e4);
    teardown(NULL);
}

static void the_steps_are_explained(void **state)
{
    (void)state;
    struct err e = { 0 };
    str trace;
    assert_true(offer_explain(&h->service, h->arena, &h->clerk, h->listings[0][0], &trace, &e));
    assert_text(trace, "[]");
    set("UPDATE {p}mp_variant SET safety_stock = 3 WHERE id = ?", h->variants[0]);
    recompute(&h->system, h->variants[0]);
    assert_true(offer_explain(&h->service, h->arena, &h->clerk, h->listings[0][0], &trace, &e));
    assert_text(trace, "[{\"name\":\"available\",\"change\":10,\"result\":10},"
                       "{\"name\":\"safety_stock\",\"change\":-3,\"result\":7},"
                       "{\"name\":\"publishable\",\"change\":0,\"result\":7}]");
    assert_false(offer_explain(&h->service, h->arena, &h->clerk, h->listings[1][0], &trace, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void a_paused_store_is_not_told_but_marked(void **state)
{
    (void)state;
    set("UPDATE {p}marketplace SET state = 'paused' WHERE id = ?", h->stores[0]);
    recompute(&h->system, h->variants[0]);
    struct listing l = find(h->listings[0][0]);
    assert_int_equal(listing_sync_of(&l), LISTING_WAITING);
    assert_int_equal(jobs("push_offers", h->stores[0]), 0);
    assert_int_equal(jobs("push_offers", h->stores[1]), 1);
}

static void a_whole_store_is_recomputed_in_units(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t next = -1, after = 0;
    for (int i = 0; i < 250; i++) {
        struct variant v = { .sku = str_print(h->arena, "X-%d", i),
                             .price = money_of(10000, "TRY"),
                             .list_price = money_of(0, "TRY") };
        struct product p = { .title = STR("X"), .variant_count = 1 };
        struct db_tx *tx = db_begin(h->db, &e);
        struct listing l = { .store_id = h->stores[0] };
        assert_true(product_repo_save(h->db, h->arena, &h->admin, &p, &v, HOUSE_NOW, &e));
        l.variant_id = v.id;
        l.remote_sku = v.sku;
        assert_true(listing_repo_add(h->db, &h->admin, &l, HOUSE_NOW, &e));
        assert_true(db_commit(&tx, &e));
    }
    int units = 0;
    for (; next; after = next, units++)
        assert_true(offer_recompute_store(&h->service, &h->system, h->stores[0], after, &next, &e));
    assert_int_equal(units, 2);
    int64_t n;
    struct listing_filter f = { .store_id = h->stores[0], .sync = LISTING_WAITING };
    assert_true(listing_repo_count(h->db, h->arena, &h->admin, &f, 1000, &n, &e));
    assert_int_equal(n, 250 + HOUSE_VARIANTS);
    assert_int_equal(jobs("push_offers", h->stores[0]), 1);
    assert_int_equal(jobs("push_offers", h->stores[1]), 0);
    assert_int_equal(events("listing.changed"), 2); /* told as many at once */
}

/* --- by hand --- */

static const struct list_case {
    const char *name, *remote_sku, *code;
} list_cases[] = {
    { "an empty SKU", "", "listing.sku" },
    { "a SKU with a line break", "a\nb", "listing.sku" },
    { "a SKU with a blank at its end", "a ", "listing.sku" },
    { "a SKU that is listed there", "8690000000001", "listing.taken" },
    { "a variant that is listed there", "other", "listing.taken" },
};

static void a_listing_is_refused(void **state)
{
    const struct list_case *c = *state;
    setup(NULL);
    struct err e = { 0 };
    int64_t id = 77;
    assert_false(offer_list(&h->service, &h->admin, h->stores[0], h->variants[0],
                            str_from(c->remote_sku), &id, &e));
    assert_string_equal(e.code, c->code);
    assert_int_equal(id, 77);
    assert_false(db_in_tx(h->db));
    teardown(NULL);
}

static int64_t unlisted_variant(const char *sku, const char *barcode)
{
    struct err e = { 0 };
    struct variant v = { .sku = str_from(sku),
                         .barcode = str_from(barcode),
                         .price = money_of(500000, "TRY"),
                         .list_price = money_of(0, "TRY") };
    struct product p = { .title = STR("Yeni"), .variant_count = 1 };
    struct db_tx *tx = db_begin(h->db, &e);
    assert_true(product_repo_save(h->db, h->arena, &h->admin, &p, &v, HOUSE_NOW, &e));
    assert_true(stock_repo_create(h->db, &h->admin, v.id, HOUSE_NOW, &e));
    assert_true(db_commit(&tx, &e));
    return v.id;
}

static int64_t order_of(const char *number, const char *remote_sku)
{
    struct err e = { 0 };
    struct order_line line = { .remote_line_id = STR("1"),
                               .remote_sku = str_from(remote_sku),
                               .title = STR("Yeni"),
                               .quantity = 2,
                               .unit_price = money_of(500000, "TRY"),
                               .unit_discount = money_of(0, "TRY"),
                               .status = ORDER_NEW,
                               .remote_status = STR("Created") };
    struct order o = { .remote_number = str_from(number),
                       .remote_package_id = str_from(number),
                       .status = ORDER_NEW,
                       .remote_status = STR("Created"),
                       .ordered_at = HOUSE_NOW,
                       .modified_at = HOUSE_NOW,
                       .total = money_of(1000000, "TRY"),
                       .buyer_name = STR("A B"),
                       .buyer_json = STR("{}"),
                       .lines = &line,
                       .line_count = 1 };
    struct stored_order stored;
    assert_true(order_accept(&h->service, &h->system, h->stores[0], 0, &o, 1, &e));
    assert_true(order_repo_find_remote(h->db, h->arena, &h->system, h->stores[0], o.remote_number,
                                       &stored, &e));
    assert_true(stored.is_unmapped);
    return stored.id;
}

/* What the job does that the mapping left. */
static void settle(int64_t store, str remote_sku)
{
    struct err e = { 0 }, unsettled = { 0 };
    int64_t next = 0;
    assert_int_equal(jobs("settle_orders", store), 1);
    assert_true(offer_settle(&h->service, &h->system, store, remote_sku, 0, &next, &unsettled, &e));
    assert_int_equal(next, 0);
    assert_int_equal(unsettled.kind, ERR_NONE);
}

static void a_mapping_settles_the_orders_that_waited_for_it(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct stored_order o;
    int64_t listing, variant = unlisted_variant("Y-1", "999");
    int64_t order = order_of("77", "remote-9");
    set("UPDATE {p}mp_stock SET available = 5 WHERE variant_id = ?", variant);
    assert_true(
        offer_list(&h->service, &h->clerk, h->stores[0], variant, STR("remote-9"), &listing, &e));
    settle(h->stores[0], STR("remote-9"));
    struct listing l = find(listing);
    assert_int_equal(l.wanted.price.e4, 500000);
    assert_int_equal(l.wanted.list_price.e4, 500000);
    assert_int_equal(house_available(h, variant), 3);
    assert_int_equal(l.wanted.quantity, 3); /* as the order left it */
    assert_true(order_repo_find(h->db, h->arena, &h->system, order, &o, &e));
    assert_false(o.is_unmapped);
    assert_int_equal(jobs("push_offers", h->stores[0]), 1);
    static const struct sql_text audited = {
        .both = "SELECT COUNT(*) FROM {p}mp_audit WHERE action = 'listing.add' AND user_id = ?",
    };
    assert_int_equal(house_number(h, &audited, h->clerk.user_id), 1);
}

static void others_list_and_resend_nothing(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t id, next, variant = unlisted_variant("Y-1", "999");
    const struct actor *others[] = { &h->stranger, &h->clerk };
    recompute(&h->system, h->variants[0]);
    for (int i = 0; i < 2; i++) {
        assert_false(offer_list(&h->service, others[i], h->stores[1], variant, STR("r"), &id, &e));
        assert_string_equal(e.code, "store.not_found");
        assert_false(offer_resend(&h->service, others[i], h->listings[1][0], &e));
        assert_string_equal(e.code, "listing.not_found");
        assert_true(offer_recompute_store(&h->service, others[i], h->stores[1], 0, &next, &e));
    }
    assert_int_equal(find(h->listings[1][0]).wanted.seq, 1);
    assert_int_equal(find(h->listings[1][1]).wanted.seq, 0);
}

static void resending_wants_the_same_value_anew(void **state)
{
    (void)state;
    struct err e = { 0 };
    recompute(&h->system, h->variants[0]);
    assert_true(offer_resend(&h->service, &h->clerk, h->listings[0][0], &e));
    struct listing l = find(h->listings[0][0]);
    assert_int_equal(l.wanted.seq, 2);
    assert_int_equal(l.wanted.quantity, HOUSE_STOCK);
}

/* --- read-backs --- */

/* Sent and accepted at HOUSE_NOW. */
static void confirm(int k, int i)
{
    struct err e = { 0 };
    recompute(&h->system, h->variants[i]);
    struct listing l = find(h->listings[k][i]);
    struct offer o = { .listing_id = l.id,
                       .seq = l.wanted.seq,
                       .quantity = l.wanted.quantity,
                       .price = l.wanted.price,
                       .list_price = l.wanted.list_price };
    struct db_tx *tx = db_begin(h->db, &e);
    assert_true(listing_repo_sent(h->db, &h->system, &o, HOUSE_NOW, &e));
    assert_true(listing_repo_outcome(h->db, &h->system, l.id, o.seq, LISTING_ACCEPTED, STR(""),
                                     STR(""), HOUSE_NOW, NULL, &e));
    assert_true(db_commit(&tx, &e));
}

static struct offer_seen seen_of(str remote_sku, int64_t quantity)
{
    return (struct offer_seen){ .remote_sku = remote_sku,
                                .remote_id = STR("id-1"),
                                .title = STR("Şal"),
                                .state = { .quantity = quantity,
                                           .price = money_of(1999000, "TRY"),
                                           .list_price = money_of(2499000, "TRY"),
                                           .at = HOUSE_NOW + 60000 } };
}

static struct offer_sweep_counts sweep(const struct offer_seen *items, size_t count,
                                       utc_ms asked_at, bool match)
{
    struct err e = { 0 };
    struct offer_sweep_counts counts = { 0 };
    assert_true(offer_seen_page(&h->service, &h->system, h->stores[0], items, count, asked_at,
                                30000, match, &counts, &e));
    return counts;
}

static void what_is_seen_as_confirmed_is_no_drift(void **state)
{
    (void)state;
    struct fault *open;
    confirm(0, 0);
    struct offer_seen item = seen_of(house_remote(h, 0), HOUSE_STOCK);
    struct offer_sweep_counts c = sweep(&item, 1, HOUSE_NOW + 30000, true);
    assert_int_equal(c.seen, 1);
    assert_int_equal(c.drifted, 0);
    struct listing l = find(h->listings[0][0]);
    assert_int_equal(l.seen.quantity, HOUSE_STOCK);
    assert_int_equal(l.seen.at, HOUSE_NOW + 60000);
    assert_text(l.remote_id, "id-1");
    assert_int_equal(listing_sync_of(&l), LISTING_IN_SYNC);
    assert_int_equal(faults(&open), 0);
}

static void a_drift_is_shown_and_repaired(void **state)
{
    (void)state;
    struct fault *open;
    confirm(0, 0);
    struct offer_seen item = seen_of(house_remote(h, 0), 99);
    assert_int_equal(sweep(&item, 1, HOUSE_NOW + 30000, true).drifted, 1);
    struct listing l = find(h->listings[0][0]);
    assert_int_equal(listing_sync_of(&l), LISTING_DRIFTED);
    assert_int_equal(l.drift_since, HOUSE_NOW + 30000);
    assert_int_equal(l.wanted.seq, 2); /* the same value once more */
    assert_int_equal(l.wanted.quantity, HOUSE_STOCK);
    assert_int_equal(faults(&open), 1);
    assert_text(open[0].kind, "listing.drifted");
    assert_true(str_has(open[0].args, STR("\"sent_quantity\":\"10\""))); /* texts, as described */
    assert_true(str_has(open[0].message, STR("99 pieces")));
    assert_int_equal(jobs("push_offers", h->stores[0]), 1);

    /* Before the repair is confirmed, a read-back proves nothing. */
    item.state.quantity = HOUSE_STOCK;
    sweep(&item, 1, HOUSE_NOW + 40000, true);
    l = find(h->listings[0][0]);
    assert_int_equal(l.drift_since, 0); /* still confirmed as sent, and now seen so */
    assert_int_equal(faults(&open), 0);
}

static void a_read_back_counts_only_after_the_settling_time(void **state)
{
    (void)state;
    struct fault *open;
    confirm(0, 0);
    struct offer_seen item = seen_of(house_remote(h, 0), 99);
    assert_int_equal(sweep(&item, 1, HOUSE_NOW + 29999, true).drifted, 0);
    struct listing l = find(h->listings[0][0]);
    assert_int_equal(l.seen.quantity, 99);
    assert_int_equal(listing_sync_of(&l), LISTING_IN_SYNC);
    assert_int_equal(l.wanted.seq, 1);
    assert_int_equal(faults(&open), 0);
}

static void an_item_that_one_variant_fits_is_matched(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t variant = unlisted_variant("Y-1", "999");
    struct listing l;
    struct stored_order o;
    int64_t order = order_of("78", "999");
    set("UPDATE {p}mp_stock SET available = 5 WHERE variant_id = ?", variant);
    struct offer_seen items[] = { seen_of(STR("999"), 3), seen_of(STR("nobody's"), 1) };
    struct offer_sweep_counts c = sweep(items, 2, HOUSE_NOW, true);
    assert_int_equal(c.matched, 1);
    assert_int_equal(c.unknown, 1);
    settle(h->stores[0], STR("999"));
    assert_true(
        listing_repo_find_remote(h->db, h->arena, &h->clerk, h->stores[0], STR("999"), &l, &e));
    assert_int_equal(l.variant_id, variant);
    assert_text(l.remote_id, "id-1");
    assert_int_equal(l.seen.quantity, 3);
    assert_int_equal(l.wanted.quantity, 3); /* five, and two went to the order that waited */
    assert_true(order_repo_find(h->db, h->arena, &h->system, order, &o, &e));
    assert_false(o.is_unmapped);
}

static void nothing_is_matched_unless_asked(void **state)
{
    (void)state;
    unlisted_variant("Y-1", "999");
    struct offer_seen item = seen_of(STR("999"), 3);
    struct offer_sweep_counts c = sweep(&item, 1, HOUSE_NOW, false);
    assert_int_equal(c.matched, 0);
    assert_int_equal(c.unknown, 1);
}

static void what_two_variants_fit_is_shown_and_left_alone(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct fault *open;
    struct listing l;
    int64_t listing, first = unlisted_variant("Y-1", "999");
    unlisted_variant("999", "");
    struct offer_seen item = seen_of(STR("999"), 3);
    assert_int_equal(sweep(&item, 1, HOUSE_NOW, true).ambiguous, 1);
    assert_false(
        listing_repo_find_remote(h->db, h->arena, &h->system, h->stores[0], STR("999"), &l, &e));
    assert_int_equal(faults(&open), 1);
    assert_text(open[0].kind, "listing.ambiguous");
    assert_true(str_has(open[0].args, STR("Y-1, 999")));
    assert_int_equal(sweep(&item, 1, HOUSE_NOW, true).ambiguous, 1);
    assert_int_equal(faults(&open), 1);
    assert_true(offer_list(&h->service, &h->admin, h->stores[0], first, STR("999"), &listing, &e));
    assert_int_equal(faults(&open), 0); /* mapped by hand */
}

static void a_second_item_of_a_listed_variant_is_ambiguous(void **state)
{
    (void)state;
    struct fault *open;
    struct offer_seen item = seen_of(house_sku(h, 0), 3); /* listed there by its barcode */
    assert_int_equal(sweep(&item, 1, HOUSE_NOW, true).ambiguous, 1);
    assert_int_equal(faults(&open), 1);
}

static void an_item_told_twice_on_a_page_is_matched_once(void **state)
{
    (void)state;
    struct fault *open;
    unlisted_variant("Y-1", "999");
    struct offer_seen items[] = { seen_of(STR("999"), 3), seen_of(STR("999"), 3) };
    struct offer_sweep_counts c = sweep(items, 2, HOUSE_NOW, true);
    assert_int_equal(c.matched, 1);
    assert_int_equal(c.ambiguous, 0);
    assert_int_equal(faults(&open), 0);
}

static void a_page_longer_than_a_unit_is_swept_whole(void **state)
{
    (void)state;
    struct offer_seen items[450];
    for (int i = 0; i < 450; i++) items[i] = seen_of(str_print(h->arena, "none-%d", i), 1);
    items[449] = seen_of(house_remote(h, 3), 7);
    struct offer_sweep_counts c = sweep(items, 450, HOUSE_NOW, true);
    assert_int_equal(c.unknown, 449);
    assert_int_equal(c.seen, 1);
    assert_int_equal(find(h->listings[0][3]).seen.quantity, 7);
    assert_int_equal(find(h->listings[1][3]).seen.at, 0);
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
        IN_HOUSE(a_change_is_wanted_at_every_store_and_each_has_one_job),
        IN_HOUSE(stores_that_one_may_not_see_are_told_too),
        IN_HOUSE(the_steps_are_explained),
        IN_HOUSE(a_paused_store_is_not_told_but_marked),
        IN_HOUSE(a_whole_store_is_recomputed_in_units),
        IN_HOUSE(a_mapping_settles_the_orders_that_waited_for_it),
        IN_HOUSE(others_list_and_resend_nothing),
        IN_HOUSE(resending_wants_the_same_value_anew),
        IN_HOUSE(what_is_seen_as_confirmed_is_no_drift),
        IN_HOUSE(a_drift_is_shown_and_repaired),
        IN_HOUSE(a_read_back_counts_only_after_the_settling_time),
        IN_HOUSE(an_item_that_one_variant_fits_is_matched),
        IN_HOUSE(nothing_is_matched_unless_asked),
        IN_HOUSE(what_two_variants_fit_is_shown_and_left_alone),
        IN_HOUSE(an_item_told_twice_on_a_page_is_matched_once),
        IN_HOUSE(a_second_item_of_a_listed_variant_is_ambiguous),
        IN_HOUSE(a_page_longer_than_a_unit_is_swept_whole),
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) s.tests[s.count++] = tests[i];
    SUITE_ROWS(&s, wanted_is, wanted_cases);
    SUITE_ROWS(&s, a_listing_is_refused, list_cases);
    return suite_run(&s, "offers");
}
