#include "base/utc.h"

#include <stdio.h>
#include <time.h>

#include "support/suite.h"

static const struct parse_case {
    const char *name, *text;
    bool ok;
    utc_ms at;
} parse_cases[] = {
    { "the epoch is zero", "1970-01-01T00:00:00Z", true, 0 },
    { "milliseconds are read", "2026-11-22T08:15:34.123Z", true, 1795335334123 },
    { "one digit of fraction is tenths", "1970-01-01T00:00:00.5Z", true, 500 },
    { "further digits are cut off", "1970-01-01T00:00:00.9999999999Z", true, 999 },
    { "an eastern offset is earlier in UTC", "1970-01-01T03:00:00+03:00", true, 0 },
    { "a western offset is later in UTC", "1969-12-31T20:30:00-03:30", true, 0 },
    { "an offset may cross the day", "2026-01-01T01:00:00+03:00", true, 1767218400000 },
    { "lower case letters are taken", "1970-01-01t00:00:01z", true, 1000 },
    { "a blank may stand for T", "1970-01-01 00:00:01Z", true, 1000 },
    { "before the epoch is negative", "1969-12-31T23:59:59.999Z", true, -1 },
    { "a leap day is taken", "2024-02-29T00:00:00Z", true, 1709164800000 },
    { "year 2000 had a leap day", "2000-02-29T00:00:00Z", true, 951782400000 },
    { "a leap second is the next minute", "2016-12-31T23:59:60Z", true, 1483228800000 },
    { "the first year is taken", "0000-01-01T00:00:00Z", true, -62167219200000 },
    { "the last moment is taken", "9999-12-31T23:59:59.999Z", true, 253402300799999 },
    { "1900 had no leap day", "1900-02-29T00:00:00Z", false, 0 },
    { "29 February of other years is refused", "2026-02-29T00:00:00Z", false, 0 },
    { "31 April is refused", "2026-04-31T00:00:00Z", false, 0 },
    { "month 0 is refused", "2026-00-01T00:00:00Z", false, 0 },
    { "month 13 is refused", "2026-13-01T00:00:00Z", false, 0 },
    { "day 0 is refused", "2026-01-00T00:00:00Z", false, 0 },
    { "hour 24 is refused", "2026-01-01T24:00:00Z", false, 0 },
    { "minute 60 is refused", "2026-01-01T00:60:00Z", false, 0 },
    { "second 61 is refused", "2026-01-01T00:00:61Z", false, 0 },
    { "no zone is refused", "2026-01-01T00:00:00", false, 0 },
    { "an offset without colon is refused", "2026-01-01T00:00:00+0300", false, 0 },
    { "an offset of a day is refused", "2026-01-01T00:00:00+24:00", false, 0 },
    { "an empty fraction is refused", "2026-01-01T00:00:00.Z", false, 0 },
    { "a date alone is refused", "2026-01-01", false, 0 },
    { "short fields are refused", "2026-1-1T00:00:00Z", false, 0 },
    { "text after it is refused", "2026-01-01T00:00:00Z ", false, 0 },
    { "the empty text is refused", "", false, 0 },
    { "a sign is no digit", "-026-01-01T00:00:00Z", false, 0 },
};

static void utc_parse_reads(void **state)
{
    const struct parse_case *c = *state;
    size_t len = strlen(c->text);
    char *exact = malloc(len ? len : 1); /* not terminated: ASan sees a byte read too many */
    memcpy(exact, c->text, len);
    utc_ms at = 77;
    bool ok = utc_parse(exact, len, &at);
    free(exact);
    assert_int_equal(ok, c->ok);
    assert_int_equal(at, c->ok ? c->at : 77);
}

static const struct iso_case {
    const char *name;
    utc_ms at;
    const char *text;
} iso_cases[] = {
    { "the epoch is written", 0, "1970-01-01T00:00:00.000Z" },
    { "a moment is written", 1795335334123, "2026-11-22T08:15:34.123Z" },
    { "a moment before the epoch is written", -1, "1969-12-31T23:59:59.999Z" },
    { "a leap day is written", 951782400000, "2000-02-29T00:00:00.000Z" },
    { "what is too late is the last moment", INT64_MAX, "9999-12-31T23:59:59.999Z" },
    { "what is too early is the first moment", INT64_MIN, "0000-01-01T00:00:00.000Z" },
};

static void utc_iso_writes(void **state)
{
    const struct iso_case *c = *state;
    char out[UTC_ISO_SIZE];
    assert_string_equal(utc_iso(c->at, out), c->text);
}

/* The C library is the peer: every 17th day and a bit from year 0 to 9999. */
static void dates_are_those_of_the_c_library(void **state)
{
    (void)state;
    for (utc_ms at = -62167219200000; at < 253402300800000;
         at += 17 * UTC_DAY + 4711 * UTC_SECOND) {
        char ours[UTC_ISO_SIZE], theirs[64];
        struct tm tm;
        time_t seconds = at / 1000;
        assert_non_null(gmtime_r(&seconds, &tm));
        int year = tm.tm_year + 1900;
        snprintf(theirs, sizeof theirs, "%04d-%02d-%02dT%02d:%02d:%02d.000Z", year, tm.tm_mon + 1,
                 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
        assert_string_equal(utc_iso(at, ours), theirs);
        utc_ms back;
        assert_true(utc_parse(ours, strlen(ours), &back));
        assert_int_equal(back, at);
    }
}

static void a_clock_can_be_set(void **state)
{
    (void)state;
    struct clock c = { 0 };
    utc_ms before = (utc_ms)time(NULL) * 1000;
    utc_ms now = clock_now(&c);
    assert_in_range(now, before - UTC_SECOND, before + UTC_MINUTE);
    c.offset = UTC_DAY;
    assert_in_range(clock_now(&c) - now, UTC_DAY, UTC_DAY + UTC_MINUTE);
    c.fixed = 12345;
    assert_int_equal(clock_now(&c), 12345);
}

static void monotonic_time_does_not_go_back(void **state)
{
    (void)state;
    int64_t last = mono_us();
    for (int i = 0; i < 1000; i++) {
        int64_t now = mono_us();
        assert_true(now >= last);
        last = now;
    }
    assert_true(llabs(mono_ms() - last / 1000) < 60000);
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, utc_parse_reads, parse_cases);
    SUITE_ROWS(&s, utc_iso_writes, iso_cases);
    SUITE_TEST(&s, dates_are_those_of_the_c_library);
    SUITE_TEST(&s, a_clock_can_be_set);
    SUITE_TEST(&s, monotonic_time_does_not_go_back);
    return suite_run(&s, "utc");
}
