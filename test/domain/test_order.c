#include "domain/order.h"
#include "support/suite.h"

static const struct status_case {
    const char *name;
    enum order_status packages[4];
    size_t count;
    enum order_status wanted;
} status_cases[] = {
    { "one package is the order", { ORDER_READY }, 1, ORDER_READY },
    { "the least far along speaks", { ORDER_SHIPPED, ORDER_NEW }, 2, ORDER_NEW },
    { "cancelled packages are left out", { ORDER_CANCELLED, ORDER_SHIPPED }, 2, ORDER_SHIPPED },
    { "all cancelled is cancelled", { ORDER_CANCELLED, ORDER_CANCELLED }, 2, ORDER_CANCELLED },
    { "superseded ones are left out", { ORDER_SUPERSEDED, ORDER_PICKING }, 2, ORDER_PICKING },
    { "superseded beside cancelled is cancelled",
      { ORDER_SUPERSEDED, ORDER_CANCELLED },
      2,
      ORDER_CANCELLED },
    { "only superseded ones wait for their successors", { ORDER_SUPERSEDED }, 1, ORDER_SUPERSEDED },
    { "no package is like superseded ones", { 0 }, 0, ORDER_SUPERSEDED },
    { "an unknown one is looked at first", { ORDER_HELD, ORDER_UNKNOWN }, 2, ORDER_UNKNOWN },
    { "a held one holds the order", { ORDER_NEW, ORDER_HELD }, 2, ORDER_HELD },
    { "an undelivered one is seen before a delivered one",
      { ORDER_DELIVERED, ORDER_UNDELIVERED },
      2,
      ORDER_UNDELIVERED },
};

static void status_follows(void **state)
{
    const struct status_case *c = *state;
    assert_string_equal(order_status_name(order_status_of(c->packages, c->count)),
                        order_status_name(c->wanted));
}

static const struct mask_case {
    const char *name, *text, *masked;
} mask_cases[] = {
    { "two names", "Ayşe Kaya", "A*** K***" },
    { "a letter of two bytes stays whole", "Şükrü Çelik", "Ş*** Ç***" },
    { "blanks are not names", "  Ali   Can ", "A*** C***" },
    { "nobody", "", "" },
};

static void names_are_masked(void **state)
{
    const struct mask_case *c = *state;
    AUTO(arena) a = arena_new();
    assert_text(order_mask_name(a, str_from(c->text)), c->masked);
}

static void every_status_has_a_name_that_reads_back(void **state)
{
    (void)state;
    for (int s = 0; s < ORDER_STATUS_COUNT; s++) {
        enum order_status back = ORDER_HELD;
        assert_non_null(order_status_name((enum order_status)s));
        assert_true(order_status_from(str_from(order_status_name((enum order_status)s)), &back));
        assert_int_equal(back, s);
    }
    enum order_status unused;
    assert_false(order_status_from(STR("new"), &unused));
}

static void only_cancelling_gives_back(void **state)
{
    (void)state;
    for (int s = 0; s < ORDER_STATUS_COUNT; s++)
        assert_int_equal(order_status_holds_stock((enum order_status)s), s != ORDER_CANCELLED);
}

static void work_steps_follow_each_other(void **state)
{
    (void)state;
    for (int s = 0; s < ORDER_STATUS_COUNT; s++) {
        assert_int_equal(order_may((enum order_status)s, ORDER_ACKNOWLEDGE), s == ORDER_NEW);
        assert_int_equal(order_may((enum order_status)s, ORDER_INVOICE), s == ORDER_PICKING);
    }
    assert_int_equal(order_after(ORDER_ACKNOWLEDGE), ORDER_PICKING);
    assert_int_equal(order_after(ORDER_INVOICE), ORDER_READY);
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, status_follows, status_cases);
    SUITE_ROWS(&s, names_are_masked, mask_cases);
    SUITE_TEST(&s, every_status_has_a_name_that_reads_back);
    SUITE_TEST(&s, only_cancelling_gives_back);
    SUITE_TEST(&s, work_steps_follow_each_other);
    return suite_run(&s, "order");
}
