/*
 * suite.h: a test program from tables of cases, one named test a row.
 *
 * A row is a struct whose first member is its name, a sentence. main() reads:
 *
 *     struct suite s = { 0 };
 *     SUITE_ROWS(&s, money_parse_reads, parse_cases);
 *     SUITE_TEST(&s, shares_round_half_away_from_zero);
 *     return suite_run(&s, "money");
 */
#ifndef TEST_SUPPORT_SUITE_H
#define TEST_SUPPORT_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define SUITE_MOST 1024

struct suite {
    struct CMUnitTest tests[SUITE_MOST];
    size_t count;
};

static inline void suite_add(struct suite *s, const char *name, CMUnitTestFunction run,
                             const void *row)
{
    if (s->count == SUITE_MOST) abort();
    s->tests[s->count++] =
        (struct CMUnitTest){ .name = name, .test_func = run, .initial_state = (void *)row };
}

static inline void suite_add_rows(struct suite *s, CMUnitTestFunction run, const void *rows,
                                  size_t row_size, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *row = (const char *)rows + i * row_size;
        suite_add(s, *(const char *const *)(const void *)row, run, row);
    }
}

#define SUITE_ROWS(s, run, rows)                                                                   \
    suite_add_rows((s), (run), (rows), sizeof((rows)[0]), sizeof(rows) / sizeof((rows)[0]))
#define SUITE_TEST(s, run) suite_add((s), #run, (run), NULL)

static inline int suite_run(struct suite *s, const char *name)
{
    return _cmocka_run_group_tests(name, s->tests, s->count, NULL, NULL);
}

static inline void suite_same_text(str seen, const char *wanted, const char *file, int line)
{
    if (str_eq(seen, str_from(wanted))) return;
    print_error("wanted: %s\nseen:   %.*s\n", wanted, STR_ARG(seen));
    _fail(file, line);
}
#define assert_text(seen, wanted) suite_same_text((seen), (wanted), __FILE__, __LINE__)

#endif
