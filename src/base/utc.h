/*
 * utc.h: time, always in UTC milliseconds since 1970.
 *
 * Who needs the time takes `now` or a clock; only main makes a clock.
 */
#ifndef BASE_UTC_H
#define BASE_UTC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t utc_ms;

#define UTC_SECOND ((utc_ms)1000)
#define UTC_MINUTE (60 * UTC_SECOND)
#define UTC_HOUR (60 * UTC_MINUTE)
#define UTC_DAY (24 * UTC_HOUR)

/* A clock one can set: real time plus an offset, or standing still at `fixed` when not 0. */
struct clock {
    _Atomic utc_ms fixed;
    _Atomic utc_ms offset;
};
utc_ms clock_now(const struct clock *c);
/* Monotonic milliseconds, for durations and deadlines only. */
int64_t mono_ms(void);
int64_t mono_us(void);

#define UTC_ISO_SIZE 25
/* "2026-11-22T08:15:34.123Z". */
const char *utc_iso(utc_ms at, char out[UTC_ISO_SIZE]);
/* Reads RFC 3339 with 'Z' or an offset, fraction optional. */
bool utc_parse(const char *at, size_t len, utc_ms *out);

#endif
