#include "support/told.h"

#include "service/order.h"
#include "service/stock.h"
#include "support/suite.h"

static enum order_status status_from(str name)
{
    enum order_status s = ORDER_UNKNOWN;
    order_status_from(name, &s);
    return s;
}

static struct order_line read_line(struct house *h, str text, str package_status)
{
    str id, sku, pieces, rest, status;
    int64_t variant = 0;
    assert_true(str_split(str_trim(text), ':', &id, &rest));
    assert_true(str_split(rest, ':', &sku, &pieces));
    if (!str_split(pieces, '/', &pieces, &status)) status = package_status;
    struct order_line l = { .remote_line_id = id, .title = STR("Şal"), .remote_status = status };
    l.is_cancelled = str_ends(pieces, STR("x"));
    if (l.is_cancelled) pieces.len--;
    l.status = l.is_cancelled ? ORDER_CANCELLED : status_from(status);
    l.unit_price = money_of(1000000, "TRY");
    l.unit_discount = money_of(0, "TRY");
    assert_true(str_to_i64(pieces, &l.quantity));
    if (str_to_i64(sku, &variant))
        l.remote_sku = house_remote(h, (size_t)variant);
    else
        l.remote_sku = str_cut(sku, 1, sku.len);
    return l;
}

static struct order read_order(struct house *h, str text)
{
    str head, lines, line, number, package, time, status;
    int64_t minute = 0;
    assert_true(str_split(text, '|', &head, &lines));
    head = str_trim(head);
    assert_true(str_split(head, ' ', &number, &head));
    assert_true(str_split(head, ' ', &package, &head));
    assert_true(str_split(head, ' ', &time, &status));
    assert_true(str_to_i64(str_cut(time, 1, time.len), &minute));
    struct order o = { .remote_number = number,
                       .status = status_from(status),
                       .remote_status = status,
                       .ordered_at = HOUSE_NOW,
                       .modified_at = minute ? HOUSE_NOW + minute * UTC_MINUTE : 0,
                       .total = money_of(0, "TRY"),
                       .buyer_name = STR("Ayşe Kaya"),
                       .buyer_json = STR("{}") };
    str_split(package, '<', &o.remote_package_id, &o.origin_package_ids);
    struct order_line *list = ARENA_ARRAY(h->arena, struct order_line, 64);
    for (; str_next(&lines, ',', &line); o.line_count++) {
        assert_true(o.line_count < 64);
        list[o.line_count] = read_line(h, line, status);
        o.total.e4 += list[o.line_count].quantity * 1000000;
    }
    o.lines = list;
    return o;
}

const struct order *told_orders(struct house *h, const char *text, size_t *count)
{
    struct order *orders = ARENA_ARRAY(h->arena, struct order, 16);
    str rest = str_from(text), one;
    *count = 0;
    while (str_next(&rest, ';', &one)) {
        assert_true(*count < 16);
        orders[(*count)++] = read_order(h, str_trim(one));
    }
    return orders;
}

void told_accept(struct house *h, size_t store, const char *text)
{
    struct err e = { 0 };
    size_t count;
    const struct order *orders = told_orders(h, text, &count);
    if (order_accept(&h->service, &h->system, h->stores[store], 0, orders, count, &e)) return;
    print_error("%s: %s (%s)\n", text, e.message, e.code);
    fail();
}

str told_left(struct house *h)
{
    static const struct sql_text stocks = {
        .both = "SELECT variant_id, available, reserved FROM {p}mp_stock ORDER BY variant_id",
    };
    static const struct sql_text orders = {
        .both = "SELECT remote_number, status, is_short, is_unmapped FROM {p}mp_order_map"
                " ORDER BY id",
    };
    struct err e = { 0 };
    struct db_rows rows;
    struct text t = { .arena = h->arena };
    assert_true(db_query(h->db, h->arena, &stocks, &rows, &e));
    for (size_t i = 0; i < rows.count; i++)
        if (db_cell_i64(&rows, i, 1) != HOUSE_STOCK || db_cell_i64(&rows, i, 2))
            text_print(&t, "%lld:%lld+%lld ",
                       (long long)(db_cell_i64(&rows, i, 0) - h->variants[0]),
                       (long long)db_cell_i64(&rows, i, 1), (long long)db_cell_i64(&rows, i, 2));
    assert_true(db_query(h->db, h->arena, &orders, &rows, &e));
    for (size_t i = 0; i < rows.count; i++)
        text_print(&t, "%s%.*s %.*s%s%s", i ? ", " : "| ", STR_ARG(db_cell_text(&rows, i, 0)),
                   STR_ARG(db_cell_text(&rows, i, 1)), db_cell_i64(&rows, i, 2) ? " short" : "",
                   db_cell_i64(&rows, i, 3) ? " unmapped" : "");
    return str_trim(text_str(&t));
}

void told_ledger_is_clean(struct house *h)
{
    struct err e = { 0 };
    struct ledger_verdict v;
    assert_true(ledger_verify(&h->service, &v, &e));
    if (v.is_clean) return;
    print_error("ledger: variant %lld, entry %lld: %s\n", (long long)v.variant_id, (long long)v.seq,
                v.problem);
    fail();
}
