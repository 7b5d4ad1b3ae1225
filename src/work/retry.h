/*
 * retry.h: what becomes of a job that failed, by the kind of its error. Pure.
 */
#ifndef WORK_RETRY_H
#define WORK_RETRY_H

#include "base/err.h"

enum retry_verdict {
    RETRY_LATER, /* at `at` */
    RETRY_NEVER, /* a person must look */
};

struct retry_plan {
    enum retry_verdict verdict;
    utc_ms at;
};

/* tries: runs so far, at least 1. chance: a random number below 1,000,000, for the jitter. */
struct retry_plan retry_plan(const struct err *e, int tries, utc_ms now, int64_t chance);

/* Exponential with full jitter in its upper half: between half and all of base * 2^(n-1), at most
 * `most`. */
utc_ms retry_backoff(utc_ms base, utc_ms most, int n, int64_t chance);

#endif
