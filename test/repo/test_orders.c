#include <stdio.h>

#include "db/db.h"
#include "repo/order_repo.h"
#include "support/house.h"
#include "support/suite.h"

/* An order of one package and one line, saved by the functions under test. */
static struct stored_order add_order(struct house *h, size_t store, const char *number, utc_ms at,
                                     enum order_status status, size_t variant)
{
    struct err e = { 0 };
    struct stored_order o = {
        .store_id = h->stores[store],
        .remote_number = str_from(number),
        .status = status,
        .ordered_at = at,
        .modified_at = at,
        .received_at = at,
        .total = money_of(1999000, "TRY"),
        .buyer_masked = STR("A*** K***"),
        .buyer_name = STR("Ayşe Kaya"),
        .buyer_json = STR("{\"city\":\"İstanbul\"}"),
    };
    struct stored_package p = { .remote_package_id = str_print(h->arena, "P%s", number),
                                .status = status,
                                .modified_at = at,
                                .carrier = STR("Kargo"),
                                .tracking_number = str_print(h->arena, "7330%s", number),
                                .total = money_of(1999000, "TRY") };
    struct stored_line l = { .variant_id = h->variants[variant],
                             .listing_id = h->listings[store][variant],
                             .taken = 2,
                             .takes = 1,
                             .line = { .remote_line_id = STR("1"),
                                       .remote_sku = house_remote(h, variant),
                                       .title = STR("Şal"),
                                       .quantity = 2,
                                       .unit_price = money_of(999500, "TRY"),
                                       .unit_discount = money_of(5000, "TRY"),
                                       .vat_ppm = 200000,
                                       .commission_ppm = 170000,
                                       .status = status } };
    o.packages = &p;
    o.package_count = 1;
    struct order_part part = {
        .remote_line_id = STR("1"), .remote_sku = l.line.remote_sku, .quantity = 2, .status = status
    };
    AUTO(db_tx) tx = db_begin(h->db, &e);
    assert_true(order_repo_save(h->db, h->arena, h->keys, &h->system, &o, &e));
    assert_true(order_repo_save_package(h->db, &h->system, &o, &p, &e));
    l.package_id = p.id;
    assert_true(order_repo_save_line(h->db, &h->system, &o, &l, &e));
    assert_true(order_repo_save_part(h->db, &h->system, &o, &part, &e));
    assert_true(db_commit(&tx, &e));
    return o;
}

static void what_is_saved_is_found(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct stored_order was = add_order(h, 0, "1001", HOUSE_NOW, ORDER_NEW, 2), o;
    assert_true(
        order_repo_find_remote(h->db, h->arena, &h->system, h->stores[0], STR("1001"), &o, &e));
    assert_int_equal(o.id, was.id);
    assert_text(o.store_name, "Ada Trendyol");
    assert_text(o.marketplace, "trendyol");
    assert_int_equal(o.status, ORDER_NEW);
    assert_int_equal(o.total.e4, 1999000);
    assert_string_equal(o.total.currency, "TRY");
    assert_text(o.buyer_masked, "A*** K***");
    assert_int_equal(o.buyer_name.len, 0);
    assert_int_equal(o.piece_count, 2);
    assert_int_equal(o.package_count, 1);
    assert_text(o.packages[0].tracking_number, "73301001");
    assert_int_equal(o.packages[0].total.e4, 1999000);
    assert_int_equal(o.line_count, 1);
    assert_text(o.lines[0].sku, "BDS-0003");
    assert_int_equal(o.lines[0].taken, 2);
    assert_int_equal(o.lines[0].line.unit_price.e4, 999500);
    assert_int_equal(o.lines[0].line.vat_ppm, 200000);
    assert_int_equal(o.part_count, 1);
    assert_int_equal(o.parts[0].quantity, 2);
    assert_int_equal(o.parts[0].package, 0);
}

static void rows_are_updated_in_place(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct stored_order o, again;
    int64_t id = add_order(h, 0, "1001", HOUSE_NOW, ORDER_NEW, 0).id;
    assert_true(order_repo_find(h->db, h->arena, &h->system, id, &o, &e));
    o.status = o.packages[0].status = o.lines[0].line.status = ORDER_SHIPPED;
    o.lines[0].is_short = o.is_short = true;
    o.packages[0].tracking_url = STR("https://kargo.example/1");
    o.parts[0].has_left = true;
    o.report = STR("field 'x' is new");
    assert_true(order_repo_save(h->db, h->arena, h->keys, &h->system, &o, &e));
    assert_true(order_repo_save_package(h->db, &h->system, &o, &o.packages[0], &e));
    assert_true(order_repo_save_line(h->db, &h->system, &o, &o.lines[0], &e));
    assert_true(order_repo_save_part(h->db, &h->system, &o, &o.parts[0], &e));
    assert_true(order_repo_find(h->db, h->arena, &h->system, id, &again, &e));
    assert_int_equal(again.status, ORDER_SHIPPED);
    assert_true(again.is_short && again.lines[0].is_short);
    assert_text(again.packages[0].tracking_url, "https://kargo.example/1");
    assert_true(again.parts[0].has_left);
    assert_text(again.report, "field 'x' is new");
    assert_int_equal(again.package_count + again.line_count + again.part_count, 3);

    str name, json;
    assert_true(order_repo_buyer(h->db, h->arena, h->keys, &h->system, id, &name, &json, &e));
    assert_text(name, "Ayşe Kaya"); /* kept: this save knew no buyer */
    assert_text(json, "{\"city\":\"İstanbul\"}");
}

static void a_buyer_is_sealed(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    add_order(h, 0, "1001", HOUSE_NOW, ORDER_NEW, 0);
    static const struct sql_text open_text = {
        .both =
            "SELECT COUNT(*) FROM {p}mp_order_map WHERE id > ? AND (instr(buyer_box, 'Kaya') > 0"
            " OR buyer_masked LIKE '%Kaya%')",
    };
    assert_int_equal(house_number(h, &open_text, 0), 0);
}

static void a_store_of_others_is_no_store(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct stored_order o = { .store_id = h->other_store, .remote_number = STR("1") };
    assert_false(order_repo_save(h->db, h->arena, h->keys, &h->system, &o, &e));
    assert_string_equal(e.code, "store.not_found");
    assert_false(
        order_repo_find_remote(h->db, h->arena, &h->system, h->other_store, STR("1"), &o, &e));
    assert_string_equal(e.code, "store.not_found");
    assert_false(
        order_repo_find_remote(h->db, h->arena, &h->system, h->stores[0], STR("1"), &o, &e));
    assert_string_equal(e.code, "order.not_found");
    /* The clerk has the first store only. */
    assert_false(
        order_repo_find_remote(h->db, h->arena, &h->clerk, h->stores[1], STR("1"), &o, &e));
    assert_string_equal(e.code, "store.not_found");
}

/* Every function, by an admin of the other company and by a clerk without this store. */
static void nobody_else_sees_or_changes(struct house *h, const struct actor *by,
                                        struct stored_order *o)
{
    struct err e = { 0 };
    struct stored_order unused, *orders;
    struct order_event ev = { .order_id = o->id, .at = HOUSE_NOW, .kind = "status" }, *events;
    struct page page = { .limit = 50 };
    struct page_end end;
    struct order_filter all = { .status = -1 };
    struct order_filter search = { .status = -1, .search = o->remote_number };
    struct order_totals totals;
    int64_t n = 9, listing = 9, variant = 9, *ids;
    size_t count = 9;
    str name, json, sku;
    assert_false(order_repo_find(h->db, h->arena, by, o->id, &unused, &e));
    assert_string_equal(e.code, "order.not_found");
    assert_false(order_repo_save(h->db, h->arena, h->keys, by, o, &e));
    o->company_id = h->company;
    assert_false(order_repo_save_package(h->db, by, o, &o->packages[0], &e));
    assert_false(order_repo_save_line(h->db, by, o, &o->lines[0], &e));
    assert_false(order_repo_save_part(h->db, by, o, &o->parts[0], &e));
    assert_false(order_repo_buyer(h->db, h->arena, h->keys, by, o->id, &name, &json, &e));
    assert_false(order_event_add(h->db, by, &ev, &e));
    assert_true(order_event_list(h->db, h->arena, by, o->id, &events, &count, &e));
    assert_int_equal(count, 0);
    assert_true(order_repo_list(h->db, h->arena, by, &all, &page, &orders, &count, &end, &e));
    assert_int_equal(count, 0);
    assert_true(order_repo_list(h->db, h->arena, by, &search, &page, &orders, &count, &end, &e));
    assert_int_equal(count, 0);
    assert_true(order_repo_count(h->db, h->arena, by, &all, 100, &n, &e));
    assert_int_equal(n, 0);
    assert_true(order_repo_totals(h->db, h->arena, by, 0, INT64_MAX, &totals, &e));
    assert_int_equal(totals.orders + totals.pieces + totals.attention, 0);
    assert_true(
        order_repo_unmapped(h->db, h->arena, by, o->store_id, STR("new"), 0, 10, &ids, &count, &e));
    assert_int_equal(count, 0);
    assert_true(order_repo_map_sku(h->db, h->arena, by, o->store_id, house_remote(h, 0), &listing,
                                   &variant, &sku, &e));
    assert_int_equal(variant, 0);
}

static void orders_are_a_companys_own(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct stored_order o;
    int64_t id = add_order(h, 1, "1001", HOUSE_NOW, ORDER_NEW, 0).id;
    assert_true(order_repo_find(h->db, h->arena, &h->admin, id, &o, &e));
    o.is_unmapped = true;
    o.lines[0].variant_id = o.lines[0].listing_id = 0;
    o.lines[0].line.remote_sku = STR("new");
    assert_true(order_repo_save(h->db, h->arena, h->keys, &h->admin, &o, &e));
    assert_true(order_repo_save_line(h->db, &h->admin, &o, &o.lines[0], &e));
    struct order_event ev = { .order_id = id, .at = HOUSE_NOW, .kind = "received" };
    assert_true(order_event_add(h->db, &h->admin, &ev, &e));
    nobody_else_sees_or_changes(h, &h->stranger, &o);
    nobody_else_sees_or_changes(h, &h->clerk, &o);

    struct order_event *events;
    int64_t *ids;
    size_t count;
    assert_true(order_event_list(h->db, h->arena, &h->admin, id, &events, &count, &e));
    assert_int_equal(count, 1);
    assert_string_equal(events[0].kind, "received");
    assert_text(events[0].detail, "{}");
    assert_true(order_repo_unmapped(h->db, h->arena, &h->admin, h->stores[1], STR("new"), 0, 10,
                                    &ids, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], id);
}

/* --- lists --- */

/* 40 orders, two a moment, newest last; every fifth shipped, every fourth short, odd ones in the
 * second store. */
static void fill(struct house *h)
{
    struct err e = { 0 };
    for (int i = 0; i < 40; i++) {
        char number[16];
        snprintf(number, sizeof number, "10%02d", i);
        struct stored_order o =
            add_order(h, (size_t)i % 2, number, HOUSE_NOW + (i / 2) * UTC_MINUTE,
                      i % 5 ? ORDER_NEW : ORDER_SHIPPED, (size_t)i % HOUSE_VARIANTS);
        o.is_short = i % 4 == 0;
        assert_true(order_repo_save(h->db, h->arena, h->keys, &h->system, &o, &e));
    }
}

static const struct list_case {
    const char *name;
    struct order_filter filter; /* store_id 1 and 2: the house's */
    const char *wanted;         /* the numbers' last two digits, newest first, page by page */
    size_t limit;
} list_cases[] = {
    { "all, in pages over equal times",
      { .status = -1, .from = HOUSE_NOW + 16 * UTC_MINUTE },
      "39 38 37 | 36 35 34 | 33 32",
      3 },
    { "of one store",
      { .status = -1, .store_id = 2, .from = HOUSE_NOW + 17 * UTC_MINUTE },
      "39 37 | 35",
      2 },
    { "of a status", { .status = ORDER_SHIPPED }, "35 30 25 | 20 15 10 | 05 00", 3 },
    { "of a status and a store", { .status = ORDER_SHIPPED, .store_id = 1 }, "30 20 | 10 00", 2 },
    { "that need a person",
      { .status = -1, .needs_attention = true },
      "36 32 28 24 20 16 12 08 04 00",
      50 },
    { "that need a person, of a status",
      { .status = ORDER_SHIPPED, .needs_attention = true },
      "20 | 00",
      1 },
    { "between two times",
      { .status = -1, .from = HOUSE_NOW + UTC_MINUTE, .until = HOUSE_NOW + 2 * UTC_MINUTE },
      "03 02",
      50 },
    { "by a number", { .status = -1, .search = STR_INIT("1017") }, "17", 50 },
    { "by the beginning of a number",
      { .status = -1, .search = STR_INIT("103") },
      "39 38 37 36 | 35 34 33 32 | 31 30",
      4 },
    { "by a SKU of ours",
      { .status = -1, .search = STR_INIT("BDS-0004") },
      "35 27 | 19 11 | 03",
      2 },
    { "by a marketplace's SKU",
      { .status = -1, .search = STR_INIT("8690000000008") },
      "39 31 23 15 07",
      50 },
    { "by a tracking number", { .status = -1, .search = STR_INIT(" 73301022 ") }, "22", 50 },
    { "by a SKU and a store",
      { .status = -1, .store_id = 1, .search = STR_INIT("BDS-0004") },
      "",
      50 },
    { "by nothing that is there", { .status = -1, .search = STR_INIT("nothing") }, "", 50 },
    { "by signs that mean something elsewhere",
      { .status = -1, .search = STR_INIT("%_'") },
      "",
      50 },
};
static struct house *listed;

static void orders_are_listed(void **state)
{
    const struct list_case *c = *state;
    struct house *h = listed;
    struct err e = { 0 };
    struct order_filter f = c->filter;
    if (f.store_id) f.store_id = h->stores[f.store_id - 1];
    struct text seen = { .arena = h->arena };
    struct page page = { .limit = c->limit };
    int64_t total = 0, n = 0;
    do {
        struct stored_order *orders;
        struct page_end end;
        size_t count;
        assert_true(
            order_repo_list(h->db, h->arena, &h->admin, &f, &page, &orders, &count, &end, &e));
        if (page.cursor.len) text_add(&seen, STR(" | "));
        for (size_t i = 0; i < count; i++) {
            text_print(&seen, "%s%.*s", i ? " " : "",
                       STR_ARG(str_cut(orders[i].remote_number, 2, 2)));
            assert_int_equal(orders[i].piece_count, 2);
        }
        total += (int64_t)count;
        page.cursor = end.next;
    } while (page.cursor.len);
    assert_text(text_str(&seen), c->wanted);
    assert_true(order_repo_count(h->db, h->arena, &h->admin, &f, 1000, &n, &e));
    assert_int_equal(n, total);
    assert_true(order_repo_count(h->db, h->arena, &h->admin, &f, 1, &n, &e));
    assert_int_equal(n, total ? 1 : 0);
}

/* More matches than are gathered: the orders are walked, newest first, to the same end. */
static void many_matches_are_walked(void **state)
{
    (void)state;
    static const struct sql_text orders = {
        .sqlite = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20500)"
                  " INSERT INTO {p}mp_order_map (company_id, store_id, remote_number, status,"
                  " ordered_at, modified_at, total_e4, currency, buyer_masked, received_at)"
                  " SELECT company_id, id, 'N' || i, 'NEW', i, i, 0, 'TRY', '', 0"
                  " FROM n, {p}marketplace m WHERE m.id = ?",
    };
    static const struct sql_text packages = {
        .both =
            "INSERT INTO {p}mp_order_package (company_id, store_id, order_id,"
            " remote_package_id, origin_package_ids, status, remote_status, modified_at,"
            " carrier, tracking_number, tracking_url, total_e4) SELECT company_id, store_id, id,"
            " remote_number, '', 'NEW', '', 0, '', 'T' || id, '', 0 FROM {p}mp_order_map"
            " WHERE id > ?",
    };
    static const struct sql_text lines = {
        .both = "INSERT INTO {p}mp_order_line (company_id, order_id, package_id, remote_line_id,"
                " remote_sku, variant_id, title, quantity, unit_price_e4, unit_discount_e4,"
                " currency, vat_ppm, commission_ppm, status, remote_status, is_cancelled)"
                " SELECT p.company_id, p.order_id, p.id, '1', 'x', v.id, '', 1, 0, 0, 'TRY', 0, 0,"
                " 'NEW', '', 0 FROM {p}mp_order_package p, {p}mp_variant v"
                " WHERE v.id = ? AND p.order_id % 100 > 0",
    };
    static const char *const searches[] = { "N", "BDS-0002", "8690000000002" };
    AUTO(house) h = house_new();
    struct err e = { 0 };
    house_run(h, &orders, h->stores[0]);
    house_run(h, &packages, 0);
    house_run(h, &lines, h->variants[1]);
    for (size_t i = 0; i < 3; i++) {
        struct order_filter f = { .status = -1, .search = str_from(searches[i]) };
        struct page page = { .limit = 500 };
        int64_t n = 0, seen = 0, wanted = i ? 20295 : 20500;
        utc_ms last = INT64_MAX;
        do {
            struct stored_order *found;
            struct page_end end;
            size_t count;
            assert_true(
                order_repo_list(h->db, h->arena, &h->admin, &f, &page, &found, &count, &end, &e));
            for (size_t k = 0; k < count; k++) {
                assert_true(found[k].ordered_at < last);
                last = found[k].ordered_at;
            }
            seen += (int64_t)count;
            page.cursor = end.next;
        } while (page.cursor.len);
        assert_int_equal(seen, wanted);
        assert_true(order_repo_count(h->db, h->arena, &h->admin, &f, 50000, &n, &e));
        assert_int_equal(n, wanted);
    }
    struct order_filter one = { .status = -1, .search = STR("T77") };
    int64_t n = 0;
    assert_true(order_repo_count(h->db, h->arena, &h->admin, &one, 5000, &n, &e));
    assert_int_equal(n, 1);
}

static void a_clerk_lists_his_stores(void **state)
{
    (void)state;
    struct house *h = listed;
    struct err e = { 0 };
    struct order_filter f = { .status = -1 };
    struct page page = { .limit = 500 };
    struct page_end end;
    struct stored_order *orders;
    size_t count;
    assert_true(order_repo_list(h->db, h->arena, &h->clerk, &f, &page, &orders, &count, &end, &e));
    assert_int_equal(count, 20);
    for (size_t i = 0; i < count; i++) assert_int_equal(orders[i].store_id, h->stores[0]);
}

static void pages_and_cursors_are_checked(void **state)
{
    (void)state;
    struct house *h = listed;
    struct err e = { 0 };
    struct order_filter f = { .status = -1 };
    const struct page bad[] = { { .limit = 0 },
                                { .limit = 501 },
                                { .limit = 5, .cursor = STR("nonsense") },
                                { .limit = 5, .cursor = STR("b3JkZXJzfDE=") } };
    for (size_t i = 0; i < 4; i++) {
        struct stored_order *orders;
        struct page_end end;
        size_t count;
        assert_false(
            order_repo_list(h->db, h->arena, &h->admin, &f, &bad[i], &orders, &count, &end, &e));
        assert_int_equal(e.kind, ERR_INVALID);
    }
}

static void totals_leave_cancelled_orders_out(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    struct order_totals t;
    add_order(h, 0, "1", HOUSE_NOW, ORDER_NEW, 0);
    add_order(h, 1, "2", HOUSE_NOW + 5, ORDER_SHIPPED, 0);
    add_order(h, 0, "3", HOUSE_NOW + 6, ORDER_CANCELLED, 0);
    struct stored_order old = add_order(h, 0, "4", HOUSE_NOW - 5, ORDER_NEW, 0);
    old.is_unmapped = true;
    assert_true(order_repo_save(h->db, h->arena, h->keys, &h->system, &old, &e));
    assert_true(
        order_repo_totals(h->db, h->arena, &h->admin, HOUSE_NOW, HOUSE_NOW + UTC_DAY, &t, &e));
    assert_int_equal(t.orders, 2);
    assert_int_equal(t.pieces, 4);
    assert_int_equal(t.revenue.e4, 2 * 1999000);
    assert_string_equal(t.revenue.currency, "TRY");
    assert_int_equal(t.attention, 1);
}

/* --- raw payloads --- */

static int64_t add_raw(struct house *h, const struct actor *by, const char *key, bool *is_new)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct raw_order raw = { .store_id = h->stores[0],
                             .source = STR("poll"),
                             .dedupe_key = str_from(key),
                             .payload = STR("{\"buyer\":\"Kaya\"}"),
                             .received_at = HOUSE_NOW };
    assert_true(raw_repo_add(h->db, h->arena, h->keys, by, &raw, &id, is_new, &e));
    return id;
}

static void a_payload_is_stored_once_and_sealed(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 };
    bool is_new = false;
    struct raw_order *raws;
    size_t count;
    int64_t first = add_raw(h, &h->system, "a", &is_new);
    assert_true(is_new);
    assert_int_equal(add_raw(h, &h->system, "a", &is_new), first);
    assert_false(is_new);
    int64_t second = add_raw(h, &h->clerk, "b", &is_new);
    assert_true(
        raw_repo_new(h->db, h->arena, h->keys, &h->system, h->stores[0], 0, 10, &raws, &count, &e));
    assert_int_equal(count, 2);
    assert_text(raws[0].payload, "{\"buyer\":\"Kaya\"}");
    assert_true(raw_repo_new(h->db, h->arena, h->keys, &h->system, h->stores[0], first, 10, &raws,
                             &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(raws[0].id, second);
    static const struct sql_text open_text = {
        .both =
            "SELECT COUNT(*) FROM {p}mp_order_raw WHERE id > ? AND instr(payload_box, 'Kaya') > 0",
    };
    assert_int_equal(house_number(h, &open_text, 0), 0);
    assert_true(raw_repo_done(h->db, &h->system, first, &e));
    assert_true(
        raw_repo_new(h->db, h->arena, h->keys, &h->system, h->stores[0], 0, 10, &raws, &count, &e));
    assert_int_equal(count, 1);
}

static void a_failed_payload_is_shown_and_tried_again(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 }, why = { 0 };
    bool is_new;
    struct raw_order *raws;
    size_t count;
    int64_t store = 0, id = add_raw(h, &h->system, "a", &is_new);
    err_set(&why, ERR_INVALID, "json.syntax", "no JSON in line 1");
    assert_false(raw_repo_retry(h->db, &h->system, id, &e)); /* it has not failed */
    assert_true(raw_repo_failed(h->db, &h->system, id, &why, &e));
    assert_true(raw_repo_list_failed(h->db, h->arena, &h->clerk, &raws, &count, &e));
    assert_int_equal(count, 1);
    assert_text(raws[0].error_code, "json.syntax");
    assert_text(raws[0].error_message, "no JSON in line 1");
    assert_int_equal(raws[0].tries, 1);
    assert_true(raw_repo_store(h->db, h->arena, &h->clerk, id, &store, &e));
    assert_int_equal(store, h->stores[0]);
    assert_true(raw_repo_retry(h->db, &h->system, id, &e));
    assert_true(raw_repo_list_failed(h->db, h->arena, &h->system, &raws, &count, &e));
    assert_int_equal(count, 0);
    assert_true(
        raw_repo_new(h->db, h->arena, h->keys, &h->system, h->stores[0], 0, 9, &raws, &count, &e));
    assert_int_equal(count, 1);
}

static void payloads_are_a_companys_own(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    struct err e = { 0 }, why = { 0 };
    bool is_new;
    struct raw_order *raws;
    size_t count = 9;
    int64_t store, id = add_raw(h, &h->system, "a", &is_new);
    err_set(&why, ERR_INVALID, "x", "x");
    struct raw_order raw = { .store_id = h->stores[0],
                             .source = STR("poll"),
                             .dedupe_key = STR("z") };
    assert_false(raw_repo_add(h->db, h->arena, h->keys, &h->stranger, &raw, &store, &is_new, &e));
    assert_string_equal(e.code, "store.not_found");
    assert_true(raw_repo_new(h->db, h->arena, h->keys, &h->stranger, h->stores[0], 0, 9, &raws,
                             &count, &e));
    assert_int_equal(count, 0);
    assert_false(raw_repo_done(h->db, &h->stranger, id, &e));
    assert_false(raw_repo_failed(h->db, &h->stranger, id, &why, &e));
    assert_true(raw_repo_failed(h->db, &h->system, id, &why, &e));
    assert_false(raw_repo_retry(h->db, &h->stranger, id, &e));
    assert_false(raw_repo_store(h->db, h->arena, &h->stranger, id, &store, &e));
    assert_true(raw_repo_list_failed(h->db, h->arena, &h->stranger, &raws, &count, &e));
    assert_int_equal(count, 0);
}

int main(void)
{
    static struct suite s;
    listed = house_new();
    fill(listed);
    SUITE_TEST(&s, what_is_saved_is_found);
    SUITE_TEST(&s, rows_are_updated_in_place);
    SUITE_TEST(&s, a_buyer_is_sealed);
    SUITE_TEST(&s, a_store_of_others_is_no_store);
    SUITE_TEST(&s, orders_are_a_companys_own);
    SUITE_ROWS(&s, orders_are_listed, list_cases);
    SUITE_TEST(&s, many_matches_are_walked);
    SUITE_TEST(&s, a_clerk_lists_his_stores);
    SUITE_TEST(&s, pages_and_cursors_are_checked);
    SUITE_TEST(&s, totals_leave_cancelled_orders_out);
    SUITE_TEST(&s, a_payload_is_stored_once_and_sealed);
    SUITE_TEST(&s, a_failed_payload_is_shown_and_tried_again);
    SUITE_TEST(&s, payloads_are_a_companys_own);
    int failed = suite_run(&s, "orders");
    house_free(listed);
    return failed;
}
