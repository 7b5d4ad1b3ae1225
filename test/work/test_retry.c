#include "support/suite.h"
#include "work/retry.h"

#define NOW ((utc_ms)1790000000000)
#define NEVER (-1)

/* --- backing off --- */

static const struct backoff_case {
    const char *name;
    utc_ms base, most;
    int n;
    int64_t chance;
    utc_ms pause;
} backoff_cases[] = {
    { "the first pause is at least half the base", 1000, 300000, 1, 0, 500 },
    { "the first pause stays below the base", 1000, 300000, 1, 999999, 999 },
    { "chance moves within the upper half", 1000, 300000, 1, 500000, 750 },
    { "each further try doubles", 1000, 300000, 4, 0, 4000 },
    { "the longest pause is never passed", 1000, 300000, 12, 999999, 299999 },
    { "a thousand tries do not overflow", 1000, 300000, 1000, 0, 150000 },
    { "a try that was not counted is the first", 1000, 300000, 0, 0, 500 },
};

static void backoff_pauses(void **state)
{
    const struct backoff_case *c = *state;
    assert_int_equal(retry_backoff(c->base, c->most, c->n, c->chance), c->pause);
}

/* --- what becomes of a job --- */

static const struct plan_case {
    const char *name;
    enum err_kind kind;
    utc_ms retry_at; /* from NOW; 0: unknown */
    int tries;
    utc_ms after; /* at chance 0; NEVER: a person must look */
} plan_cases[] = {
    { "rate limited: waits as told", ERR_RATE_LIMITED, 7000, 1, 7000 },
    { "rate limited: waits as told however often", ERR_RATE_LIMITED, 7000, 9, 7000 },
    { "rate limited without a time: ten seconds at most at first", ERR_RATE_LIMITED, 0, 1, 5000 },
    { "rate limited without a time: longer each try", ERR_RATE_LIMITED, 0, 3, 20000 },
    { "a time that is over is no time", ERR_RATE_LIMITED, -1, 1, 5000 },
    { "unavailable: again within a second", ERR_UNAVAILABLE, 0, 1, 500 },
    { "unavailable: doubling", ERR_UNAVAILABLE, 0, 5, 8000 },
    { "unavailable: never more than five minutes", ERR_UNAVAILABLE, 0, 50, 150000 },
    { "unavailable, and told when: not before", ERR_UNAVAILABLE, 60000, 1, 60000 },
    { "unavailable, and told an earlier time: backs off all the same", ERR_UNAVAILABLE, 100, 5,
      8000 },
    { "uncertain: again, since the step looks before it repeats", ERR_UNCERTAIN, 0, 1, 500 },
    { "our own bug: a few times, since it may be one moment's", ERR_BUG, 0, 4, 20000 },
    { "our own bug: not for ever", ERR_BUG, 0, 5, NEVER },
    { "refused: repeating will not help", ERR_REFUSED, 0, 1, NEVER },
    { "invalid: likewise", ERR_INVALID, 0, 1, NEVER },
    { "conflict: likewise", ERR_CONFLICT, 0, 1, NEVER },
    { "not found: likewise", ERR_NOT_FOUND, 0, 1, NEVER },
    { "credentials: a person reconnects the store", ERR_CREDENTIALS, 0, 1, NEVER },
    { "refused, though a time was told: a person", ERR_REFUSED, 5000, 1, NEVER },
};

static void plan_follows_the_kind(void **state)
{
    const struct plan_case *c = *state;
    struct err e = { .kind = c->kind, .retry_at = c->retry_at ? NOW + c->retry_at : 0 };
    struct retry_plan plan = retry_plan(&e, c->tries, NOW, 0);
    assert_int_equal(plan.verdict, c->after == NEVER ? RETRY_NEVER : RETRY_LATER);
    if (c->after != NEVER) assert_int_equal(plan.at - NOW, c->after);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, backoff_pauses, backoff_cases);
    SUITE_ROWS(&s, plan_follows_the_kind, plan_cases);
    return suite_run(&s, "retry");
}
