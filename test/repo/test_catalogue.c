/* Products and variants: saved together, found by words, SKU and barcode. */
#include "db/db.h"
#include "repo/catalogue_repo.h"
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

static struct variant variant_of(const char *sku, const char *barcode)
{
    return (struct variant){ .sku = str_from(sku),
                             .barcode = str_from(barcode),
                             .price = money_of(1000000, "TRY"),
                             .list_price = money_of(1200000, "TRY") };
}

static int64_t save(const char *title, const char *category, const char *sku)
{
    struct err e = { 0 };
    struct variant v = variant_of(sku, "");
    struct product p = { .title = str_from(title),
                         .brand = STR("Marka"),
                         .category = str_from(category),
                         .variant_count = 1 };
    assert_true(product_repo_save(h->db, h->arena, &h->admin, &p, &v, HOUSE_NOW, &e));
    return p.id;
}

static size_t list(const struct actor *by, const struct product_filter *f, size_t limit,
                   str *titles)
{
    struct err e = { 0 };
    struct page page = { .limit = limit };
    struct page_end end;
    size_t total = 0;
    do {
        struct product *products;
        size_t count;
        assert_true(product_repo_list(h->db, h->arena, by, f, &page, &products, &count, &end, &e));
        assert_true(count <= limit);
        for (size_t i = 0; i < count; i++) titles[total++] = products[i].title;
        page.cursor = end.next;
    } while (end.next.len);
    return total;
}

static void a_product_is_saved_with_its_variants(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct variant v[2] = { variant_of("KZK-1", "111"), variant_of("KZK-2", "222") };
    v[0].name = STR("Beden: M");
    v[0].cost = money_of(500000, "TRY");
    v[1].safety_stock = 4;
    struct product found, p = { .title = STR("Yün Kazak"),
                                .brand = STR("İpek"),
                                .category = STR("Giyim"),
                                .vat_ppm = 100000,
                                .variant_count = 2 };
    assert_true(product_repo_save(h->db, h->arena, &h->admin, &p, v, HOUSE_NOW, &e));
    assert_true(product_repo_find(h->db, h->arena, &h->admin, p.id, &found, &e));
    assert_text(found.title, "Yün Kazak");
    assert_text(found.brand, "İpek");
    assert_int_equal(found.vat_ppm, 100000);
    assert_int_equal(found.created_at, HOUSE_NOW);
    assert_int_equal(found.variant_count, 2);
    assert_text(found.variants[0].sku, "KZK-1");
    assert_text(found.variants[0].name, "Beden: M");
    assert_int_equal(found.variants[0].cost.e4, 500000);
    assert_string_equal(found.variants[0].cost.currency, "TRY");
    assert_string_equal(found.variants[1].cost.currency, ""); /* not given is not zero */
    assert_int_equal(found.variants[1].safety_stock, 4);
    assert_int_equal(found.variants[1].available, 0);

    v[1].sku = STR("KZK-3");
    v[1].price.e4 = 990000;
    p.title = STR("Kazak");
    p.variant_count = 1; /* only the second: the first stays */
    assert_true(product_repo_save(h->db, h->arena, &h->admin, &p, v + 1, HOUSE_NOW + 5, &e));
    assert_true(product_repo_find(h->db, h->arena, &h->admin, p.id, &found, &e));
    assert_int_equal(found.variant_count, 2);
    assert_int_equal(found.updated_at, HOUSE_NOW + 5);
    assert_int_equal(found.created_at, HOUSE_NOW);
    assert_text(found.variants[1].sku, "KZK-3");
    assert_int_equal(found.variants[1].price.e4, 990000);
    str titles[8];
    struct product_filter f = { .search = STR("kzk-1 IPEK") }; /* of a variant not saved now */
    assert_int_equal(list(&h->admin, &f, 5, titles), 1);
    f.search = STR("kzk-2");
    assert_int_equal(list(&h->admin, &f, 5, titles), 0);
}

static void a_sku_is_one_companys_and_case_counts(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct variant v = variant_of("BDS-0001", "");
    struct product p = { .title = STR("Başka"), .variant_count = 1 };
    struct db_tx *tx = db_begin(h->db, &e);
    assert_false(product_repo_save(h->db, h->arena, &h->admin, &p, &v, HOUSE_NOW, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_string_equal(e.code, "sku.taken");
    assert_string_equal(e.args[0].value, "BDS-0001");
    db_rollback(tx);
    p.id = 0;
    v = variant_of("bds-0001", "");
    assert_true(product_repo_save(h->db, h->arena, &h->admin, &p, &v, HOUSE_NOW, &e));
    v.sku = STR("BDS-0002");
    assert_false(product_repo_save(h->db, h->arena, &h->admin, &p, &v, HOUSE_NOW, &e));
    assert_string_equal(e.code, "sku.taken");
}

static void titles_come_in_the_turkish_order(void **state)
{
    (void)state;
    save("Çanta", "A", "A-1");
    save("Cüzdan", "A", "A-2");
    save("Ilık Su", "B", "A-3");
    save("İnce Bel", "A", "A-4");
    save("Çanta", "A", "A-5"); /* the same title twice: the id tells */
    static const char *const wanted[] = { "Cüzdan",  "Çanta",    "Çanta",
                                          "Ilık Su", "İnce Bel", "Kırmızı Şal" };
    str titles[16];
    struct product_filter f = { 0 };
    static const struct sql_text sort = {
        .both = "UPDATE {p}mp_product SET sort_key = 'zzz' WHERE id = ?",
    };
    house_run(h, &sort, h->product); /* the fixture's key is no real one */
    for (size_t limit = 1; limit <= 7; limit += 3) {
        assert_int_equal(list(&h->admin, &f, limit, titles), 6);
        for (size_t i = 0; i < 6; i++) assert_text(titles[i], wanted[i]);
    }
    f.category = STR("A");
    assert_int_equal(list(&h->admin, &f, 2, titles), 4);
    assert_text(titles[3], "İnce Bel");
    f.search = STR("CANTA");
    assert_int_equal(list(&h->admin, &f, 1, titles), 2);
}

static void low_stock_is_at_or_below_the_safety_stock(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct variant *low;
    size_t count;
    str titles[8];
    struct product_filter f = { .low_stock = true };
    assert_true(variant_repo_low(h->db, h->arena, &h->admin, 10, &low, &count, &e));
    assert_int_equal(count, 0);
    assert_int_equal(list(&h->admin, &f, 5, titles), 0);
    static const struct sql_text set = {
        .both = "UPDATE {p}mp_variant SET safety_stock = 10 WHERE id = ?",
    };
    house_run(h, &set, h->variants[3]);
    assert_true(variant_repo_low(h->db, h->arena, &h->admin, 10, &low, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(low[0].id, h->variants[3]);
    assert_int_equal(low[0].available, HOUSE_STOCK);
    assert_int_equal(list(&h->admin, &f, 5, titles), 1);
    assert_int_equal(list(&h->stranger, &f, 5, titles), 0);
}

static size_t matches(const struct actor *by, const char *remote_sku)
{
    struct err e = { 0 };
    struct variant *found;
    size_t count;
    assert_true(variant_repo_match(h->db, h->arena, by, str_from(remote_sku), &found, &count, &e));
    return count;
}

static void a_remote_sku_matches_by_barcode_or_sku(void **state)
{
    (void)state;
    assert_int_equal(matches(&h->admin, "8690000000003"), 1);
    assert_int_equal(matches(&h->admin, "BDS-0003"), 1);
    assert_int_equal(matches(&h->admin, "bds-0003"), 0);
    assert_int_equal(matches(&h->admin, "nothing"), 0);
    save("Barkodsuz", "", "BDS-X");
    assert_int_equal(matches(&h->admin, ""), 0); /* no barcode is no match */
    save("Aynı", "", "8690000000003");           /* one's SKU is another's barcode */
    assert_int_equal(matches(&h->admin, "8690000000003"), 2);
    assert_int_equal(matches(&h->stranger, "8690000000003"), 0);
    assert_int_equal(matches(&h->stranger, "8690000000001"), 1); /* his own */
}

static void another_company_sees_and_changes_nothing(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct product p, found;
    struct variant v;
    assert_false(product_repo_find(h->db, h->arena, &h->stranger, h->product, &found, &e));
    assert_string_equal(e.code, "product.not_found");
    assert_false(variant_repo_find(h->db, h->arena, &h->stranger, h->variants[0], &v, &e));
    assert_string_equal(e.code, "variant.not_found");
    assert_true(variant_repo_find_sku(h->db, h->arena, &h->stranger, STR("BDS-0001"), &v, &e));
    assert_int_equal(v.id, h->other_variant);
    assert_false(variant_repo_find_sku(h->db, h->arena, &h->stranger, STR("BDS-0002"), &v, &e));
    assert_string_equal(e.args[0].value, "BDS-0002");
    p = (struct product){ .id = h->product, .title = STR("Mine now") };
    assert_false(product_repo_save(h->db, h->arena, &h->stranger, &p, NULL, HOUSE_NOW, &e));
    v = variant_of("BDS-0001", "");
    v.id = h->variants[0];
    p = (struct product){ .title = STR("Mine"), .variant_count = 1 };
    struct db_tx *tx = db_begin(h->db, &e);
    assert_false(product_repo_save(h->db, h->arena, &h->stranger, &p, &v, HOUSE_NOW, &e));
    assert_string_equal(e.code, "variant.not_found");
    db_rollback(tx);
    str titles[8];
    struct product_filter f = { 0 };
    assert_int_equal(list(&h->stranger, &f, 5, titles), 1);
    assert_true(product_repo_find(h->db, h->arena, &h->clerk, h->product, &found, &e));
    assert_text(found.title, "Kırmızı Şal");
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(a_product_is_saved_with_its_variants),
        IN_HOUSE(a_sku_is_one_companys_and_case_counts),
        IN_HOUSE(titles_come_in_the_turkish_order),
        IN_HOUSE(low_stock_is_at_or_below_the_safety_stock),
        IN_HOUSE(a_remote_sku_matches_by_barcode_or_sku),
        IN_HOUSE(another_company_sees_and_changes_nothing),
    };
    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
