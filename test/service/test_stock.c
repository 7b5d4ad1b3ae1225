/* Stock edited by people, and the proof that the ledger adds up. */
#include <stdio.h>

#include "db/db.h"
#include "service/order.h"
#include "service/stock.h"
#include "support/suite.h"
#include "support/told.h"

static void edit(struct house *h, const struct stock_edit *edits, size_t count, const char *key,
                 bool dry_run, struct stock_edit_result *results)
{
    struct err e = { 0 };
    assert_true(stock_edit(&h->service, h->arena, &h->admin, edits, count, STR("why"),
                           str_from(key), dry_run, results, &e));
}

static const struct edit_case {
    const char *name;
    struct stock_edit edit; /* of SKU BDS-0001, of which there are 10 */
    int64_t after;
    const char *code; /* NULL: done */
} edit_cases[] = {
    { "more came in", { .amount = 5 }, 15, NULL },
    { "some broke", { .amount = -3 }, 7, NULL },
    { "all of it", { .amount = -10 }, 0, NULL },
    { "more than there is is refused", { .amount = -11 }, 10, "stock.short" },
    { "counted", { .is_absolute = true, .amount = 4 }, 4, NULL },
    { "counted, and it was right", { .is_absolute = true, .amount = 10 }, 10, NULL },
    { "a count below nothing is refused",
      { .is_absolute = true, .amount = -1 },
      10,
      "stock.amount" },
    { "a slip of the finger is refused", { .amount = 10000000000 }, 10, "stock.amount" },
};

static void rows_are_edited(void **state)
{
    const struct edit_case *c = *state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct stock_edit row = c->edit;
    struct stock_edit_result tried, done;
    row.sku = house_sku(h, 0);
    edit(h, &row, 1, "k", true, &tried);
    assert_text(told_left(h), ""); /* a dry run leaves all as it was */
    edit(h, &row, 1, "k", false, &done);
    assert_int_equal(house_available(h, h->variants[0]), c->after);
    assert_int_equal(done.is_done, !c->code);
    assert_int_equal(tried.is_done, done.is_done);
    if (c->code) {
        assert_string_equal(done.error.code, c->code);
        assert_string_equal(tried.error.code, c->code);
        assert_text(str_from(done.error.args[0].value), "BDS-0001");
    } else {
        assert_int_equal(done.before, 10);
        assert_int_equal(done.after, c->after);
        assert_int_equal(tried.before, 10);
        assert_int_equal(tried.after, c->after);
    }
    told_ledger_is_clean(h);
}

static void each_row_stands_alone(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct stock_edit rows[] = { { .sku = house_sku(h, 2), .amount = -1 },
                                 { .sku = STR("none"), .amount = 1 },
                                 { .sku = house_sku(h, 0), .amount = -11 },
                                 { .sku = house_sku(h, 2), .amount = -2 },
                                 { .sku = STR("bds-0001"), .amount = 1 } };
    struct stock_edit_result results[5];
    edit(h, rows, 5, "k", false, results);
    assert_true(results[0].is_done && results[3].is_done);
    assert_int_equal(results[0].after, 9);
    assert_int_equal(results[3].before, 9);
    assert_int_equal(results[3].after, 7);
    assert_string_equal(results[1].error.code, "variant.not_found");
    assert_string_equal(results[2].error.code, "stock.short");
    assert_string_equal(results[4].error.code, "variant.not_found"); /* case counts */
    assert_text(told_left(h), "2:7+0");
}

static void a_repeated_request_changes_nothing_twice(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct stock_edit rows[] = { { .sku = house_sku(h, 0), .amount = 5 },
                                 { .sku = house_sku(h, 1), .is_absolute = true, .amount = 10 } };
    struct stock_edit_result first[2], again[2];
    edit(h, rows, 2, "request-1", false, first);
    told_accept(h, 0, "1 P @1 NEW | a:0:2, b:1:1");
    edit(h, rows, 2, "request-1", false, again);
    assert_text(told_left(h), "0:13+2 1:9+1 | 1 NEW");
    assert_true(again[0].is_done && again[1].is_done);
    assert_int_equal(again[0].before, first[0].before);
    assert_int_equal(again[0].after, first[0].after);
    edit(h, rows, 1, "request-2", false, again);
    assert_int_equal(house_available(h, h->variants[0]), 18);
    edit(h, rows, 1, "", false, again); /* without a key each is a request of its own */
    edit(h, rows, 1, "", false, again);
    assert_int_equal(house_available(h, h->variants[0]), 28);
    told_ledger_is_clean(h);
}

static void edits_mark_listings_and_are_audited(void **state)
{
    (void)state;
    static const struct sql_text wanted = {
        .both = "SELECT COUNT(*) FROM {p}mp_product_map WHERE variant_id = ?"
                " AND wanted_quantity = 15 AND wanted_seq > sent_seq",
    };
    static const struct sql_text audited = {
        .both = "SELECT COUNT(*) FROM {p}mp_audit WHERE action = 'stock.edit' AND user_id = ?",
    };
    AUTO(house) h = house_new();
    house_serve(h);
    struct stock_edit row = { .sku = house_sku(h, 0), .amount = 5 };
    struct stock_edit_result result;
    edit(h, &row, 1, "k", false, &result);
    assert_int_equal(house_number(h, &wanted, h->variants[0]), 2);
    assert_int_equal(house_number(h, &audited, h->admin.user_id), 1);
    edit(h, &row, 1, "k", false, &result);
    assert_int_equal(house_number(h, &audited, h->admin.user_id), 1);
}

static void many_rows_are_edited_in_units(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct stock_edit rows[500];
    struct stock_edit_result results[500];
    struct err e = { 0 };
    for (size_t i = 0; i < 500; i++)
        rows[i] = (struct stock_edit){ .sku = house_sku(h, i % HOUSE_VARIANTS), .amount = 1 };
    edit(h, rows, 500, "k", false, results);
    for (size_t i = 0; i < 500; i++) assert_true(results[i].is_done);
    assert_int_equal(house_available(h, h->variants[0]), HOUSE_STOCK + 63);
    assert_int_equal(house_available(h, h->variants[7]), HOUSE_STOCK + 62);
    told_ledger_is_clean(h);
    assert_false(stock_edit(&h->service, h->arena, &h->admin, rows, 501, STR(""), STR(""), false,
                            results, &e));
    assert_string_equal(e.code, "stock.rows");
    assert_false(stock_edit(&h->service, h->arena, &h->admin, rows, 0, STR(""), STR(""), false,
                            results, &e));
}

static void strangers_edit_nothing_of_ours(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    struct stock_edit rows[] = { { .sku = house_sku(h, 0), .amount = 5 },
                                 { .sku = house_sku(h, 1), .amount = 5 } };
    struct stock_edit_result results[2];
    assert_true(stock_edit(&h->service, h->arena, &h->stranger, rows, 2, STR(""), STR("k"), false,
                           results, &e));
    assert_true(results[0].is_done); /* his own SKU of this name */
    assert_string_equal(results[1].error.code, "variant.not_found");
    assert_int_equal(house_available(h, h->variants[0]), HOUSE_STOCK);
    assert_int_equal(house_available(h, h->other_variant), HOUSE_STOCK + 5);
}

/* --- the ledger's proof --- */

/* Each case does one statement with the id of variants[2] in it, after some movements: entries
 * 1 (count), 2 and 3 (orders), 4 (cancellation). */
static const struct tamper_case {
    const char *name;
    struct sql_text sql;
    int64_t seq;
    const char *problem; /* a part of the sentence */
} tampers[] = {
    { "an entry is gone",
      { .both = "DELETE FROM {p}mp_ledger WHERE variant_id = ? AND seq = 2" },
      3,
      "missing" },
    { "the last entry is gone",
      { .both = "DELETE FROM {p}mp_ledger WHERE variant_id = ? AND seq = 4" },
      4,
      "missing" },
    { "the first entry is gone",
      { .both = "DELETE FROM {p}mp_ledger WHERE variant_id = ? AND seq = 1" },
      2,
      "missing" },
    { "all entries are gone",
      { .both = "DELETE FROM {p}mp_ledger WHERE variant_id = ?" },
      1,
      "missing" },
    { "a delta was changed",
      { .both = "UPDATE {p}mp_ledger SET delta = delta - 1 WHERE variant_id = ? AND seq = 2" },
      2,
      "hash" },
    { "a result was changed",
      { .both = "UPDATE {p}mp_ledger SET resulting = 5 WHERE variant_id = ? AND seq = 3" },
      3,
      "hash" },
    { "a note was changed",
      { .both = "UPDATE {p}mp_ledger SET note = 'x' WHERE variant_id = ? AND seq = 1" },
      1,
      "hash" },
    { "who did it was changed",
      { .both = "UPDATE {p}mp_ledger SET user_id = 9 WHERE variant_id = ? AND seq = 2" },
      2,
      "hash" },
    { "when was changed",
      { .both = "UPDATE {p}mp_ledger SET at = at + 1 WHERE variant_id = ? AND seq = 2" },
      2,
      "hash" },
    { "whose it is was changed",
      { .both = "UPDATE {p}mp_ledger SET company_id = company_id + 1 WHERE variant_id = ? AND seq "
                "= 2" },
      2,
      "hash" },
    { "a cause was changed",
      { .both = "UPDATE {p}mp_ledger SET cause = 'count' WHERE variant_id = ? AND seq = 2" },
      2,
      "hash" },
    { "a cause that there is not",
      { .both = "UPDATE {p}mp_ledger SET cause = 'gift' WHERE variant_id = ? AND seq = 2" },
      2,
      "cause" },
    { "a hash was changed",
      { .both = "UPDATE {p}mp_ledger SET hash = 'aa' WHERE variant_id = ? AND seq = 2" },
      2,
      "hash" },
    { "an entry was added behind the row",
      { .both = "INSERT INTO {p}mp_ledger (company_id, variant_id, seq, delta, resulting, cause,"
                " cause_key, note, user_id, at, hash) SELECT company_id, variant_id, 5, 1, 1,"
                " 'edit', 'forged', '', 0, 0, 'aa' FROM {p}mp_ledger"
                " WHERE variant_id = ? AND seq = 1" },
      5,
      "hash" },
    { "the row says more",
      { .both = "UPDATE {p}mp_stock SET available = available + 1 WHERE variant_id = ?" },
      0,
      "available" },
    { "the row's hash was changed",
      { .both = "UPDATE {p}mp_stock SET ledger_hash = 'aa' WHERE variant_id = ?" },
      0,
      "hash" },
    { "the row was set back",
      { .both = "UPDATE {p}mp_stock SET ledger_seq = 3, available = (SELECT resulting FROM"
                " {p}mp_ledger l WHERE l.variant_id = {p}mp_stock.variant_id AND l.seq = 3),"
                " ledger_hash = (SELECT hash FROM {p}mp_ledger l"
                " WHERE l.variant_id = {p}mp_stock.variant_id AND l.seq = 3)"
                " WHERE variant_id = ?" },
      4,
      "does not know" },
    { "the row is gone",
      { .both = "DELETE FROM {p}mp_stock WHERE variant_id = ?" },
      1,
      "no stock row" },
    { "more is reserved than lines say",
      { .both = "UPDATE {p}mp_stock SET reserved = reserved + 1 WHERE variant_id = ?" },
      0,
      "reserved" },
    { "a line reserves more than the row says",
      { .both = "UPDATE {p}mp_order_line SET reserved = reserved + 1 WHERE variant_id = ?" },
      0,
      "reserved" },
};

static struct house *moved_house(void)
{
    struct house *h = house_new();
    house_serve(h);
    told_accept(h, 0, "1 P @1 NEW | a:2:2");
    told_accept(h, 0, "2 P2 @1 NEW | a:2:1");
    told_accept(h, 0, "2 P2 @2 CANCELLED | a:2:1x");
    return h;
}

static void tampering_is_named(void **state)
{
    const struct tamper_case *c = *state;
    AUTO(house) h = moved_house();
    struct err e = { 0 };
    struct ledger_verdict v;
    told_ledger_is_clean(h);
    house_run(h, &c->sql, h->variants[2]);
    assert_true(ledger_verify(&h->service, &v, &e));
    assert_false(v.is_clean);
    assert_int_equal(v.variant_id, h->variants[2]);
    assert_int_equal(v.seq, c->seq);
    if (!strstr(v.problem, c->problem)) print_error("%s\n", v.problem);
    assert_non_null(strstr(v.problem, c->problem));
}

/* Somebody who knows the layout seals a wrong sum: the hash fits, the sum does not. */
static void a_sealed_wrong_sum_is_named(void **state)
{
    (void)state;
    static const struct sql_text forge = {
        .both = "UPDATE {p}mp_ledger SET resulting = ?, hash = ? WHERE variant_id = ? AND seq = 4",
    };
    AUTO(house) h = moved_house();
    struct err e = { 0 };
    struct ledger_verdict v;
    struct ledger_entry *entries;
    size_t count;
    assert_true(ledger_repo_entries(h->db, h->arena, &h->system, h->variants[2], 2, 2, &entries,
                                    &count, &e));
    entries[1].resulting += 7;
    ledger_seal(h->arena, &entries[1], entries[0].hash);
    assert_true(db_run(h->db, &forge, &e, db_i64(entries[1].resulting), db_cstr(entries[1].hash),
                       db_i64(h->variants[2])));
    assert_true(ledger_verify(&h->service, &v, &e));
    assert_false(v.is_clean);
    assert_int_equal(v.seq, 4);
    assert_non_null(strstr(v.problem, "result"));
}

static void the_first_wrong_row_is_named(void **state)
{
    (void)state;
    static const struct sql_text spoil = {
        .both = "UPDATE {p}mp_ledger SET note = 'x' WHERE variant_id >= ?",
    };
    AUTO(house) h = moved_house();
    struct err e = { 0 };
    struct ledger_verdict v;
    house_run(h, &spoil, h->variants[1]);
    assert_true(ledger_verify(&h->service, &v, &e));
    assert_int_equal(v.variant_id, h->variants[1]);
    assert_int_equal(v.seq, 1);
    assert_int_equal(v.variants, 2);
}

/* Longer than a page of entries, and more variants than a page of rows. */
static void a_long_ledger_is_walked_in_pages(void **state)
{
    (void)state;
    static const struct sql_text more = {
        .sqlite =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
            " INSERT INTO {p}mp_variant (company_id, product_id, sku, barcode, name, price_e4,"
            " list_price_e4, currency, updated_at) SELECT company_id, product_id, 'M' || i,"
            " '', '', 0, 0, 'TRY', 0 FROM n, {p}mp_variant v WHERE v.id = ?",
    };
    static const struct sql_text rows = {
        .both = "INSERT INTO {p}mp_stock (variant_id, company_id, available, reserved, ledger_seq,"
                " ledger_hash, updated_at) SELECT id, company_id, 0, 0, 0, '', 0"
                " FROM {p}mp_variant WHERE sku LIKE 'M%' AND id > ?",
    };
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    struct ledger_verdict v;
    house_run(h, &more, h->variants[0]);
    house_run(h, &rows, 0);
    AUTO(db_tx) tx = db_begin(h->db, &e);
    for (int i = 0; i < 2500; i++) {
        char key[24];
        snprintf(key, sizeof key, "key %d", i);
        struct stock_change c = { .variant_id = h->variants[i < 2300 ? 3 : 4],
                                  .delta = i % 2 ? -1 : 1,
                                  .cause = CAUSE_EDIT,
                                  .cause_key = str_from(key),
                                  .at = HOUSE_NOW };
        struct ledger_entry entry;
        bool was_known;
        assert_true(stock_repo_change(h->db, h->arena, &h->system, &c, &entry, &was_known, &e));
    }
    assert_true(db_commit(&tx, &e));
    assert_true(ledger_verify(&h->service, &v, &e));
    assert_true(v.is_clean);
    assert_int_equal(v.entries, 2500 + HOUSE_VARIANTS + 1);
    assert_int_equal(v.variants, 1200 + HOUSE_VARIANTS + 1);
    static const struct sql_text spoil = {
        .both = "UPDATE {p}mp_ledger SET note = 'x' WHERE variant_id = ? AND seq = 2101",
    };
    house_run(h, &spoil, h->variants[3]);
    assert_true(ledger_verify(&h->service, &v, &e));
    assert_int_equal(v.seq, 2101);
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, rows_are_edited, edit_cases);
    SUITE_TEST(&s, each_row_stands_alone);
    SUITE_TEST(&s, a_repeated_request_changes_nothing_twice);
    SUITE_TEST(&s, edits_mark_listings_and_are_audited);
    SUITE_TEST(&s, many_rows_are_edited_in_units);
    SUITE_TEST(&s, strangers_edit_nothing_of_ours);
    SUITE_ROWS(&s, tampering_is_named, tampers);
    SUITE_TEST(&s, a_sealed_wrong_sum_is_named);
    SUITE_TEST(&s, the_first_wrong_row_is_named);
    SUITE_TEST(&s, a_long_ledger_is_walked_in_pages);
    return suite_run(&s, "stock");
}
