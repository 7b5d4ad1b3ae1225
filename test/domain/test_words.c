/* The small things of domain: SKUs, roles, store states, ledger entries, callback addresses. */
#include "domain/actor.h"
#include "domain/hook.h"
#include "domain/ledger.h"
#include "domain/product.h"
#include "domain/store.h"
#include "support/suite.h"

static const struct sku_case {
    const char *name, *sku;
    bool ok;
} sku_cases[] = {
    { "a plain SKU", "BDS-0001", true },
    { "Turkish letters", "ŞAL-KIRMIZI", true },
    { "a blank inside", "SAL 1", true },
    { "the longest", "0123456789012345678901234567890123456789012345678901234567890123", true },
    { "one too long", "01234567890123456789012345678901234567890123456789012345678901234", false },
    { "an empty one", "", false },
    { "a blank before", " A", false },
    { "a blank after", "A ", false },
    { "a line end inside", "A\nB", false },
    { "a delete character", "A\x7f", false },
    { "broken text", "A\xff", false },
};

static void skus_are_checked(void **state)
{
    const struct sku_case *c = *state;
    struct err e = { 0 };
    assert_int_equal(sku_check(str_from(c->sku), &e), c->ok);
    if (!c->ok) assert_string_equal(e.code, "sku.invalid");
}

static void roles_read_back_and_keep_apart(void **state)
{
    (void)state;
    for (int r = 0; r < ROLE_COUNT; r++) {
        enum role back;
        assert_true(role_from(str_from(role_name((enum role)r)), &back));
        assert_int_equal(back, r);
    }
    struct actor admin = { .rights = role_rights(ROLE_ADMIN) };
    struct actor support = { .rights = role_rights(ROLE_SUPPORT) };
    assert_true(actor_may(&admin, RIGHT_EDIT_STORES));
    assert_true(actor_may(&support, RIGHT_WORK_ORDERS));
    assert_false(actor_may(&support, RIGHT_EDIT_STOCK));
    assert_int_equal(role_rights(ROLE_CUSTOMER), 0);
    struct actor system = actor_system(7);
    assert_int_equal(system.company_id, 7);
    assert_int_equal(system.user_id, 0);
    assert_true(system.all_stores && actor_may(&system, RIGHT_SEE_BUYERS));
}

static void store_values_are_found(void **state)
{
    (void)state;
    const struct store_value values[] = { { STR_INIT("seller_id"), STR_INIT("100200") } };
    struct store s = { .values = values, .value_count = 1 };
    assert_text(store_value(&s, "seller_id"), "100200");
    assert_text(store_value(&s, "key"), "");
    for (int i = 0; i < STORE_STATE_COUNT; i++) {
        enum store_state back;
        assert_true(store_state_from(str_from(store_state_name((enum store_state)i)), &back));
        assert_int_equal(back, i);
    }
}

static struct ledger_entry an_entry(void)
{
    return (struct ledger_entry){ .company_id = 1,
                                  .variant_id = 2,
                                  .seq = 3,
                                  .delta = -1,
                                  .resulting = 9,
                                  .cause = CAUSE_ORDER_LINE,
                                  .cause_key = STR("order:3:1075012345:4765111:1"),
                                  .note = STR("why"),
                                  .user_id = 4,
                                  .at = 1790000000000 };
}

/* Recomputed outside, by the layout that ledger.h describes. */
static void a_seal_is_what_its_description_says(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct ledger_entry en = an_entry();
    ledger_seal(a, &en, "");
    assert_string_equal(en.hash,
                        "a8bc66397f2d7fe03461dfadb86c2597994fe5f4ab46b8c434bfdf515f186f53");
    ledger_seal(a, &en, "aa");
    assert_string_equal(en.hash,
                        "fa26838f019e2063227327ca044e9014e6346e5b842c7203395783227a6104d4");
}

static void every_field_is_under_the_seal(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct ledger_entry was = an_entry(), now[12];
    ledger_seal(a, &was, "aa");
    for (size_t i = 0; i < 12; i++) now[i] = an_entry();
    now[0].company_id = now[1].variant_id = now[2].seq = now[3].delta = now[4].resulting = 77;
    now[5].cause = CAUSE_SHOP;
    now[6].cause_key = STR("order:3:1075012345:4765111:2");
    now[7].note = STR("Why");
    now[8].user_id = 0;
    now[9].at++;
    /* The border between two texts counts too. */
    now[10].cause_key = STR("order:3:1075012345:4765111:1w");
    now[10].note = STR("hy");
    for (size_t i = 0; i < 12; i++) {
        ledger_seal(a, &now[i], i == 11 ? "ab" : "aa");
        assert_string_not_equal(now[i].hash, was.hash);
    }
}

static void causes_read_back(void **state)
{
    (void)state;
    enum ledger_cause back;
    for (int c = 0; c < CAUSE_COUNT_; c++) {
        assert_true(ledger_cause_from(str_from(ledger_cause_name((enum ledger_cause)c)), &back));
        assert_int_equal(back, c);
    }
    assert_false(ledger_cause_from(STR("gift"), &back));
}

static void a_store_is_called_at_its_own_address(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    assert_text(hook_url(a, STR("https://hub.example//"), STR("trendyol"), STR("s3cret")),
                "https://hub.example/hooks/trendyol/s3cret");
    assert_int_equal(hook_key(a, STR("s3cret")).len, 64);
    assert_false(str_has(hook_key(a, STR("s3cret")), STR("s3cret")));
    assert_false(str_eq(hook_key(a, STR("s3cret")), hook_key(a, STR("s3creT"))));
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, skus_are_checked, sku_cases);
    SUITE_TEST(&s, roles_read_back_and_keep_apart);
    SUITE_TEST(&s, store_values_are_found);
    SUITE_TEST(&s, a_seal_is_what_its_description_says);
    SUITE_TEST(&s, every_field_is_under_the_seal);
    SUITE_TEST(&s, causes_read_back);
    SUITE_TEST(&s, a_store_is_called_at_its_own_address);
    return suite_run(&s, "words");
}
