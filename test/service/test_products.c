/* Products made and edited by people: checks, first stock, and what a change sets off. */
#include "db/db.h"
#include "repo/listing_repo.h"
#include "repo/stock_repo.h"
#include "service/catalogue.h"
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

static struct variant variant_of(const char *sku)
{
    return (struct variant){ .sku = str_from(sku), .price = money_of(1000000, "TRY") };
}

static struct product product_of(size_t variants)
{
    return (struct product){ .title = STR("Yün Kazak"),
                             .brand = STR("Marka"),
                             .category = STR("Giyim"),
                             .vat_ppm = 200000,
                             .variant_count = variants };
}

static int64_t number(const char *text, int64_t value)
{
    struct err e = { 0 };
    struct db_rows rows;
    struct sql_text sql = { .both = text };
    assert_true(db_query(h->db, h->arena, &sql, &rows, &e, db_i64(value)));
    return db_cell_i64(&rows, 0, 0);
}

static void new_variants_get_stock_with_a_first_entry(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct variant v[2] = { variant_of("K-1"), variant_of("K-2") };
    struct product p = product_of(2);
    const int64_t initial[] = { 12, 0 };
    struct ledger_entry *entries;
    size_t count;
    assert_true(product_save(&h->service, h->arena, &h->admin, &p, v, initial, &e));
    assert_true(p.id && v[0].id && v[1].id);
    assert_int_equal(house_available(h, v[0].id), 12);
    assert_int_equal(house_available(h, v[1].id), 0);
    assert_true(
        ledger_repo_entries(h->db, h->arena, &h->admin, v[0].id, 0, 9, &entries, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(entries[0].cause, CAUSE_COUNT);
    assert_int_equal(entries[0].delta, 12);
    assert_int_equal(entries[0].user_id, h->admin.user_id);
    assert_true(
        ledger_repo_entries(h->db, h->arena, &h->admin, v[1].id, 0, 9, &entries, &count, &e));
    assert_int_equal(count, 0);
    assert_int_equal(number("SELECT COUNT(*) FROM {p}mp_stock WHERE variant_id = ?", v[1].id), 1);
    assert_int_equal(
        number("SELECT COUNT(*) FROM {p}mp_audit WHERE action = 'product.create' AND user_id = ?",
               h->admin.user_id),
        1);
}

static void only_what_changes_the_offer_is_wanted_anew(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct product p;
    assert_true(product_repo_find(h->db, h->arena, &h->admin, h->product, &p, &e));
    struct variant v[3] = { p.variants[0], p.variants[1], p.variants[2] };
    v[0].price.e4 = 1500000;
    v[1].safety_stock = 4;
    v[2].barcode = STR("123"); /* no part of an offer */
    p.variant_count = 3;
    assert_true(product_save(&h->service, h->arena, &h->admin, &p, v, NULL, &e));
    struct listing l;
    assert_true(listing_repo_find(h->db, h->arena, &h->admin, h->listings[1][0], &l, &e));
    assert_int_equal(l.wanted.price.e4, 1500000);
    assert_true(listing_repo_find(h->db, h->arena, &h->admin, h->listings[1][1], &l, &e));
    assert_int_equal(l.wanted.quantity, HOUSE_STOCK - 4);
    assert_true(listing_repo_find(h->db, h->arena, &h->admin, h->listings[1][2], &l, &e));
    assert_int_equal(l.wanted.seq, 0);
    assert_int_equal(
        number("SELECT COUNT(*) FROM {p}mp_job WHERE kind = 'push_offers' AND id > ?", 0), 2);
    assert_int_equal(house_available(h, h->variants[0]), HOUSE_STOCK); /* no stock row anew */
}

static void many_changes_at_once_are_a_job_of_each_store(void **state)
{
    (void)state;
    enum { MANY = 150 };
    static struct variant v[MANY];
    struct err e = { 0 };
    struct product p = product_of(MANY);
    for (int i = 0; i < MANY; i++) v[i] = variant_of("");
    for (int i = 0; i < MANY; i++) v[i].sku = str_print(h->arena, "M-%d", i);
    assert_true(product_save(&h->service, h->arena, &h->admin, &p, v, NULL, &e));
    static const char jobs[] = "SELECT COUNT(*) FROM {p}mp_job WHERE kind = 'recompute' AND id > ?";
    assert_int_equal(number(jobs, 0), 0);
    for (int i = 0; i < MANY; i++) v[i].price.e4 = 2000000;
    assert_true(product_save(&h->service, h->arena, &h->admin, &p, v, NULL, &e));
    assert_int_equal(number(jobs, 0), HOUSE_STORES);
}

static const struct refused_case {
    const char *name;
    struct product product;
    struct variant variant;
    int64_t initial;
    const char *code;
} refused[] = {
    { "no title", { .title = STR_INIT("  ") }, { .sku = STR_INIT("K") }, 0, "product.title" },
    { "a title of two lines",
      { .title = STR_INIT("a\nb") },
      { .sku = STR_INIT("K") },
      0,
      "product.title" },
    { "VAT above all",
      { .title = STR_INIT("a"), .vat_ppm = 1000001 },
      { .sku = STR_INIT("K") },
      0,
      "product.vat" },
    { "no SKU", { .title = STR_INIT("a") }, { .sku = STR_INIT("") }, 0, "sku.invalid" },
    { "a SKU that is taken",
      { .title = STR_INIT("a") },
      { .sku = STR_INIT("BDS-0001") },
      0,
      "sku.taken" },
    { "a first count below zero",
      { .title = STR_INIT("a") },
      { .sku = STR_INIT("K") },
      -1,
      "variant.initial" },
    { "a safety stock below zero",
      { .title = STR_INIT("a") },
      { .sku = STR_INIT("K"), .safety_stock = -1 },
      0,
      "variant.safety_stock" },
    { "a list price below zero",
      { .title = STR_INIT("a") },
      { .sku = STR_INIT("K"), .list_price = { -1, "TRY" } },
      0,
      "variant.list_price" },
    { "a cost in another currency",
      { .title = STR_INIT("a") },
      { .sku = STR_INIT("K"), .cost = { 1, "EUR" } },
      0,
      "variant.cost" },
    { "a barcode with a tab",
      { .title = STR_INIT("a") },
      { .sku = STR_INIT("K"), .barcode = STR_INIT("1\t2") },
      0,
      "variant.words" },
};

static void a_product_is_refused(void **state)
{
    const struct refused_case *c = *state;
    setup(NULL);
    struct err e = { 0 };
    struct product p = c->product;
    struct variant v = c->variant;
    v.price = money_of(10000, "TRY");
    p.variant_count = 1;
    int64_t products = number("SELECT COUNT(*) FROM {p}mp_product WHERE id > ?", 0);
    assert_false(product_save(&h->service, h->arena, &h->admin, &p, &v, &c->initial, &e));
    assert_string_equal(e.code, c->code);
    assert_int_equal(p.id, 0);
    assert_int_equal(v.id, 0);
    assert_int_equal(number("SELECT COUNT(*) FROM {p}mp_product WHERE id > ?", 0), products);
    teardown(NULL);
}

static void a_price_is_above_zero(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct variant v = variant_of("K-1");
    struct product p = product_of(1);
    v.price.e4 = 0;
    assert_false(product_save(&h->service, h->arena, &h->admin, &p, &v, NULL, &e));
    assert_string_equal(e.code, "variant.price");
}

static void a_sku_stands_once_in_a_product(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct variant v[2] = { variant_of("K-1"), variant_of("K-1") };
    struct product p = product_of(2);
    assert_false(product_save(&h->service, h->arena, &h->admin, &p, v, NULL, &e));
    assert_string_equal(e.code, "sku.taken");
    p.variant_count = 0;
    assert_false(product_save(&h->service, h->arena, &h->admin, &p, v, NULL, &e));
    assert_string_equal(e.code, "product.variants");
}

static void another_companys_product_is_not_there(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct variant v = variant_of("K-1");
    struct product p = product_of(1);
    p.id = h->product;
    assert_false(product_save(&h->service, h->arena, &h->stranger, &p, &v, NULL, &e));
    assert_string_equal(e.code, "product.not_found");
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
        IN_HOUSE(new_variants_get_stock_with_a_first_entry),
        IN_HOUSE(only_what_changes_the_offer_is_wanted_anew),
        IN_HOUSE(many_changes_at_once_are_a_job_of_each_store),
        IN_HOUSE(a_price_is_above_zero),
        IN_HOUSE(a_sku_stands_once_in_a_product),
        IN_HOUSE(another_companys_product_is_not_there),
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) s.tests[s.count++] = tests[i];
    SUITE_ROWS(&s, a_product_is_refused, refused);
    return suite_run(&s, "products");
}
