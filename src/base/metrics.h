/*
 * metrics.h: counters, gauges and histograms in Prometheus' text form: the other global.
 *
 * Shape    a metric is a static object; it joins the list when first used. Labels are a ready text
 *          (`store="3",lane="now"`), bounded by the caller: never an id that grows without end.
 * Threads  any.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/str.h"

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric {
    const char *name, *help;
    enum metric_kind kind;
    struct metric_series *series; /* metrics.c's */
    struct metric *next;
    _Atomic int joined;
};
#define METRIC(kind_, name_, help_)                                                                \
    {                                                                                              \
        .name = (name_), .help = (help_), .kind = (kind_)                                          \
    }

void metric_add(struct metric *m, const char *labels, int64_t n);
void metric_set(struct metric *m, const char *labels, int64_t value);
/* Histograms hold durations: seen in microseconds, written in seconds, buckets 0.5 ms to 60 s. */
void metric_observe_us(struct metric *m, const char *labels, int64_t us);

str metrics_write(struct arena *a);

#endif
