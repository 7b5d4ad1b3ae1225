#include "base/utc.h"

#include <stdio.h>
#include <time.h>

utc_ms clock_now(const struct clock *c)
{
    utc_ms fixed = atomic_load_explicit(&c->fixed, memory_order_relaxed);
    if (fixed) return fixed;
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (utc_ms)ts.tv_sec * UTC_SECOND + ts.tv_nsec / 1000000 +
           atomic_load_explicit(&c->offset, memory_order_relaxed);
}

int64_t mono_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t mono_ms(void)
{
    return mono_us() / 1000;
}

struct date {
    int64_t year;
    int month, day;
};

#define DAYS_IN_400_YEARS 146097

/* Years are counted from March here, so that the leap day is a year's last. */
static int64_t days_before_year(int64_t year)
{
    return year * 365 + year / 4 - year / 100 + year / 400;
}

/* Days from 1 March of year 0 to 1 January 1970. */
#define DAYS_TO_1970 719468

/* Days since 1970 of a date of the years 0 to 9999. */
static int64_t days_from(struct date d)
{
    int64_t year = d.year + 400; /* January of year 0 belongs to the March year before */
    int month = d.month - 3;
    if (month < 0) {
        month += 12;
        year--;
    }
    return days_before_year(year) + (month * 153 + 2) / 5 + d.day - 1 - DAYS_IN_400_YEARS -
           DAYS_TO_1970;
}

static struct date date_of(int64_t days)
{
    days += DAYS_TO_1970 + DAYS_IN_400_YEARS;
    int64_t year = days * 400 / DAYS_IN_400_YEARS; /* right, or one too many or too few */
    while (days_before_year(year + 1) <= days) year++;
    while (days_before_year(year) > days) year--;
    int day = (int)(days - days_before_year(year));
    int month = (day * 5 + 2) / 153;
    struct date d = { .year = year - 400, .day = day - (month * 153 + 2) / 5 + 1 };
    d.month = month + 3;
    if (d.month > 12) {
        d.month -= 12;
        d.year++;
    }
    return d;
}

/* The first and last moment that four digits of year can name. */
#define FIRST_MS (-62167219200000)
#define LAST_MS 253402300799999

const char *utc_iso(utc_ms at, char out[UTC_ISO_SIZE])
{
    if (at < FIRST_MS) at = FIRST_MS;
    if (at > LAST_MS) at = LAST_MS;
    int64_t days = at / UTC_DAY, ms = at % UTC_DAY;
    if (ms < 0) {
        ms += UTC_DAY;
        days--;
    }
    struct date d = date_of(days);
    snprintf(out, UTC_ISO_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)d.year % 10000,
             (unsigned)d.month % 100, (unsigned)d.day % 100, (unsigned)(ms / UTC_HOUR) % 100,
             (unsigned)(ms / UTC_MINUTE % 60), (unsigned)(ms / UTC_SECOND % 60),
             (unsigned)(ms % 1000));
    return out;
}

struct reader {
    const char *at, *end;
};

static bool read_digits(struct reader *r, int count, int *out)
{
    if (r->end - r->at < count) return false;
    int value = 0;
    for (int i = 0; i < count; i++, r->at++) {
        if (*r->at < '0' || *r->at > '9') return false;
        value = value * 10 + (*r->at - '0');
    }
    *out = value;
    return true;
}

static bool read_one_of(struct reader *r, const char *allowed, char *out)
{
    if (r->at == r->end) return false;
    for (const char *c = allowed; *c; c++) {
        if (*r->at != *c) continue;
        *out = *r->at++;
        return true;
    }
    return false;
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool read_date(struct reader *r, int64_t *days)
{
    int year, month, day;
    char dash;
    if (!read_digits(r, 4, &year) || !read_one_of(r, "-", &dash)) return false;
    if (!read_digits(r, 2, &month) || !read_one_of(r, "-", &dash)) return false;
    if (!read_digits(r, 2, &day)) return false;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return false;
    *days = days_from((struct date){ year, month, day });
    return true;
}

/* Digits past the milliseconds are cut off. */
static bool read_fraction(struct reader *r, utc_ms *ms)
{
    char dot;
    *ms = 0;
    if (!read_one_of(r, ".", &dot)) return true;
    utc_ms unit = 100;
    int digit;
    if (!read_digits(r, 1, &digit)) return false;
    do {
        *ms += digit * unit;
        unit /= 10;
    } while (read_digits(r, 1, &digit));
    return true;
}

/* Second 60, a leap second, is the first moment of the next minute. */
static bool read_time(struct reader *r, utc_ms *ms)
{
    int hour, minute, second;
    char colon;
    if (!read_digits(r, 2, &hour) || !read_one_of(r, ":", &colon)) return false;
    if (!read_digits(r, 2, &minute) || !read_one_of(r, ":", &colon)) return false;
    if (!read_digits(r, 2, &second) || hour > 23 || minute > 59 || second > 60) return false;
    utc_ms fraction;
    if (!read_fraction(r, &fraction)) return false;
    *ms = hour * UTC_HOUR + minute * UTC_MINUTE + second * UTC_SECOND + fraction;
    return true;
}

static bool read_offset(struct reader *r, utc_ms *ms)
{
    char sign, colon;
    int hour, minute;
    if (!read_one_of(r, "Zz+-", &sign)) return false;
    *ms = 0;
    if (sign == 'Z' || sign == 'z') return true;
    if (!read_digits(r, 2, &hour) || !read_one_of(r, ":", &colon)) return false;
    if (!read_digits(r, 2, &minute) || hour > 23 || minute > 59) return false;
    *ms = hour * UTC_HOUR + minute * UTC_MINUTE;
    if (sign == '-') *ms = -*ms;
    return true;
}

bool utc_parse(const char *at, size_t len, utc_ms *out)
{
    if (len == 0) return false;
    struct reader r = { at, at + len };
    int64_t days;
    utc_ms time, offset;
    char between;
    if (!read_date(&r, &days) || !read_one_of(&r, "Tt ", &between)) return false;
    if (!read_time(&r, &time) || !read_offset(&r, &offset) || r.at != r.end) return false;
    *out = days * UTC_DAY + time - offset;
    return true;
}
