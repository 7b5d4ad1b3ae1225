#include "domain/listing.h"

#include <assert.h>

static const char *const names[LISTING_SYNC_COUNT] = {
    [LISTING_IN_SYNC] = "in_sync", [LISTING_WAITING] = "waiting", [LISTING_SENT] = "sent",
    [LISTING_UNKNOWN] = "unknown", [LISTING_REFUSED] = "refused", [LISTING_DRIFTED] = "drifted",
    [LISTING_UNSEEN] = "unseen",
};

const char *listing_sync_name(enum listing_sync s)
{
    return names[s];
}

bool listing_sync_from(str name, enum listing_sync *out)
{
    for (int s = 0; s < LISTING_SYNC_COUNT; s++) {
        if (!str_eq(name, str_from(names[s]))) continue;
        *out = (enum listing_sync)s;
        return true;
    }
    return false;
}

/* A lost reply and a drift are shown while their repair waits; a refusal gives way to the newer value
 * that may mend it. */
enum listing_sync listing_sync_of(const struct listing *l)
{
    if (l->outcome == LISTING_LOST) return LISTING_UNKNOWN;
    if (l->drift_since) return LISTING_DRIFTED;
    if (l->wanted.seq > l->sent.seq) return LISTING_WAITING;
    if (l->outcome == LISTING_WAS_REFUSED) return LISTING_REFUSED;
    if (!l->sent.seq) return LISTING_UNSEEN;
    return l->confirmed_seq >= l->sent.seq ? LISTING_IN_SYNC : LISTING_SENT;
}

static bool money_differs(money a, money b)
{
    return a.e4 != b.e4;
}

/* A marketplace that does not show the list price gives none. */
static bool shows_other(const struct listing_state *sent, const struct listing_state *seen)
{
    return sent->quantity != seen->quantity || money_differs(sent->price, seen->price) ||
           (seen->list_price.e4 && money_differs(sent->list_price, seen->list_price));
}

bool listing_has_settled(const struct listing *l, utc_ms asked_at, utc_ms settling_ms)
{
    return l->sent.seq && l->confirmed_seq == l->sent.seq &&
           asked_at >= l->confirmed_at + settling_ms;
}

bool listing_drifts(const struct listing *l, const struct listing_state *seen, utc_ms asked_at,
                    utc_ms settling_ms)
{
    return listing_has_settled(l, asked_at, settling_ms) && shows_other(&l->sent, seen);
}

static void step(struct publishable *p, const char *name, int64_t result)
{
    assert(p->step_count < PUBLISHABLE_STEPS);
    p->steps[p->step_count++] =
        (struct publishable_step){ .name = name, .change = result - p->quantity, .result = result };
    p->quantity = result;
}

struct publishable publishable_of(const struct publishable_input *in)
{
    struct publishable p = { 0 };
    step(&p, "available", in->available);
    if (in->quarantined) step(&p, "quarantined", p.quantity - in->quarantined);
    if (in->safety_stock) step(&p, "safety_stock", p.quantity - in->safety_stock);
    if (in->ceiling >= 0 && p.quantity > in->ceiling) step(&p, "ceiling", in->ceiling);
    step(&p, "publishable", p.quantity > 0 ? p.quantity : 0);
    return p;
}
