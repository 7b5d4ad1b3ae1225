#include "sandbox/sim.h"
#include "sandbox/sim_map.h"
#include "sandbox/trendyol.h"
#include "support/suite.h"

#define KEYS 300

/* The map against a plain array, under growth and deletion in every order. */
static void a_map_keeps_what_was_put_and_not_what_was_dropped(void **state)
{
    struct sim_map map = { 0 };
    struct sim_random r = sim_random_of(3, "map");
    int64_t keys[KEYS];
    bool is_in[KEYS] = { 0 };
    size_t count = 0;
    (void)state;
    for (int64_t i = 0; i < KEYS; i++) keys[i] = i * 64; /* alike, so that they meet */
    for (int round = 0; round < 20000; round++) {
        size_t k = (size_t)sim_random_below(&r, KEYS);
        if (sim_random_below(&r, 2)) {
            sim_map_put(&map, SIM_MAP_ID(keys[k]), &keys[k]);
            count += !is_in[k];
            is_in[k] = true;
        } else {
            sim_map_drop(&map, SIM_MAP_ID(keys[k]));
            count -= is_in[k];
            is_in[k] = false;
        }
        size_t look = (size_t)sim_random_below(&r, KEYS);
        assert_ptr_equal(sim_map_get(&map, SIM_MAP_ID(keys[look])),
                         is_in[look] ? &keys[look] : NULL);
        assert_int_equal(map.count, count);
    }
    sim_map_free(&map);
}

static void events_come_by_time_and_equal_times_in_order(void **state)
{
    struct sim_events queue = { 0 };
    struct sim_random r = sim_random_of(3, "events");
    struct sim_event event;
    utc_ms due = 0, last = -1;
    int64_t last_tag = 0, count = 0;
    (void)state;
    assert_false(sim_events_first(&queue, &due));
    for (int64_t i = 0; i < 1000; i++)
        sim_events_add(&queue, (struct sim_event){ .due = sim_random_below(&r, 50), .tag = i });
    assert_true(sim_events_first(&queue, &due) && due == 0);
    while (sim_events_take(&queue, 24, &event)) {
        assert_true(event.due > last || (event.due == last && event.tag > last_tag));
        last = event.due;
        last_tag = event.tag;
        count++;
    }
    assert_int_equal(last, 24);
    assert_int_equal(queue.count, 1000 - count);
    assert_true(sim_events_first(&queue, &due) && due == 25);
    sim_events_free(&queue);
}

/* Never more than the limit in any sliding window, whatever the calls; and all that fit are let in. */
static void a_sliding_meter_is_exact(void **state)
{
    struct ty_meter meter = { 0 };
    struct sim_random r = sim_random_of(3, "meter");
    utc_ms let_in[5000], now = 0;
    size_t count = 0;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        size_t recent = 0;
        now += sim_random_below(&r, 8);
        for (size_t k = 0; k < count; k++) recent += let_in[k] > now - 100;
        bool passes = ty_meter_take(&meter, 20, 100, false, now);
        assert_int_equal(passes, recent < 20);
        if (passes) let_in[count++] = now;
    }
    assert_true(count > 500 && count < 5000);
    ty_meter_free(&meter);
}

static void a_meter_follows_a_changed_limit(void **state)
{
    struct ty_meter meter = { 0 };
    (void)state;
    for (int i = 0; i < 3; i++) assert_true(ty_meter_take(&meter, 3, 100, false, i));
    assert_false(ty_meter_take(&meter, 3, 100, false, 3));
    assert_true(ty_meter_take(&meter, 5, 100, false, 3));
    assert_true(ty_meter_take(&meter, 5, 100, false, 3));
    assert_false(ty_meter_take(&meter, 3, 100, false, 101)); /* three of five are left */
    assert_true(ty_meter_take(&meter, 3, 100, false, 102));
    ty_meter_free(&meter);
}

static const struct tier_case {
    const char *name;
    enum ty_group group;
    unsigned limits[TY_TIERS];
} tier_cases[] = {
    { "product reads", TY_GROUP_PRODUCT_READ, { 1000, 1250, 1500, 1750, 2000 } },
    { "inventory and price", TY_GROUP_OFFERS, { 350, 500, 1000, 1500, 2000 } },
    { "the paged order list", TY_GROUP_ORDER_LIST, { 30, 40, 50, 100, 100 } },
    { "package states", TY_GROUP_PACKAGE_STATUS, { 300, 300, 500, 0, 0 } },
    { "unsupplied and splits", TY_GROUP_UNSUPPLIED, { 100, 100, 200, 0, 0 } },
    { "what no group limits", TY_GROUP_NONE, { 0, 0, 0, 0, 0 } },
};

static void a_group_has_its_published_limits(void **state)
{
    const struct tier_case *c = *state;
    for (int t = 0; t < TY_TIERS; t++)
        assert_int_equal(ty_group_limit(c->group, (enum ty_tier)t), c->limits[t]);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, a_map_keeps_what_was_put_and_not_what_was_dropped);
    SUITE_TEST(&s, events_come_by_time_and_equal_times_in_order);
    SUITE_TEST(&s, a_sliding_meter_is_exact);
    SUITE_TEST(&s, a_meter_follows_a_changed_limit);
    SUITE_ROWS(&s, a_group_has_its_published_limits, tier_cases);
    return suite_run(&s, "sandbox parts");
}
