/* Stores with sealed credentials, and their schedules. */
#include "db/db.h"
#include "repo/store_repo.h"
#include "support/house.h"
#include "support/suite.h"

static struct house *h;
static const char *const secrets[] = { "api_key", "api_secret", NULL };

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

static const struct store_value first_values[] = {
    { STR_INIT("seller_id"), STR_INIT("4711") },
    { STR_INIT("api_key"), STR_INIT("key-one") },
    { STR_INIT("api_secret"), STR_INIT("geheim \"1\"") },
};

static struct store connect(const char *name)
{
    struct err e = { 0 };
    struct store s = { .marketplace = STR("trendyol"),
                       .name = str_from(name),
                       .base_url = STR("https://example.org"),
                       .quantity_ceiling = 20000,
                       .values = first_values,
                       .value_count = 3 };
    assert_true(store_repo_save(h->db, h->arena, h->keys, &h->admin, &s, secrets, HOUSE_NOW, &e));
    return s;
}

static struct store open(int64_t id)
{
    struct err e = { 0 };
    struct store s;
    assert_true(store_repo_open(h->db, h->arena, h->keys, &h->system, id, &s, &e));
    return s;
}

static void a_store_is_saved_and_opened(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store shown, s = open(connect("Yeni").id);
    assert_text(store_value(&s, "seller_id"), "4711");
    assert_text(store_value(&s, "api_key"), "key-one");
    assert_text(store_value(&s, "api_secret"), "geheim \"1\"");
    assert_int_equal(s.quantity_ceiling, 20000);
    assert_true(s.hook_secret.len >= 40);
    assert_int_equal(s.state, STORE_ACTIVE);
    assert_true(store_repo_find(h->db, h->arena, &h->admin, s.id, &shown, &e));
    assert_int_equal(shown.value_count, 0); /* for display: nothing that was sealed */
    assert_int_equal(shown.hook_secret.len, 0);
    assert_text(shown.base_url, "https://example.org");
    assert_int_equal(shown.created_at, HOUSE_NOW);
}

static void secrets_do_not_stand_in_the_file(void **state)
{
    (void)state;
    struct store s = connect("Yeni");
    static const struct sql_text find = {
        .both = "SELECT COUNT(*) FROM {p}marketplace WHERE id = ? AND (INSTR(creds_json,"
                " CAST('geheim' AS BLOB)) > 0 OR INSTR(settings, 'key-one') > 0"
                " OR LENGTH(creds_json) < 40 OR LENGTH(hook_secret_box) < 40)",
    };
    assert_int_equal(house_number(h, &find, s.id), 0);
    static const struct sql_text open_one = {
        .both = "SELECT COUNT(*) FROM {p}marketplace WHERE id = ? AND INSTR(settings, '4711') > 0",
    };
    assert_int_equal(house_number(h, &open_one, s.id), 1);
}

static void a_box_copied_into_another_store_does_not_open(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store a = connect("A"), b = connect("B"), s;
    static const struct sql_text copy = {
        .both = "UPDATE {p}marketplace SET creds_json = (SELECT o.creds_json FROM {p}marketplace o"
                " WHERE o.name = 'A') WHERE id = ?",
    };
    house_run(h, &copy, b.id);
    assert_false(store_repo_open(h->db, h->arena, h->keys, &h->system, b.id, &s, &e));
    assert_string_equal(e.code, "box.damaged");
    assert_true(store_repo_open(h->db, h->arena, h->keys, &h->system, a.id, &s, &e));
}

static void a_secret_not_given_again_stays(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store s = connect("Yeni");
    str hook = s.hook_secret;
    const struct store_value values[] = { { STR_INIT("seller_id"), STR_INIT("4712") },
                                          { STR_INIT("api_key"), STR_INIT("key-two") },
                                          { STR_INIT("api_secret"), STR_INIT("") } };
    s.values = values;
    s.name = STR("Yeni ad");
    assert_true(
        store_repo_save(h->db, h->arena, h->keys, &h->admin, &s, secrets, HOUSE_NOW + 9, &e));
    s = open(s.id);
    assert_text(s.name, "Yeni ad");
    assert_text(store_value(&s, "seller_id"), "4712");
    assert_text(store_value(&s, "api_key"), "key-two");
    assert_text(store_value(&s, "api_secret"), "geheim \"1\"");
    assert_true(str_eq(s.hook_secret, hook));
    assert_int_equal(s.created_at, HOUSE_NOW);
}

static void a_callback_finds_its_store_by_its_secret(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store found, s = connect("Yeni");
    assert_true(store_repo_by_hook(h->db, h->arena, h->keys, s.hook_secret, &found, &e));
    assert_int_equal(found.id, s.id);
    assert_int_equal(found.company_id, h->company);
    assert_true(str_eq(found.hook_secret, s.hook_secret));
    assert_text(store_value(&found, "api_key"), "key-one");
    assert_false(store_repo_by_hook(h->db, h->arena, h->keys, STR("guess"), &found, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void names_are_single_within_a_company(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store s = { .marketplace = STR("trendyol"), .name = STR("Ada Trendyol") };
    assert_false(store_repo_save(h->db, h->arena, h->keys, &h->admin, &s, secrets, HOUSE_NOW, &e));
    assert_string_equal(e.code, "store.taken");
    assert_true(
        store_repo_save(h->db, h->arena, h->keys, &h->stranger, &s, secrets, HOUSE_NOW, &e));
    struct store other = connect("Yeni");
    other.name = STR("Ada Trendyol");
    assert_false(
        store_repo_save(h->db, h->arena, h->keys, &h->admin, &other, secrets, HOUSE_NOW, &e));
    assert_string_equal(e.code, "store.taken");
}

static void states_say_why(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store s;
    int64_t id = h->stores[0];
    assert_true(store_repo_state(h->db, &h->clerk, id, STORE_DISCONNECTED, STR("store.credentials"),
                                 STR("refused"), &e));
    assert_true(store_repo_checked(h->db, &h->clerk, id, HOUSE_NOW + 5, &e));
    assert_true(store_repo_hooked(h->db, &h->clerk, id, STR("wh-1"), &e));
    assert_true(store_repo_find(h->db, h->arena, &h->clerk, id, &s, &e));
    assert_int_equal(s.state, STORE_DISCONNECTED);
    assert_text(s.state_code, "store.credentials");
    assert_text(s.state_message, "refused");
    assert_int_equal(s.checked_at, HOUSE_NOW + 5);
    assert_text(s.hook_remote_id, "wh-1");
}

static void others_see_and_change_nothing(void **state)
{
    (void)state;
    const struct actor *others[] = { &h->stranger, &h->clerk };
    int64_t id = h->stores[1];
    struct err e = { 0 };
    assert_true(schedule_repo_ensure(h->db, &h->system, id, "orders", 1000, HOUSE_NOW, &e));
    for (size_t i = 0; i < 2; i++) {
        const struct actor *by = others[i];
        struct store s, *stores;
        struct schedule c, *schedules;
        size_t count;
        assert_false(store_repo_find(h->db, h->arena, by, id, &s, &e));
        assert_string_equal(e.code, "store.not_found");
        assert_false(store_repo_open(h->db, h->arena, h->keys, by, id, &s, &e));
        assert_true(store_repo_list(h->db, h->arena, by, &stores, &count, &e));
        assert_int_equal(count, 1);
        assert_int_not_equal(stores[0].id, id);
        s = (struct store){ .id = id, .name = STR("mine") };
        assert_false(store_repo_save(h->db, h->arena, h->keys, by, &s, secrets, HOUSE_NOW, &e));
        assert_false(store_repo_state(h->db, by, id, STORE_PAUSED, STR(""), STR(""), &e));
        assert_false(store_repo_checked(h->db, by, id, 1, &e));
        assert_false(store_repo_hooked(h->db, by, id, STR("x"), &e));
        assert_false(schedule_repo_ensure(h->db, by, id, "orders", 1, 1, &e));
        assert_false(schedule_repo_ensure(h->db, by, id, "sweep", 1, 1, &e));
        assert_false(schedule_repo_find(h->db, h->arena, by, id, "orders", &c, &e));
        assert_true(schedule_repo_list(h->db, h->arena, by, id, &schedules, &count, &e));
        assert_int_equal(count, 0);
        assert_false(
            schedule_repo_result(h->db, by, id, "orders", 1, true, STR("x"), STR("x"), &e));
        assert_false(schedule_repo_run_now(h->db, by, id, "orders", 1, &e));
    }
    struct store s = open(id);
    assert_text(s.name, "Ada Trendyol 2");
    assert_int_equal(s.state, STORE_ACTIVE);
    struct store *all;
    size_t count;
    assert_true(store_repo_all(h->db, h->arena, &all, &count, &e));
    assert_int_equal(count, HOUSE_STORES + 1);
}

/* --- schedules --- */

static size_t due(utc_ms now, struct schedule **out)
{
    struct err e = { 0 };
    size_t count;
    assert_true(schedule_repo_due(h->db, h->arena, now, 10, out, &count, &e));
    return count;
}

static void a_due_schedule_is_claimed_once(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct schedule *c;
    bool is_ours;
    assert_true(
        schedule_repo_ensure(h->db, &h->system, h->stores[0], "orders", 1000, HOUSE_NOW + 10, &e));
    assert_int_equal(due(HOUSE_NOW + 9, &c), 0);
    assert_int_equal(due(HOUSE_NOW + 10, &c), 1);
    assert_text(c[0].purpose, "orders");
    assert_int_equal(c[0].company_id, h->company);
    assert_true(schedule_repo_claim(h->db, &c[0], HOUSE_NOW + 15, &is_ours, &e));
    assert_true(is_ours);
    assert_true(schedule_repo_claim(h->db, &c[0], HOUSE_NOW + 15, &is_ours, &e));
    assert_false(is_ours); /* another process was quicker */
    assert_int_equal(due(HOUSE_NOW + 1009, &c), 0);
    assert_int_equal(due(HOUSE_NOW + 1010, &c), 1); /* keeps its beat */
    assert_true(schedule_repo_claim(h->db, &c[0], HOUSE_NOW + 90000, &is_ours, &e));
    assert_int_equal(due(HOUSE_NOW + 90999, &c), 0); /* what it missed is not made up for */
    assert_int_equal(due(HOUSE_NOW + 91000, &c), 1);
}

static void stores_that_are_not_active_have_nothing_due(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct schedule *c;
    int64_t id = h->stores[0];
    assert_true(schedule_repo_ensure(h->db, &h->system, id, "orders", 1000, HOUSE_NOW, &e));
    assert_true(store_repo_state(h->db, &h->system, id, STORE_PAUSED, STR(""), STR(""), &e));
    assert_int_equal(due(HOUSE_NOW + 5000, &c), 0);
}

static void a_schedule_keeps_its_cursor_over_a_failure(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct schedule c;
    int64_t id = h->stores[0];
    assert_true(schedule_repo_ensure(h->db, &h->clerk, id, "orders", 1000, HOUSE_NOW, &e));
    assert_true(schedule_repo_ensure(h->db, &h->clerk, id, "orders", 2000, HOUSE_NOW + 9, &e));
    assert_true(schedule_repo_result(h->db, &h->clerk, id, "orders", HOUSE_NOW + 1, true,
                                     STR("3 orders"), STR("c-1"), &e));
    assert_true(schedule_repo_result(h->db, &h->clerk, id, "orders", HOUSE_NOW + 2, false,
                                     STR("refused"), STR(""), &e));
    assert_true(schedule_repo_find(h->db, h->arena, &h->clerk, id, "orders", &c, &e));
    assert_int_equal(c.every_ms, 2000);
    assert_int_equal(c.next_run_at, HOUSE_NOW); /* as it was: ensuring again moves nothing */
    assert_text(c.cursor, "c-1");
    assert_text(c.last_result, "refused");
    assert_int_equal(c.last_run_at, HOUSE_NOW + 2);
    assert_int_equal(c.last_ok_at, HOUSE_NOW + 1);
    assert_true(schedule_repo_result(h->db, &h->clerk, id, "orders", HOUSE_NOW + 3, true, STR(""),
                                     STR(""), &e));
    assert_true(schedule_repo_run_now(h->db, &h->clerk, id, "orders", HOUSE_NOW + 3, &e));
    assert_true(schedule_repo_find(h->db, h->arena, &h->clerk, id, "orders", &c, &e));
    assert_int_equal(c.cursor.len, 0);
    assert_int_equal(c.next_run_at, HOUSE_NOW + 3);
    assert_false(schedule_repo_find(h->db, h->arena, &h->clerk, id, "hooks", &c, &e));
    assert_string_equal(e.code, "schedule.not_found");
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(a_store_is_saved_and_opened),
        IN_HOUSE(secrets_do_not_stand_in_the_file),
        IN_HOUSE(a_box_copied_into_another_store_does_not_open),
        IN_HOUSE(a_secret_not_given_again_stays),
        IN_HOUSE(a_callback_finds_its_store_by_its_secret),
        IN_HOUSE(names_are_single_within_a_company),
        IN_HOUSE(states_say_why),
        IN_HOUSE(others_see_and_change_nothing),
        IN_HOUSE(a_due_schedule_is_claimed_once),
        IN_HOUSE(stores_that_are_not_active_have_nothing_due),
        IN_HOUSE(a_schedule_keeps_its_cursor_over_a_failure),
    };
    return cmocka_run_group_tests_name("stores", tests, NULL, NULL);
}
