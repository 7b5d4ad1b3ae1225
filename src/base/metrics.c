#include "base/metrics.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Upper bounds in microseconds, and as Prometheus shall read them in seconds. */
static const struct {
    int64_t us;
    const char *le;
} buckets[] = {
    { 500, "0.0005" },  { 1000, "0.001" },  { 2500, "0.0025" }, { 5000, "0.005" },
    { 10000, "0.01" },  { 25000, "0.025" }, { 50000, "0.05" },  { 100000, "0.1" },
    { 250000, "0.25" }, { 500000, "0.5" },  { 1000000, "1" },   { 2500000, "2.5" },
    { 5000000, "5" },   { 10000000, "10" }, { 30000000, "30" }, { 60000000, "60" },
};
#define BUCKETS (sizeof buckets / sizeof buckets[0])

struct metric_series {
    struct metric_series *next;
    char *labels;
    int64_t value;       /* counters and gauges; the sum in microseconds of histograms */
    int64_t observed;    /* histograms: how many */
    int64_t in[BUCKETS]; /* histograms: how many in this bucket and in none below */
};

/* One lock for all: it is held for tens of nanoseconds, and for a few microseconds a scrape. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct metric *all; /* by name */

static void join(struct metric *m)
{
    if (m->joined) return;
    struct metric **place = &all;
    while (*place && strcmp((*place)->name, m->name) < 0) place = &(*place)->next;
    assert(!*place || strcmp((*place)->name, m->name) != 0); /* two metrics of one name */
    m->next = *place;
    *place = m;
    m->joined = 1;
}

static struct metric_series *series(struct metric *m, const char *labels)
{
    join(m);
    if (!labels) labels = "";
    struct metric_series **place = &m->series;
    for (; *place; place = &(*place)->next)
        if (strcmp((*place)->labels, labels) == 0) return *place;
    struct metric_series *s = calloc(1, sizeof *s);
    if (s) s->labels = strdup(labels);
    if (!s || !s->labels) {
        fputs("out of memory: no metric\n", stderr);
        abort();
    }
    *place = s;
    return s;
}

void metric_add(struct metric *m, const char *labels, int64_t n)
{
    assert(m->kind == METRIC_GAUGE || (m->kind == METRIC_COUNTER && n >= 0));
    pthread_mutex_lock(&lock);
    series(m, labels)->value += n;
    pthread_mutex_unlock(&lock);
}

void metric_set(struct metric *m, const char *labels, int64_t value)
{
    assert(m->kind == METRIC_GAUGE);
    pthread_mutex_lock(&lock);
    series(m, labels)->value = value;
    pthread_mutex_unlock(&lock);
}

void metric_observe_us(struct metric *m, const char *labels, int64_t us)
{
    assert(m->kind == METRIC_HISTOGRAM);
    if (us < 0) us = 0;
    size_t i = 0;
    while (i < BUCKETS && us > buckets[i].us) i++;
    pthread_mutex_lock(&lock);
    struct metric_series *s = series(m, labels);
    if (i < BUCKETS) s->in[i]++;
    s->observed++;
    s->value += us;
    pthread_mutex_unlock(&lock);
}

static void write_help(struct text *t, const struct metric *m)
{
    static const char *const kinds[] = { "counter", "gauge", "histogram" };
    text_print(t, "# HELP %s ", m->name);
    for (const char *c = m->help; *c; c++) {
        if (*c == '\\')
            text_add(t, STR("\\\\"));
        else if (*c == '\n')
            text_add(t, STR("\\n"));
        else
            text_add_char(t, *c);
    }
    text_print(t, "\n# TYPE %s %s\n", m->name, kinds[m->kind]);
}

static void write_name(struct text *t, const struct metric *m, const char *suffix,
                       const char *labels)
{
    text_print(t, "%s%s", m->name, suffix);
    if (*labels) text_print(t, "{%s}", labels);
}

static void write_bucket(struct text *t, const struct metric *m, const struct metric_series *s,
                         const char *le, int64_t count)
{
    text_print(t, "%s_bucket{%s%sle=\"%s\"} %lld\n", m->name, s->labels, *s->labels ? "," : "", le,
               (long long)count);
}

static void write_histogram(struct text *t, const struct metric *m, const struct metric_series *s)
{
    int64_t count = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        count += s->in[i];
        write_bucket(t, m, s, buckets[i].le, count);
    }
    write_bucket(t, m, s, "+Inf", s->observed);
    write_name(t, m, "_sum", s->labels);
    text_print(t, " %lld.%06lld\n", (long long)(s->value / 1000000),
               (long long)(s->value % 1000000));
    write_name(t, m, "_count", s->labels);
    text_print(t, " %lld\n", (long long)s->observed);
}

static void write_metric(struct text *t, const struct metric *m)
{
    write_help(t, m);
    for (const struct metric_series *s = m->series; s; s = s->next) {
        if (m->kind == METRIC_HISTOGRAM) {
            write_histogram(t, m, s);
            continue;
        }
        write_name(t, m, "", s->labels);
        text_print(t, " %lld\n", (long long)s->value);
    }
}

str metrics_write(struct arena *a)
{
    struct text t = { .arena = a };
    pthread_mutex_lock(&lock);
    for (const struct metric *m = all; m; m = m->next) write_metric(&t, m);
    pthread_mutex_unlock(&lock);
    return text_str(&t);
}
