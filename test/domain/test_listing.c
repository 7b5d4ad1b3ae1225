#include "domain/listing.h"
#include "support/suite.h"

static const struct sync_case {
    const char *name;
    struct listing listing;
    enum listing_sync wanted;
} sync_cases[] = {
    { "nothing wanted, sent or seen", { 0 }, LISTING_UNSEEN },
    { "wanted and never sent", { .wanted.seq = 1 }, LISTING_WAITING },
    { "sent and not answered", { .wanted.seq = 1, .sent.seq = 1 }, LISTING_SENT },
    { "accepted",
      { .wanted.seq = 2, .sent.seq = 2, .confirmed_seq = 2, .outcome = LISTING_ACCEPTED },
      LISTING_IN_SYNC },
    { "accepted before, newer sent",
      { .wanted.seq = 3, .sent.seq = 3, .confirmed_seq = 2 },
      LISTING_SENT },
    { "accepted before, newer wanted",
      { .wanted.seq = 3, .sent.seq = 2, .confirmed_seq = 2, .outcome = LISTING_ACCEPTED },
      LISTING_WAITING },
    { "refused",
      { .wanted.seq = 2, .sent.seq = 2, .confirmed_seq = 1, .outcome = LISTING_WAS_REFUSED },
      LISTING_REFUSED },
    { "refused, a newer value waits",
      { .wanted.seq = 3, .sent.seq = 2, .outcome = LISTING_WAS_REFUSED },
      LISTING_WAITING },
    { "a reply was lost",
      { .wanted.seq = 2, .sent.seq = 1, .outcome = LISTING_LOST },
      LISTING_UNKNOWN },
    { "the marketplace shows something else",
      { .wanted.seq = 2, .sent.seq = 2, .confirmed_seq = 2, .drift_since = 5 },
      LISTING_DRIFTED },
    { "a drift is shown while its repair waits",
      { .wanted.seq = 3, .sent.seq = 2, .confirmed_seq = 2, .drift_since = 5 },
      LISTING_DRIFTED },
};

static void sync_is_derived(void **state)
{
    const struct sync_case *c = *state;
    assert_string_equal(listing_sync_name(listing_sync_of(&c->listing)),
                        listing_sync_name(c->wanted));
}

#define TRY(e4_)                                                                                   \
    {                                                                                              \
        .e4 = (e4_), .currency = "TRY"                                                             \
    }
#define SENT                                                                                       \
    {                                                                                              \
        .seq = 4, .quantity = 5, .price = TRY(1000000), .list_price = TRY(1200000)                 \
    }

static const struct drift_case {
    const char *name;
    struct listing listing;
    struct listing_state seen;
    utc_ms asked_at;
    bool wanted;
} drift_cases[] = {
    { "the same is no drift",
      { .sent = SENT, .confirmed_seq = 4, .confirmed_at = 1000 },
      { .quantity = 5, .price = TRY(1000000), .list_price = TRY(1200000) },
      9000,
      false },
    { "another quantity is",
      { .sent = SENT, .confirmed_seq = 4, .confirmed_at = 1000 },
      { .quantity = 6, .price = TRY(1000000), .list_price = TRY(1200000) },
      9000,
      true },
    { "another price is",
      { .sent = SENT, .confirmed_seq = 4, .confirmed_at = 1000 },
      { .quantity = 5, .price = TRY(999900), .list_price = TRY(1200000) },
      9000,
      true },
    { "a list price that is not shown says nothing",
      { .sent = SENT, .confirmed_seq = 4, .confirmed_at = 1000 },
      { .quantity = 5, .price = TRY(1000000) },
      9000,
      false },
    { "asked before the marketplace has settled",
      { .sent = SENT, .confirmed_seq = 4, .confirmed_at = 1000 },
      { .quantity = 6, .price = TRY(1000000) },
      5999,
      false },
    { "asked just when it has",
      { .sent = SENT, .confirmed_seq = 4, .confirmed_at = 1000 },
      { .quantity = 6, .price = TRY(1000000) },
      6000,
      true },
    { "what was sent last is not confirmed yet",
      { .sent = SENT, .confirmed_seq = 3, .confirmed_at = 1000 },
      { .quantity = 6, .price = TRY(1000000) },
      9000,
      false },
    { "nothing was ever sent", { 0 }, { .quantity = 6 }, 9000, false },
};

static void drift_is_seen(void **state)
{
    const struct drift_case *c = *state;
    assert_int_equal(listing_drifts(&c->listing, &c->seen, c->asked_at, 5000), c->wanted);
}

static const struct publishable_case {
    const char *name;
    struct publishable_input in;
    const char *steps; /* "name change result; ..." */
} publishable_cases[] = {
    { "what is available is published",
      { .available = 7, .ceiling = -1 },
      "available 7 7; publishable 0 7; " },
    { "safety stock stays back",
      { .available = 7, .safety_stock = 2, .ceiling = -1 },
      "available 7 7; safety_stock -2 5; publishable 0 5; " },
    { "never below nothing",
      { .available = 1, .safety_stock = 3, .ceiling = -1 },
      "available 1 1; safety_stock -3 -2; publishable 2 0; " },
    { "a ceiling cuts",
      { .available = 90, .quarantined = 10, .safety_stock = 5, .ceiling = 50 },
      "available 90 90; quarantined -10 80; safety_stock -5 75; ceiling -25 50; publishable 0 "
      "50; " },
    { "a ceiling above it is left out",
      { .available = 9, .ceiling = 50 },
      "available 9 9; publishable 0 9; " },
    { "a ceiling of nothing is one",
      { .available = 9, .ceiling = 0 },
      "available 9 9; ceiling -9 0; publishable 0 0; " },
    { "a paused store changes nothing",
      { .available = 4, .ceiling = -1, .store_paused = true },
      "available 4 4; publishable 0 4; " },
};

static void publishable_is_explained(void **state)
{
    const struct publishable_case *c = *state;
    AUTO(arena) a = arena_new();
    struct text t = { .arena = a };
    struct publishable p = publishable_of(&c->in);
    for (size_t i = 0; i < p.step_count; i++)
        text_print(&t, "%s %lld %lld; ", p.steps[i].name, (long long)p.steps[i].change,
                   (long long)p.steps[i].result);
    assert_text(text_str(&t), c->steps);
    assert_int_equal(p.quantity, p.steps[p.step_count - 1].result);
}

static void names_read_back(void **state)
{
    (void)state;
    for (int s = 0; s < LISTING_SYNC_COUNT; s++) {
        enum listing_sync back;
        assert_true(listing_sync_from(str_from(listing_sync_name((enum listing_sync)s)), &back));
        assert_int_equal(back, s);
    }
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, sync_is_derived, sync_cases);
    SUITE_ROWS(&s, drift_is_seen, drift_cases);
    SUITE_ROWS(&s, publishable_is_explained, publishable_cases);
    SUITE_TEST(&s, names_read_back);
    return suite_run(&s, "listing");
}
