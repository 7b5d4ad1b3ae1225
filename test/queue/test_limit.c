/* Limits: never more than allowed in any window, and nearly all of it while work waits. */
#include <stdlib.h>

#include "queue/limit.h"
#include "support/house.h"
#include "support/suite.h"

#define NOW ((utc_ms)1790000000000)
#define STORE 3

static const struct allowance_case {
    const char *name;
    int calls, allowance;
} allowances[] = {
    { "one call stays one", 1, 1 },
    { "few calls are all used", 19, 19 },
    { "one of twenty is left", 20, 19 },
    { "one of fifty is left", 50, 49 },
    { "one of a hundred is left", 100, 99 },
    { "the spare is rounded up", 101, 99 },
    { "ten of a thousand are left", 1000, 990 },
    { "no calls at all would never end", 0, 1 },
};

static void the_allowance_leaves_a_spare(void **state)
{
    const struct allowance_case *c = *state;
    assert_int_equal(limit_allowance(c->calls), c->allowance);
}

static void lanes_have_shares_of_at_least_one(void **state)
{
    (void)state;
    assert_int_equal(limit_share(100, LANE_NOW), 99);
    assert_int_equal(limit_share(100, LANE_SOON), 89);
    assert_int_equal(limit_share(100, LANE_BULK), 69);
    assert_int_equal(limit_share(100, LANE_SWEEP), 49);
    for (int l = 0; l < LANE_COUNT; l++) assert_int_equal(limit_share(1, (enum lane)l), 1);
}

/* --- a model: every call that left, and when --- */

#define SENT_MOST 20000
struct model {
    utc_ms at[SENT_MOST];
    size_t count;
};

static int in_window(const struct model *m, utc_ms until, int window_ms)
{
    int n = 0;
    for (size_t i = m->count; i-- > 0 && m->at[i] > until - window_ms;) n++;
    return n;
}

/* From half of a share on the rest is spread until the oldest leaves: when the next may leave by that
 * rule alone. */
static utc_ms paced_at(const struct model *m, int used, int share, int window_ms)
{
    if (share < 20 || used < share / 2 || used >= share) return 0;
    utc_ms newest = m->at[m->count - 1], oldest = m->at[m->count - (size_t)used];
    return newest + (oldest + window_ms - newest) / (share - used + 1);
}

static uint32_t dice;
static int roll(int most)
{
    dice = dice * 1664525u + 1013904223u;
    return (int)((dice >> 8) % (uint32_t)most);
}

static void any_window_holds_at_most_the_allowance(void **state)
{
    (void)state;
    static const struct {
        int calls, window_ms;
    } rules[] = { { 1, 100 },  { 2, 1000 },   { 5, 1000 },    { 19, 500 },
                  { 20, 500 }, { 50, 10000 }, { 100, 60000 }, { 300, 1000 } };
    static struct model m;
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        struct clock clock = { .fixed = NOW };
        struct limits *l = limits_new(&clock);
        struct limit_rule rule = { STR("orders"), rules[r].calls, rules[r].window_ms };
        int allowance = limit_allowance(rule.calls), gap = rule.window_ms / rule.calls + 1;
        m.count = 0;
        dice = (uint32_t)r + 1;
        for (int i = 0; i < 5000; i++) {
            enum lane lane = (enum lane)roll(LANE_COUNT);
            int used = in_window(&m, clock.fixed, rule.window_ms);
            utc_ms retry_at = 0;
            bool left = limit_admit(l, STORE, lane, &rule, 1, &retry_at);
            int share = limit_share(rule.calls, lane);
            utc_ms paced = paced_at(&m, used, share, rule.window_ms);
            assert_int_equal(left, used < share && clock.fixed >= paced);
            if (left) {
                m.at[m.count++] = clock.fixed;
                assert_true(in_window(&m, clock.fixed, rule.window_ms) <= allowance);
            } else {
                /* The time it names is exact: not a millisecond sooner. */
                assert_true(retry_at > clock.fixed);
                assert_true(retry_at == paced ||
                            in_window(&m, retry_at - 1, rule.window_ms) >= share);
                assert_true(in_window(&m, retry_at, rule.window_ms) < share);
            }
            if (roll(3) == 0) clock.fixed += roll(gap * 4);
        }
        limits_free(l);
    }
}

static void what_waits_gets_nearly_all_of_it(void **state)
{
    (void)state;
    static const struct {
        int calls, window_ms;
    } rules[] = { { 50, 10000 }, { 100, 1000 }, { 1000, 60000 }, { 2000, 60000 } };
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        struct clock clock = { .fixed = NOW };
        struct limits *l = limits_new(&clock);
        struct limit_rule rule = { STR("orders"), rules[r].calls, rules[r].window_ms };
        int64_t sent = 0, windows = 20;
        while (clock.fixed < NOW + windows * rule.window_ms) {
            utc_ms retry_at = 0;
            if (limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at)) {
                sent++;
                if (sent % 7 == 0) clock.fixed++; /* a call takes its time */
            } else {
                clock.fixed = retry_at;
            }
        }
        assert_true(sent * 100 >= windows * rule.calls * 98);
        assert_true(sent <= windows * rule.calls);
        limits_free(l);
    }
}

/* However much waits: half of the window leaves at once, the rest is spread; none waits for the window
 * to pass. */
static void a_burst_never_silences_a_store(void **state)
{
    (void)state;
    struct clock clock = { .fixed = NOW };
    struct limits *l = limits_new(&clock);
    struct limit_rule rule = { STR("orders"), 50, 10000 };
    utc_ms longest = 0;
    for (int sent = 0; sent < 500;) {
        utc_ms retry_at = 0;
        if (limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at)) {
            sent++;
            continue;
        }
        if (retry_at - clock.fixed > longest) longest = retry_at - clock.fixed;
        clock.fixed = retry_at;
    }
    assert_true(longest <= 400);
    limits_free(l);
}

static void bulk_leaves_room_for_what_is_urgent(void **state)
{
    (void)state;
    struct clock clock = { .fixed = NOW };
    struct limits *l = limits_new(&clock);
    struct limit_rule rule = { STR("orders"), 10, 1000 };
    utc_ms retry_at = 0;
    int sweeps = 0, bulks = 0, soons = 0, nows = 0;
    while (limit_admit(l, STORE, LANE_SWEEP, &rule, 1, &retry_at)) sweeps++;
    assert_int_equal(retry_at, NOW + 1000);
    while (limit_admit(l, STORE, LANE_BULK, &rule, 1, &retry_at)) bulks++;
    while (limit_admit(l, STORE, LANE_SOON, &rule, 1, &retry_at)) soons++;
    while (limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at)) nows++;
    assert_int_equal(sweeps, 5);
    assert_int_equal(bulks, 2);
    assert_int_equal(soons, 2);
    assert_int_equal(nows, 1);
    limits_free(l);
}

static void a_call_is_taken_from_every_limit_or_from_none(void **state)
{
    (void)state;
    struct clock clock = { .fixed = NOW };
    struct limits *l = limits_new(&clock);
    struct arena *a = arena_new();
    struct limit_rule both[] = { { STR("endpoint"), 5, 1000 }, { STR("group"), 2, 7000 } };
    utc_ms retry_at = 0;
    assert_true(limit_admit(l, STORE, LANE_NOW, both, 2, &retry_at));
    assert_true(limit_admit(l, STORE, LANE_NOW, both, 2, &retry_at));
    for (int i = 0; i < 5; i++) assert_false(limit_admit(l, STORE, LANE_NOW, both, 2, &retry_at));
    assert_int_equal(retry_at, NOW + 7000);
    struct limit_use *uses;
    assert_int_equal(limit_uses(l, a, STORE, &uses), 2);
    for (int i = 0; i < 2; i++) assert_int_equal(uses[i].used, 2); /* the refused took nothing */
    assert_int_equal(limit_uses(l, a, STORE + 1, &uses), 0);
    assert_true(limit_admit(l, STORE + 1, LANE_NOW, both, 2, &retry_at)); /* a store of its own */
    arena_free(a);
    limits_free(l);
}

static void a_held_limit_lets_nothing_through(void **state)
{
    (void)state;
    struct clock clock = { .fixed = NOW };
    struct limits *l = limits_new(&clock);
    struct limit_rule rule = { STR("orders"), 10, 1000 };
    utc_ms retry_at = 0;
    limit_hold(l, STORE, rule.name, NOW + 5000);
    limit_hold(l, STORE, rule.name, NOW + 3000); /* a shorter one shortens nothing */
    assert_false(limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at));
    assert_int_equal(retry_at, NOW + 5000);
    clock.fixed = NOW + 5000;
    assert_true(limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at));
    limits_free(l);
}

static void a_smaller_limit_counts_what_left_under_the_larger(void **state)
{
    (void)state;
    struct clock clock = { .fixed = NOW };
    struct limits *l = limits_new(&clock);
    struct limit_rule rule = { STR("orders"), 10, 1000 };
    utc_ms retry_at = 0;
    for (int i = 0; i < 10; i++, clock.fixed += 10)
        assert_true(limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at));
    rule.calls = 4;
    assert_false(limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at));
    assert_int_equal(retry_at, NOW + 60 + 1000); /* the newest four: at 60, 70, 80 and 90 */
    limits_free(l);
}

static void a_clock_set_back_neither_locks_nor_frees(void **state)
{
    (void)state;
    struct clock clock = { .fixed = NOW };
    struct limits *l = limits_new(&clock);
    struct limit_rule rule = { STR("orders"), 2, 1000 };
    utc_ms retry_at = 0;
    assert_true(limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at));
    clock.fixed += 400;
    assert_true(limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at));
    clock.fixed -= UTC_HOUR;
    assert_false(limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at));
    assert_int_equal(retry_at, clock.fixed + 600);
    limits_free(l);
}

static void a_restart_does_not_forget_what_has_left(void **state)
{
    (void)state;
    struct house *h = house_new();
    struct limits *l = limits_new(&h->clock);
    struct limit_rule rule = { STR("orders"), 19, 10000 }, slow = { STR("slow"), 1, 3000 };
    struct err e = { 0 };
    utc_ms retry_at = 0, later = 0;
    assert_true(limits_load(l, h->db, &e)); /* nothing kept yet */
    for (int i = 0; i < 19; i++, h->clock.fixed += 13)
        assert_true(limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at));
    assert_true(limit_admit(l, STORE, LANE_NOW, &slow, 1, &retry_at));
    limit_hold(l, STORE, STR("held"), HOUSE_NOW + 9000);
    assert_false(limit_admit(l, STORE, LANE_NOW, &rule, 1, &retry_at));
    assert_true(limits_save(l, h->db, &e));
    assert_true(limits_save(l, h->db, &e));
    limits_free(l);

    l = limits_new(&h->clock);
    assert_true(limits_load(l, h->db, &e));
    assert_false(limit_admit(l, STORE, LANE_NOW, &rule, 1, &later));
    assert_in_range(later, retry_at, retry_at + 100); /* a hundredth of the window later at most */
    assert_false(limit_admit(l, STORE, LANE_NOW, &slow, 1, &later));
    struct limit_rule held = { STR("held"), 5, 1000 };
    assert_false(limit_admit(l, STORE, LANE_NOW, &held, 1, &later));
    assert_int_equal(later, HOUSE_NOW + 9000);
    h->clock.fixed += 11000;
    assert_true(limit_admit(l, STORE, LANE_NOW, &rule, 1, &later));
    limits_free(l);
    house_free(h);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, the_allowance_leaves_a_spare, allowances);
    SUITE_TEST(&s, lanes_have_shares_of_at_least_one);
    SUITE_TEST(&s, any_window_holds_at_most_the_allowance);
    SUITE_TEST(&s, what_waits_gets_nearly_all_of_it);
    SUITE_TEST(&s, a_burst_never_silences_a_store);
    SUITE_TEST(&s, bulk_leaves_room_for_what_is_urgent);
    SUITE_TEST(&s, a_call_is_taken_from_every_limit_or_from_none);
    SUITE_TEST(&s, a_held_limit_lets_nothing_through);
    SUITE_TEST(&s, a_smaller_limit_counts_what_left_under_the_larger);
    SUITE_TEST(&s, a_clock_set_back_neither_locks_nor_frees);
    SUITE_TEST(&s, a_restart_does_not_forget_what_has_left);
    return suite_run(&s, "limit");
}
