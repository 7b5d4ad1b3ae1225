#include "support/suite.h"
#include "work/breaker.h"

#define NOW ((utc_ms)1790000000000)

/* A story of calls. Each step happens `at` (milliseconds after NOW) on a store's endpoint. */
struct step {
    enum { END, ASK, REFUSED, FAILS, WORKS } what; /* REFUSED: asked, and must be refused */
    utc_ms at;
    utc_ms again; /* of REFUSED: when to ask again */
    int store;    /* 0: the first */
    int times;    /* 0: once */
};

#define OPEN_AT(at)                                                                                \
    {                                                                                              \
        FAILS, at, .times = 5                                                                      \
    }
static const struct breaker_case {
    const char *name;
    struct step steps[16];
} cases[] = {
    { "four failures in a row leave it closed", { { FAILS, 0, .times = 4 }, { ASK, 0 } } },
    { "the fifth opens it for five seconds",
      { OPEN_AT(0), { REFUSED, 0, 5000 }, { REFUSED, 4999, 5000 }, { ASK, 5000 } } },
    { "a success in between starts the count anew",
      { { FAILS, 0, .times = 4 }, { WORKS, 0 }, { FAILS, 0, .times = 4 }, { ASK, 0 } } },
    { "one call at a time tries, the others look again soon",
      { OPEN_AT(0), { ASK, 5000 }, { REFUSED, 5000, 7000 }, { REFUSED, 6000, 8000 } } },
    { "a trial that works closes it",
      { OPEN_AT(0), { ASK, 5000 }, { WORKS, 5100 }, { ASK, 5100, .times = 3 } } },
    { "a trial that fails doubles the pause",
      { OPEN_AT(0), { ASK, 5000 }, { FAILS, 5000 }, { REFUSED, 5001, 15000 }, { ASK, 15000 } } },
    { "the pause ends at five minutes",
      { OPEN_AT(0),
        { ASK, 5000 },
        { FAILS, 5000 },
        { ASK, 15000 },
        { FAILS, 15000 },
        { ASK, 35000 },
        { FAILS, 35000 },
        { ASK, 75000 },
        { FAILS, 75000 },
        { ASK, 155000 },
        { FAILS, 155000 },
        { ASK, 315000 },
        { FAILS, 315000 },
        { REFUSED, 315000, 615000 },
        { ASK, 615000 } } },
    { "after it closed it opens for five seconds again",
      { OPEN_AT(0),
        { ASK, 5000 },
        { FAILS, 5000 },
        { ASK, 15000 },
        { WORKS, 15000 },
        OPEN_AT(20000),
        { REFUSED, 20000, 25000 } } },
    { "calls that were under way when it opened do not lengthen the pause",
      { OPEN_AT(0), { FAILS, 1000, .times = 3 }, { ASK, 5000 } } },
    { "a trial whose caller died blocks for a minute only",
      { OPEN_AT(0), { ASK, 5000 }, { REFUSED, 64999, 66999 }, { ASK, 65000 } } },
    { "stores do not share it", { OPEN_AT(0), { ASK, 0, .store = 2 }, { REFUSED, 0, 5000 } } },
};

static void breaker_follows(void **state)
{
    const struct breaker_case *c = *state;
    AUTO(breakers) b = breakers_new();
    for (const struct step *s = c->steps; s->what != END; s++) {
        for (int i = 0; i < (s->times ? s->times : 1); i++) {
            utc_ms again = 0;
            bool allows =
                s->what < FAILS && breaker_allows(b, s->store, "offers.push", NOW + s->at, &again);
            if (s->what >= FAILS)
                breaker_report(b, s->store, "offers.push", NOW + s->at, s->what == FAILS);
            else
                assert_int_equal(allows, s->what == ASK);
            if (s->what == REFUSED) assert_int_equal(again - NOW, s->again);
        }
    }
}

static void endpoints_of_a_store_do_not_share_it(void **state)
{
    AUTO(breakers) b = breakers_new();
    utc_ms again;
    (void)state;
    for (int i = 0; i < 5; i++) breaker_report(b, 1, "offers.push", NOW, true);
    assert_false(breaker_allows(b, 1, "offers.push", NOW, &again));
    assert_true(breaker_allows(b, 1, "orders.stream", NOW, &again));
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, breaker_follows, cases);
    SUITE_TEST(&s, endpoints_of_a_store_do_not_share_it);
    return suite_run(&s, "breaker");
}
