/* How faults end that nothing reports as mended. */
#include "db/db.h"
#include "service/trace.h"
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

static void meet(const char *key, const char *kind)
{
    struct err e = { 0 }, why = { 0 };
    err_set(&why, ERR_INVALID, "x.y", "something");
    assert_true(trace_fault(&h->service, h->arena, &h->system, h->stores[0], str_from(key), kind, 0,
                            &why, &e));
}

static size_t open_ones(struct fault **out)
{
    struct err e = { 0 };
    struct page page = { .limit = 100 };
    struct page_end end;
    size_t count;
    assert_true(fault_repo_list(h->db, h->arena, &h->admin, true, &page, out, &count, &end, &e));
    return count;
}

static int64_t rows(const char *text)
{
    struct sql_text sql = { .both = text };
    return house_number(h, &sql, 0);
}

static void what_was_not_met_for_a_week_ends(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct fault *open;
    meet("a", "order.report");
    meet("b", "order.report");
    meet("c", "order.status");
    meet("d", "store.trouble");
    h->clock.fixed += 4 * UTC_DAY;
    meet("b", "order.report");
    assert_true(trace_end_unseen(&h->service, &e));
    assert_int_equal(open_ones(&open), 4);
    h->clock.fixed += 3 * UTC_DAY + 1;
    assert_true(trace_end_unseen(&h->service, &e));
    assert_int_equal(open_ones(&open), 2);
    assert_text(open[0].kind, "store.trouble"); /* it is closed by the run that goes well */
    assert_text(open[1].key, "b");
    assert_int_equal(rows("SELECT COUNT(*) FROM {p}mp_event WHERE kind = 'fault.closed' AND ? = 0"),
                     2);
    meet("a", "order.report");
    assert_int_equal(open_ones(&open), 3);
}

static void a_person_closes_what_he_has_seen_to(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct fault *open;
    meet("a", "store.trouble");
    open_ones(&open);
    int64_t id = open[0].id;
    assert_false(trace_fault_seen_to(&h->service, &h->stranger, id, &e));
    assert_string_equal(e.code, "fault.not_found");
    assert_true(trace_fault_seen_to(&h->service, &h->clerk, id, &e)); /* the store is his */
    assert_int_equal(open_ones(&open), 0);
    assert_false(trace_fault_seen_to(&h->service, &h->admin, id, &e));
    assert_int_equal(
        rows("SELECT COUNT(*) FROM {p}mp_audit WHERE action = 'fault.close' AND ? = 0"), 1);
}

static void closed_ones_are_forgotten(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct fault *open;
    meet("a", "store.trouble");
    meet("b", "store.trouble");
    open_ones(&open);
    assert_true(trace_fault_seen_to(&h->service, &h->admin, open[0].id, &e));
    assert_true(fault_repo_forget(h->db, HOUSE_NOW, &e));
    assert_int_equal(rows("SELECT COUNT(*) FROM {p}mp_fault WHERE ? = 0"), 2);
    assert_true(fault_repo_forget(h->db, HOUSE_NOW + 1, &e));
    assert_int_equal(rows("SELECT COUNT(*) FROM {p}mp_fault WHERE ? = 0"), 1);
}

int main(void)
{
    struct suite s = { 0 };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_not_met_for_a_week_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(a_person_closes_what_he_has_seen_to, setup, teardown),
        cmocka_unit_test_setup_teardown(closed_ones_are_forgotten, setup, teardown),
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) s.tests[s.count++] = tests[i];
    return suite_run(&s, "faults");
}
