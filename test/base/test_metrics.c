#include "base/metrics.h"

#include <pthread.h>

#include "support/suite.h"

static struct metric orders = METRIC(METRIC_COUNTER, "b_orders_total", "Orders\\stored\nso far");
static struct metric depth = METRIC(METRIC_GAUGE, "a_depth", "Jobs that wait");
static struct metric calls = METRIC(METRIC_HISTOGRAM, "c_call_seconds", "Calls");
static struct metric shared = METRIC(METRIC_COUNTER, "d_shared_total", "Counted by many");

static str part_of(struct arena *a, const char *from, const char *to)
{
    const char *all = str_cstr(a, metrics_write(a));
    const char *start = strstr(all, from), *end = start && to ? strstr(start, to) : NULL;
    assert_non_null(start);
    return (str){ start, end ? (size_t)(end - start) : strlen(start) };
}

static void counters_and_gauges_are_written(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    metric_add(&orders, "store=\"3\"", 2);
    metric_add(&orders, "store=\"3\"", 40);
    metric_add(&orders, "store=\"4\"", 1);
    metric_set(&depth, NULL, 7);
    metric_add(&depth, "", -9);
    assert_text(part_of(a, "# HELP a_depth", "# HELP d"),
                "# HELP a_depth Jobs that wait\n# TYPE a_depth gauge\na_depth -2\n"
                "# HELP b_orders_total Orders\\\\stored\\nso far\n# TYPE b_orders_total counter\n"
                "b_orders_total{store=\"3\"} 42\nb_orders_total{store=\"4\"} 1\n");
}

static void histograms_are_written_in_seconds(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    metric_observe_us(&calls, "lane=\"now\"", 500); /* in the first bucket, its bound included */
    metric_observe_us(&calls, "lane=\"now\"", 501); /* in the second */
    metric_observe_us(&calls, "lane=\"now\"", 1500000); /* in that of 2.5 s */
    metric_observe_us(&calls, "lane=\"now\"", 90000000);
    metric_observe_us(&calls, NULL, 0);
    assert_text(
        part_of(a, "# TYPE c_call_seconds", "c_call_seconds_bucket{lane=\"now\",le=\"0.0025"),
        "# TYPE c_call_seconds histogram\n"
        "c_call_seconds_bucket{lane=\"now\",le=\"0.0005\"} 1\n"
        "c_call_seconds_bucket{lane=\"now\",le=\"0.001\"} 2\n");
    assert_text(
        part_of(a, "c_call_seconds_bucket{lane=\"now\",le=\"1\"", "c_call_seconds_bucket{le"),
        "c_call_seconds_bucket{lane=\"now\",le=\"1\"} 2\n"
        "c_call_seconds_bucket{lane=\"now\",le=\"2.5\"} 3\n"
        "c_call_seconds_bucket{lane=\"now\",le=\"5\"} 3\n"
        "c_call_seconds_bucket{lane=\"now\",le=\"10\"} 3\n"
        "c_call_seconds_bucket{lane=\"now\",le=\"30\"} 3\n"
        "c_call_seconds_bucket{lane=\"now\",le=\"60\"} 3\n"
        "c_call_seconds_bucket{lane=\"now\",le=\"+Inf\"} 4\n"
        "c_call_seconds_sum{lane=\"now\"} 91.501001\n"
        "c_call_seconds_count{lane=\"now\"} 4\n");
    assert_text(part_of(a, "c_call_seconds_bucket{le=\"+Inf\"", "# HELP d"),
                "c_call_seconds_bucket{le=\"+Inf\"} 1\n"
                "c_call_seconds_sum 0.000000\n"
                "c_call_seconds_count 1\n");
}

enum { COUNTERS = 4, TIMES = 5000 };

static void *count(void *unused)
{
    (void)unused;
    for (int i = 0; i < TIMES; i++) metric_add(&shared, i & 1 ? "odd=\"1\"" : "odd=\"0\"", 1);
    return NULL;
}

static void no_count_of_many_threads_is_lost(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    pthread_t threads[COUNTERS];
    for (int i = 0; i < COUNTERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, NULL), 0);
    for (int i = 0; i < COUNTERS; i++) pthread_join(threads[i], NULL);
    assert_text(part_of(a, "d_shared_total{odd=\"0\"", "\n"), "d_shared_total{odd=\"0\"} 10000");
    assert_text(part_of(a, "d_shared_total{odd=\"1\"", "\n"), "d_shared_total{odd=\"1\"} 10000");
}

int main(void)
{
    static struct suite s;
    metric_add(&shared, "odd=\"0\"", 0); /* joined out of order, yet written by name */
    SUITE_TEST(&s, counters_and_gauges_are_written);
    SUITE_TEST(&s, histograms_are_written_in_seconds);
    SUITE_TEST(&s, no_count_of_many_threads_is_lost);
    return suite_run(&s, "metrics");
}
