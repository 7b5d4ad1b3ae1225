#include "db/db.h"
#include "repo/stock_repo.h"
#include "support/house.h"
#include "support/suite.h"

/* One movement in a transaction of its own. */
static bool change(struct house *h, const struct actor *by, struct stock_change c,
                   struct ledger_entry *entry, bool *was_known, struct err *e)
{
    AUTO(db_tx) tx = db_begin(h->db, e);
    assert_non_null(tx);
    c.at = HOUSE_NOW;
    if (!stock_repo_change(h->db, h->arena, by, &c, entry, was_known, e)) return false;
    return db_commit(&tx, e);
}

static struct stock_change take(struct house *h, int64_t pieces, const char *key)
{
    return (struct stock_change){ .variant_id = h->variants[0],
                                  .delta = -pieces,
                                  .reserved_delta = pieces,
                                  .cause = CAUSE_ORDER_LINE,
                                  .cause_key = str_from(key) };
}

static void a_movement_is_in_row_and_ledger(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct ledger_entry en, *entries;
    struct stock row;
    bool was_known = true;
    size_t count = 0;
    assert_true(change(h, &h->system, take(h, 3, "order:1"), &en, &was_known, &e));
    assert_false(was_known);
    assert_int_equal(en.seq, 2);
    assert_int_equal(en.resulting, HOUSE_STOCK - 3);
    assert_true(stock_repo_find(h->db, h->arena, &h->system, h->variants[0], &row, &e));
    assert_int_equal(row.available, HOUSE_STOCK - 3);
    assert_int_equal(row.reserved, 3);
    assert_int_equal(row.ledger_seq, 2);
    assert_string_equal(row.ledger_hash, en.hash);

    assert_true(ledger_repo_entries(h->db, h->arena, &h->system, h->variants[0], 0, 10, &entries,
                                    &count, &e));
    assert_int_equal(count, 2);
    assert_int_equal(entries[1].delta, -3);
    assert_text(entries[1].cause_key, "order:1");
    struct ledger_entry sealed = entries[1];
    ledger_seal(h->arena, &sealed, entries[0].hash);
    assert_string_equal(sealed.hash, entries[1].hash);
}

static void a_known_cause_changes_nothing_and_says_what_it_did(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct ledger_entry first, again;
    bool was_known = false;
    assert_true(change(h, &h->system, take(h, 3, "order:1"), &first, &was_known, &e));
    assert_true(change(h, &h->system, take(h, 4, "order:1"), &again, &was_known, &e));
    assert_true(was_known);
    assert_int_equal(again.delta, -3);
    assert_string_equal(again.hash, first.hash);
    assert_int_equal(house_available(h, h->variants[0]), HOUSE_STOCK - 3);
    assert_int_equal(house_reserved(h, h->variants[0]), 3);
}

static void what_is_not_there_is_not_taken(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct ledger_entry en;
    bool was_known;
    assert_false(change(h, &h->system, take(h, HOUSE_STOCK + 1, "order:1"), &en, &was_known, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_string_equal(e.code, "stock.short");
    assert_int_equal(house_available(h, h->variants[0]), HOUSE_STOCK);
    assert_true(change(h, &h->system, take(h, HOUSE_STOCK, "order:2"), &en, &was_known, &e));
    assert_int_equal(house_available(h, h->variants[0]), 0);

    struct stock_change below = take(h, 2, "feed:1");
    below.may_go_negative = true;
    assert_true(change(h, &h->system, below, &en, &was_known, &e));
    assert_int_equal(house_available(h, h->variants[0]), -2);
}

static void a_count_says_what_there_is(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct ledger_entry en;
    bool was_known;
    struct stock_change count = { .variant_id = h->variants[0],
                                  .delta = 4,
                                  .is_count = true,
                                  .cause = CAUSE_COUNT,
                                  .cause_key = STR("count:1") };
    assert_true(change(h, &h->admin, count, &en, &was_known, &e));
    assert_int_equal(en.delta, 4 - HOUSE_STOCK);
    assert_int_equal(en.resulting, 4);
    assert_int_equal(en.user_id, h->admin.user_id);
    assert_int_equal(house_available(h, h->variants[0]), 4);
}

static void shipping_only_ends_what_is_reserved(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct ledger_entry en;
    bool was_known;
    assert_true(change(h, &h->system, take(h, 3, "order:1"), &en, &was_known, &e));
    assert_true(stock_repo_reserve(h->db, &h->system, h->variants[0], -3, HOUSE_NOW, &e));
    assert_int_equal(house_reserved(h, h->variants[0]), 0);
    assert_int_equal(house_available(h, h->variants[0]), HOUSE_STOCK - 3);
}

static void strangers_see_and_move_nothing(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct ledger_entry en, *entries;
    struct stock row;
    bool was_known;
    size_t count = 9;
    assert_false(change(h, &h->stranger, take(h, 1, "order:1"), &en, &was_known, &e));
    assert_string_equal(e.code, "stock.not_found");
    assert_false(stock_repo_find(h->db, h->arena, &h->stranger, h->variants[0], &row, &e));
    assert_false(stock_repo_reserve(h->db, &h->stranger, h->variants[0], 1, HOUSE_NOW, &e));
    assert_true(ledger_repo_entries(h->db, h->arena, &h->stranger, h->variants[0], 0, 10, &entries,
                                    &count, &e));
    assert_int_equal(count, 0);
    assert_true(ledger_repo_newest(h->db, h->arena, &h->stranger, h->variants[0], 0, 10, &entries,
                                   &count, &e));
    assert_int_equal(count, 0);
    static const struct sql_text drop = { .both = "DELETE FROM {p}mp_stock WHERE variant_id = ?" };
    house_run(h, &drop, h->variants[7]);
    assert_false(stock_repo_create(h->db, &h->stranger, h->variants[7], HOUSE_NOW, &e));
    assert_string_equal(e.code, "variant.not_found");
    assert_true(stock_repo_create(h->db, &h->system, h->variants[7], HOUSE_NOW, &e));
    assert_int_equal(house_available(h, h->variants[7]), 0);
}

/* The same cause key is free for another company: theirs are not ours. */
static void causes_are_a_companys_own(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct ledger_entry en;
    bool was_known = true;
    struct stock_change theirs = take(h, 1, "order:1");
    theirs.variant_id = h->other_variant;
    assert_true(change(h, &h->system, take(h, 1, "order:1"), &en, &was_known, &e));
    assert_true(change(h, &h->stranger, theirs, &en, &was_known, &e));
    assert_false(was_known);
}

static void entries_are_paged_both_ways(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct ledger_entry en, *entries;
    bool was_known;
    size_t count;
    for (int i = 0; i < 5; i++)
        assert_true(change(h, &h->system,
                           take(h, 1, str_cstr(h->arena, str_print(h->arena, "o:%d", i))), &en,
                           &was_known, &e));
    assert_true(ledger_repo_newest(h->db, h->arena, &h->system, h->variants[0], 0, 2, &entries,
                                   &count, &e));
    assert_int_equal(count, 2);
    assert_int_equal(entries[0].seq, 6);
    assert_true(ledger_repo_newest(h->db, h->arena, &h->system, h->variants[0], entries[1].seq, 9,
                                   &entries, &count, &e));
    assert_int_equal(count, 4);
    assert_int_equal(entries[0].seq, 4);
    assert_true(ledger_repo_entries(h->db, h->arena, &h->system, h->variants[0], 4, 9, &entries,
                                    &count, &e));
    assert_int_equal(count, 2);
    assert_int_equal(entries[0].seq, 5);

    /* All variants in one walk: over the border between two. */
    assert_true(ledger_repo_after(h->db, h->arena, h->variants[0], 5, 2, &entries, &count, &e));
    assert_int_equal(count, 2);
    assert_int_equal(entries[0].variant_id, h->variants[0]);
    assert_int_equal(entries[0].seq, 6);
    assert_int_equal(entries[1].variant_id, h->variants[1]);
    assert_int_equal(entries[1].seq, 1);
}

int main(void)
{
    static struct suite s;
    SUITE_TEST(&s, a_movement_is_in_row_and_ledger);
    SUITE_TEST(&s, a_known_cause_changes_nothing_and_says_what_it_did);
    SUITE_TEST(&s, what_is_not_there_is_not_taken);
    SUITE_TEST(&s, a_count_says_what_there_is);
    SUITE_TEST(&s, shipping_only_ends_what_is_reserved);
    SUITE_TEST(&s, strangers_see_and_move_nothing);
    SUITE_TEST(&s, causes_are_a_companys_own);
    SUITE_TEST(&s, entries_are_paged_both_ways);
    return suite_run(&s, "stock");
}
