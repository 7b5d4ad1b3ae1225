/* Listings and pushes: wanted, sent and seen as rows, lists by page, and who sees what. */
#include "db/db.h"
#include "repo/listing_repo.h"
#include "support/house.h"
#include "support/suite.h"

static struct house *h;

static int setup(void **state)
{
    (void)state;
    h = house_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_free(h);
    return 0;
}

static struct listing find(int64_t id)
{
    struct listing l;
    struct err e = { 0 };
    assert_true(listing_repo_find(h->db, h->arena, &h->system, id, &l, &e));
    return l;
}

static struct listing_state state_of(int64_t quantity, int64_t price_e4)
{
    return (struct listing_state){ .quantity = quantity,
                                   .price = money_of(price_e4, "TRY"),
                                   .list_price = money_of(price_e4 + 10000, "TRY"),
                                   .at = HOUSE_NOW };
}

static bool want(int64_t id, int64_t quantity, bool force)
{
    struct err e = { 0 };
    bool changed = false;
    struct listing_state wanted = state_of(quantity, 1990000);
    assert_true(listing_repo_want(h->db, &h->system, id, &wanted, STR("[]"), force, &changed, &e));
    return changed;
}

static void send(int64_t id, int64_t seq, int64_t quantity)
{
    struct err e = { 0 };
    struct offer o = { .listing_id = id,
                       .seq = seq,
                       .quantity = quantity,
                       .price = money_of(1990000, "TRY"),
                       .list_price = money_of(2000000, "TRY") };
    assert_true(listing_repo_sent(h->db, &h->system, &o, HOUSE_NOW + seq, &e));
}

static bool outcome(int64_t id, int64_t seq, enum listing_outcome o)
{
    struct err e = { 0 };
    bool has_landed = false;
    assert_true(listing_repo_outcome(h->db, &h->system, id, seq, o, STR("4711"), STR("no stock"),
                                     HOUSE_NOW + 99, &has_landed, &e));
    return has_landed;
}

/* --- one listing --- */

static void wanted_counts_only_what_differs(void **state)
{
    (void)state;
    int64_t id = h->listings[0][0];
    assert_true(want(id, 0, false)); /* never wanted before, though the quantity is the same */
    assert_false(want(id, 0, false));
    assert_true(want(id, 5, false));
    assert_true(want(id, 5, true));
    struct listing l = find(id);
    assert_int_equal(l.wanted.seq, 3);
    assert_int_equal(l.wanted.quantity, 5);
    assert_int_equal(l.wanted.price.e4, 1990000);
    assert_int_equal(l.wanted.list_price.e4, 2000000);
    assert_string_equal(l.wanted.price.currency, "TRY");
    assert_int_equal(l.wanted.at, HOUSE_NOW);
    assert_text(l.sku, "BDS-0001");
    assert_text(l.store_name, "Ada Trendyol");
    assert_text(l.marketplace, "trendyol");
}

static void the_trace_is_kept_also_when_the_result_is_the_same(void **state)
{
    (void)state;
    struct err e = { 0 };
    bool changed = true;
    str trace;
    struct listing_state wanted = state_of(5, 1990000);
    int64_t id = h->listings[0][0];
    want(id, 5, false);
    assert_true(
        listing_repo_want(h->db, &h->system, id, &wanted, STR("[{}]"), false, &changed, &e));
    assert_false(changed);
    assert_true(listing_repo_trace(h->db, h->arena, &h->clerk, id, &trace, &e));
    assert_text(trace, "[{}]");
}

static void an_outcome_lands_only_on_the_seq_it_carried(void **state)
{
    (void)state;
    int64_t id = h->listings[0][0];
    want(id, 5, false);
    want(id, 6, false);
    send(id, 1, 5);
    send(id, 2, 6);
    send(id, 1, 5); /* older: changes nothing */
    assert_int_equal(find(id).sent.quantity, 6);
    assert_false(outcome(id, 1, LISTING_WAS_REFUSED));
    assert_int_equal(find(id).outcome, LISTING_NO_OUTCOME);
    assert_true(outcome(id, 2, LISTING_ACCEPTED));
    struct listing l = find(id);
    assert_int_equal(l.confirmed_seq, 2);
    assert_int_equal(l.confirmed_at, HOUSE_NOW + 99);
    assert_int_equal(listing_sync_of(&l), LISTING_IN_SYNC);
}

static void a_refusal_keeps_the_marketplaces_reason(void **state)
{
    (void)state;
    int64_t id = h->listings[0][0];
    want(id, 5, false);
    send(id, 1, 5);
    assert_true(outcome(id, 1, LISTING_WAS_REFUSED));
    struct listing l = find(id);
    assert_int_equal(listing_sync_of(&l), LISTING_REFUSED);
    assert_text(l.outcome_code, "4711");
    assert_text(l.outcome_message, "no stock");
    send(id, 1, 5); /* sent again: nothing is known of it */
    l = find(id);
    assert_int_equal(listing_sync_of(&l), LISTING_SENT);
    assert_int_equal(l.outcome_code.len, 0);
}

static void what_was_lost_or_never_left_is_marked_again(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct offer *marked;
    size_t count;
    int64_t id = h->listings[0][0];
    want(id, 5, false);
    send(id, 1, 5);
    assert_true(
        listing_repo_marked(h->db, h->arena, &h->system, h->stores[0], 10, &marked, &count, &e));
    assert_int_equal(count, 0);
    assert_true(outcome(id, 1, LISTING_LOST));
    struct listing l = find(id);
    assert_int_equal(listing_sync_of(&l), LISTING_UNKNOWN);
    assert_false(outcome(id, 1, LISTING_ACCEPTED)); /* its reply comes after all: too late */
    send(id, 1, 5);
    assert_true(outcome(id, 1, LISTING_NO_OUTCOME));
    l = find(id);
    assert_int_equal(listing_sync_of(&l), LISTING_WAITING);
    assert_true(
        listing_repo_marked(h->db, h->arena, &h->system, h->stores[0], 10, &marked, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(marked[0].listing_id, id);
    assert_int_equal(marked[0].seq, 1);
    assert_int_equal(marked[0].quantity, 5);
    assert_string_equal(marked[0].price.currency, "TRY");
    assert_text(marked[0].remote_sku, "8690000000001");
}

static void marked_come_oldest_first_and_no_more_than_asked(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct offer *marked;
    size_t count;
    for (int i = 0; i < 3; i++) {
        bool changed;
        struct listing_state wanted = state_of(i, 10000);
        wanted.at = HOUSE_NOW - i;
        assert_true(listing_repo_want(h->db, &h->system, h->listings[0][i], &wanted, STR("[]"),
                                      false, &changed, &e));
    }
    want(h->listings[1][0], 9, false); /* another store's */
    assert_true(
        listing_repo_marked(h->db, h->arena, &h->system, h->stores[0], 2, &marked, &count, &e));
    assert_int_equal(count, 2);
    assert_int_equal(marked[0].listing_id, h->listings[0][2]);
    assert_int_equal(marked[1].listing_id, h->listings[0][1]);
}

static void fillers_are_in_sync(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct offer *fillers;
    size_t count;
    for (int i = 0; i < 4; i++) {
        want(h->listings[0][i], 5, false);
        send(h->listings[0][i], 1, 5);
        if (i < 3) outcome(h->listings[0][i], 1, LISTING_ACCEPTED);
    }
    want(h->listings[0][2], 6, false);
    assert_true(listing_repo_fillers(h->db, h->arena, &h->system, h->stores[0], h->listings[0][0],
                                     10, &fillers, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(fillers[0].listing_id, h->listings[0][1]);
}

static void a_listing_is_single_by_sku_and_by_variant(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct listing l = { .store_id = h->stores[0],
                         .variant_id = h->variants[0],
                         .remote_sku = STR("other") };
    assert_false(listing_repo_add(h->db, &h->admin, &l, HOUSE_NOW, &e));
    assert_string_equal(e.code, "listing.taken");
    l.variant_id = 999;
    assert_false(listing_repo_add(h->db, &h->admin, &l, HOUSE_NOW, &e));
    assert_string_equal(e.code, "variant.not_found");
    l.variant_id = h->other_variant;
    assert_false(listing_repo_add(h->db, &h->admin, &l, HOUSE_NOW, &e));
    assert_string_equal(e.code, "variant.not_found");
    l.store_id = h->other_store;
    assert_false(listing_repo_add(h->db, &h->admin, &l, HOUSE_NOW, &e));
    assert_string_equal(e.code, "store.not_found");
}

/* --- sync in SQL and in C --- */

static void set(const char *outcome_name, int drift, int wanted, int sent, int confirmed)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_product_map SET outcome = ?, drift_since = ?, wanted_seq = ?,"
                " sent_seq = ?, confirmed_seq = ? WHERE id = ?",
    };
    struct err e = { 0 };
    assert_true(db_run(h->db, &sql, &e, db_cstr(outcome_name), db_i64(drift), db_i64(wanted),
                       db_i64(sent), db_i64(confirmed), db_i64(h->listings[0][0])));
}

static void assert_filter_agrees(struct arena *a)
{
    struct err e = { 0 };
    struct listing l, *listed;
    assert_true(listing_repo_find(h->db, a, &h->system, h->listings[0][0], &l, &e));
    struct page_end end;
    struct page page = { .limit = 50 };
    size_t count;
    int64_t n;
    struct listing_filter f = { .store_id = h->stores[0], .sync = (int)listing_sync_of(&l) };
    assert_true(listing_repo_list(h->db, a, &h->system, &f, &page, &listed, &count, &end, &e));
    bool is_there = false;
    for (size_t i = 0; i < count; i++) {
        is_there = is_there || listed[i].id == l.id;
        assert_int_equal(listing_sync_of(&listed[i]), f.sync);
    }
    assert_true(is_there);
    assert_true(listing_repo_count(h->db, a, &h->system, &f, 1000, &n, &e));
    assert_int_equal(n, count);
}

static void sync_is_the_same_in_sql_and_in_c(void **state)
{
    (void)state;
    static const char *const outcomes[] = { NULL, "accepted", "refused", "lost" };
    struct arena *a = arena_new();
    struct err e = { 0 };
    for (int o = 0; o < 4; o++)
        for (int drift = 0; drift < 2; drift++) {
            struct db_tx *tx = db_begin(h->db, &e); /* nothing here needs a disk */
            for (int seqs = 0; seqs < 64; seqs++) {
                set(outcomes[o], drift * 5, seqs & 3, seqs >> 2 & 3, seqs >> 4);
                assert_filter_agrees(a);
                arena_reset(a);
            }
            db_rollback(tx);
        }
    arena_free(a);
}

/* --- lists --- */

static size_t walk(const struct actor *by, const struct listing_filter *f, size_t limit,
                   int64_t *ids)
{
    struct err e = { 0 };
    struct page page = { .limit = limit };
    struct page_end end;
    size_t total = 0;
    do {
        struct listing *listed;
        size_t count;
        assert_true(listing_repo_list(h->db, h->arena, by, f, &page, &listed, &count, &end, &e));
        assert_true(count <= limit);
        for (size_t i = 0; i < count; i++) ids[total++] = listed[i].id;
        page.cursor = end.next;
    } while (end.next.len);
    int64_t n;
    assert_true(listing_repo_count(h->db, h->arena, by, f, 1000, &n, &e));
    assert_int_equal(n, total);
    return total;
}

static const struct list_case {
    const char *name;
    bool of_clerk;
    int store;   /* index, or -1 */
    int variant; /* index, or -1 */
    int sync;
    const char *search;
    size_t count;
} lists[] = {
    { "all of the company", false, -1, -1, -1, "", 2 * HOUSE_VARIANTS },
    { "all that a clerk may see", true, -1, -1, -1, "", HOUSE_VARIANTS },
    { "of one store", false, 1, -1, -1, "", HOUSE_VARIANTS },
    { "of a store that the clerk may not see", true, 1, -1, -1, "", 0 },
    { "of one variant", false, -1, 2, -1, "", 2 },
    { "of one variant at one store", false, 1, 2, -1, "", 1 },
    { "of one variant, for a clerk", true, -1, 2, -1, "", 1 },
    { "waiting", false, -1, -1, LISTING_WAITING, "", 3 },
    { "waiting at one store", false, 0, -1, LISTING_WAITING, "", 2 },
    { "waiting of one variant", false, -1, 0, LISTING_WAITING, "", 2 },
    { "in sync: none", false, -1, -1, LISTING_IN_SYNC, "", 0 },
    { "by SKU: that variant only", false, -1, -1, -1, "BDS-0003", 2 },
    { "by barcode at one store", false, 0, -1, -1, " 8690000000003 ", 1 },
    { "by words of the title, folded", false, 0, -1, -1, "ŞAL kirmizi", HOUSE_VARIANTS },
    { "by words that are not there", false, -1, -1, -1, "mavi", 0 },
    { "a percent sign is a letter", false, -1, -1, -1, "%", 0 },
    { "words and sync", false, -1, -1, LISTING_WAITING, "kirmizi", 3 },
};

static void lists_and_counts_agree(void **state)
{
    const struct list_case *c = *state;
    setup(NULL);
    want(h->listings[0][0], 5, false);
    want(h->listings[0][1], 5, false);
    want(h->listings[1][0], 5, false);
    struct listing_filter f = { .store_id = c->store < 0 ? 0 : h->stores[c->store],
                                .variant_id = c->variant < 0 ? 0 : h->variants[c->variant],
                                .sync = c->sync,
                                .search = str_from(c->search) };
    int64_t ids[64];
    for (size_t limit = 1; limit < 20; limit += 6) {
        assert_int_equal(walk(c->of_clerk ? &h->clerk : &h->admin, &f, limit, ids), c->count);
        for (size_t i = 1; i < c->count; i++) assert_true(ids[i] < ids[i - 1]);
    }
    assert_int_equal(walk(&h->stranger, &f, 10, ids) > 1, false); /* his own one at most */
    teardown(NULL);
}

static void a_page_has_bounds_and_its_own_cursors(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct listing *listed;
    size_t count;
    struct page_end end;
    struct listing_filter f = { .sync = -1 };
    const struct page bad[] = { { .limit = 0 },
                                { .limit = 501 },
                                { .cursor = STR("%%%"), .limit = 5 },
                                { .cursor = STR("b3JkZXJzfDF8MHw"),
                                  .limit = 5 } /* orders|1|0| */ };
    const char *codes[] = { "page.limit", "page.limit", "page.cursor", "page.cursor" };
    for (size_t i = 0; i < 4; i++) {
        assert_false(
            listing_repo_list(h->db, h->arena, &h->admin, &f, &bad[i], &listed, &count, &end, &e));
        assert_int_equal(e.kind, ERR_INVALID);
        assert_string_equal(e.code, codes[i]);
    }
}

static void counting_stops_where_it_is_told(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t n;
    struct listing_filter f = { .sync = -1 };
    assert_true(listing_repo_count(h->db, h->arena, &h->admin, &f, 5, &n, &e));
    assert_int_equal(n, 5);
}

/* --- pushes --- */

static struct push add_push(const char *digest, size_t items, utc_ms at)
{
    struct err e = { 0 };
    struct push p = { .store_id = h->stores[0],
                      .body_digest = str_from(digest),
                      .item_count = items,
                      .created_at = at };
    struct offer offers[HOUSE_VARIANTS];
    for (size_t i = 0; i < items; i++)
        offers[i] = (struct offer){ .listing_id = h->listings[0][i],
                                    .seq = (int64_t)i + 1,
                                    .quantity = 7,
                                    .price = money_of(10000, "TRY"),
                                    .list_price = money_of(20000, "TRY") };
    assert_true(push_repo_add(h->db, &h->system, &p, offers, &e));
    return p;
}

static size_t open_items(int64_t push_id, struct offer **items)
{
    struct err e = { 0 };
    size_t count;
    assert_true(push_repo_items(h->db, h->arena, &h->system, push_id, items, &count, &e));
    return count;
}

static void a_push_knows_its_open_items(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct push p = add_push("d1", 3, HOUSE_NOW), *open;
    struct offer *items;
    size_t count;
    assert_int_equal(open_items(p.id, &items), 3);
    assert_int_equal(items[2].seq, 3);
    assert_int_equal(items[2].quantity, 7);
    assert_text(items[2].remote_sku, "8690000000003");
    assert_true(push_repo_item_outcome(h->db, &h->system, p.id, h->listings[0][1], "accepted", &e));
    assert_int_equal(open_items(p.id, &items), 2);
    p.state = PUSH_SENT;
    p.batch_id = STR("b-1");
    p.polls = 4;
    p.next_poll_at = HOUSE_NOW + 5;
    p.expires_at = HOUSE_NOW + 6;
    p.refused_count = 1;
    assert_true(push_repo_save(h->db, &h->system, &p, &e));
    assert_true(
        push_repo_open(h->db, h->arena, &h->system, h->stores[0], PUSH_SENT, &open, &count, &e));
    assert_int_equal(count, 1);
    assert_text(open[0].batch_id, "b-1");
    assert_text(open[0].body_digest, "d1");
    assert_int_equal(open[0].polls, 4);
    assert_int_equal(open[0].item_count, 3);
    assert_int_equal(open[0].refused_count, 1);
    assert_int_equal(open[0].next_poll_at, HOUSE_NOW + 5);
    assert_int_equal(open[0].expires_at, HOUSE_NOW + 6);
    assert_true(
        push_repo_open(h->db, h->arena, &h->system, h->stores[0], PUSH_OPEN, &open, &count, &e));
    assert_int_equal(count, 0);
}

static bool was_sent(int64_t store_id, const char *digest, utc_ms since)
{
    struct err e = { 0 };
    bool was = false;
    assert_true(push_repo_was_sent(h->db, &h->system, store_id, str_from(digest), since, &was, &e));
    return was;
}

static void an_equal_body_is_known_by_store_and_time(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct push p = add_push("d1", 1, HOUSE_NOW);
    assert_true(was_sent(h->stores[0], "d1", HOUSE_NOW));
    assert_false(was_sent(h->stores[0], "d1", HOUSE_NOW + 1));
    assert_false(was_sent(h->stores[0], "d2", HOUSE_NOW));
    assert_false(was_sent(h->stores[1], "d1", HOUSE_NOW));
    assert_true(push_repo_drop(h->db, &h->system, p.id, &e));
    assert_false(was_sent(h->stores[0], "d1", HOUSE_NOW));
}

static void only_ended_pushes_are_forgotten(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct push old = add_push("d1", 2, HOUSE_NOW), open = add_push("d2", 2, HOUSE_NOW);
    struct offer *items;
    int64_t count;
    old.state = PUSH_DONE;
    old.ended_at = HOUSE_NOW + 1;
    assert_true(push_repo_save(h->db, &h->system, &old, &e));
    assert_true(push_repo_forget(h->db, HOUSE_NOW + 1, 10, &count, &e));
    assert_int_equal(count, 0);
    assert_true(push_repo_forget(h->db, HOUSE_NOW + 2, 10, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(open_items(old.id, &items), 0);
    assert_int_equal(open_items(open.id, &items), 2);
}

/* --- who sees and changes what --- */

static void others_see_and_change_nothing(void **state)
{
    (void)state;
    const struct actor *others[] = { &h->stranger, &h->clerk };
    int64_t id = h->listings[1][0]; /* of the store that the clerk has no grant for */
    want(id, 5, false);
    struct push p = add_push("d1", 1, HOUSE_NOW);
    p.store_id = h->stores[1];
    static const struct sql_text move = {
        .both = "UPDATE {p}mp_push SET store_id = ? WHERE id > 0",
    };
    house_run(h, &move, h->stores[1]);
    static const struct sql_text move_item = {
        .both = "UPDATE {p}mp_push_item SET listing_id = ? WHERE push_id > 0",
    };
    house_run(h, &move_item, id);
    for (size_t i = 0; i < 2; i++) {
        const struct actor *by = others[i];
        struct err e = { 0 };
        struct listing l, *listings;
        struct listing_basis *bases;
        struct offer *offers;
        struct push *pushes;
        size_t count = 9;
        bool changed = true, has_landed = true, was = true;
        str trace;
        assert_false(listing_repo_find(h->db, h->arena, by, id, &l, &e));
        assert_int_equal(e.kind, ERR_NOT_FOUND);
        assert_false(listing_repo_find_remote(h->db, h->arena, by, h->stores[1], house_remote(h, 0),
                                              &l, &e));
        assert_false(listing_repo_trace(h->db, h->arena, by, id, &trace, &e));
        assert_true(
            listing_repo_of_variant(h->db, h->arena, by, h->variants[0], &listings, &count, &e));
        for (size_t k = 0; k < count; k++) assert_int_not_equal(listings[k].id, id);
        assert_true(
            listing_repo_basis(h->db, h->arena, by, 0, h->stores[1], 0, 10, &bases, &count, &e));
        assert_int_equal(count, 0);
        assert_true(
            listing_repo_marked(h->db, h->arena, by, h->stores[1], 10, &offers, &count, &e));
        assert_int_equal(count, 0);
        assert_true(
            listing_repo_fillers(h->db, h->arena, by, h->stores[1], 0, 10, &offers, &count, &e));
        assert_int_equal(count, 0);
        assert_true(push_repo_items(h->db, h->arena, by, p.id, &offers, &count, &e));
        assert_int_equal(count, 0);
        assert_true(
            push_repo_open(h->db, h->arena, by, h->stores[1], PUSH_OPEN, &pushes, &count, &e));
        assert_int_equal(count, 0);
        assert_true(push_repo_was_sent(h->db, by, h->stores[1], STR("d1"), 0, &was, &e));
        assert_false(was);

        struct listing_state other = state_of(77, 10000);
        struct offer o = { .listing_id = id, .seq = 9, .quantity = 77 };
        assert_true(listing_repo_want(h->db, by, id, &other, STR("x"), true, &changed, &e));
        assert_false(changed);
        assert_true(listing_repo_sent(h->db, by, &o, HOUSE_NOW, &e));
        assert_true(listing_repo_outcome(h->db, by, id, 0, LISTING_ACCEPTED, STR(""), STR(""),
                                         HOUSE_NOW, &has_landed, &e));
        assert_false(has_landed);
        assert_true(listing_repo_seen(h->db, by, id, &other, 5, &e));
        assert_true(listing_repo_identify(h->db, by, id, STR("x"), &e));
        assert_true(push_repo_item_outcome(h->db, by, p.id, id, "accepted", &e));
        assert_false(push_repo_save(h->db, by, &p, &e));
        assert_true(push_repo_drop(h->db, by, p.id, &e));
        struct listing add = { .store_id = h->stores[1],
                               .variant_id = h->variants[0],
                               .remote_sku = STR("new") };
        assert_false(listing_repo_add(h->db, by, &add, HOUSE_NOW, &e));
        assert_string_equal(e.code, "store.not_found");
    }
    struct listing l = find(id);
    struct offer *items;
    assert_int_equal(l.wanted.quantity, 5);
    assert_int_equal(l.sent.seq, 0);
    assert_int_equal(l.seen.at, 0);
    assert_int_equal(l.remote_id.len, 0);
    assert_int_equal(open_items(p.id, &items), 1);
}

static void what_a_wanted_offer_is_made_of_is_read_together(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct listing_basis *b;
    size_t count;
    static const struct sql_text ceiling = {
        .both = "UPDATE {p}marketplace SET quantity_ceiling = 3, state = 'paused' WHERE id = ?",
    };
    house_run(h, &ceiling, h->stores[1]);
    assert_true(
        listing_repo_basis(h->db, h->arena, &h->system, h->variants[0], 0, 0, 10, &b, &count, &e));
    assert_int_equal(count, 2);
    assert_int_equal(b[0].listing_id, h->listings[0][0]);
    assert_int_equal(b[0].ceiling, -1);
    assert_true(b[0].is_store_active);
    assert_int_equal(b[0].available, HOUSE_STOCK);
    assert_int_equal(b[0].price.e4, 1999000);
    assert_int_equal(b[0].list_price.e4, 2499000);
    assert_int_equal(b[1].ceiling, 3);
    assert_false(b[1].is_store_active);
    assert_true(listing_repo_basis(h->db, h->arena, &h->system, 0, h->stores[1], h->listings[1][2],
                                   3, &b, &count, &e));
    assert_int_equal(count, 3);
    assert_int_equal(b[0].listing_id, h->listings[1][3]);
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
        IN_HOUSE(wanted_counts_only_what_differs),
        IN_HOUSE(the_trace_is_kept_also_when_the_result_is_the_same),
        IN_HOUSE(an_outcome_lands_only_on_the_seq_it_carried),
        IN_HOUSE(a_refusal_keeps_the_marketplaces_reason),
        IN_HOUSE(what_was_lost_or_never_left_is_marked_again),
        IN_HOUSE(marked_come_oldest_first_and_no_more_than_asked),
        IN_HOUSE(fillers_are_in_sync),
        IN_HOUSE(a_listing_is_single_by_sku_and_by_variant),
        IN_HOUSE(sync_is_the_same_in_sql_and_in_c),
        IN_HOUSE(a_page_has_bounds_and_its_own_cursors),
        IN_HOUSE(counting_stops_where_it_is_told),
        IN_HOUSE(a_push_knows_its_open_items),
        IN_HOUSE(an_equal_body_is_known_by_store_and_time),
        IN_HOUSE(only_ended_pushes_are_forgotten),
        IN_HOUSE(others_see_and_change_nothing),
        IN_HOUSE(what_a_wanted_offer_is_made_of_is_read_together),
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) s.tests[s.count++] = tests[i];
    SUITE_ROWS(&s, lists_and_counts_agree, lists);
    return suite_run(&s, "listings");
}
