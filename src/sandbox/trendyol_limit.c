#include "sandbox/trendyol.h"

#include <stdlib.h>

#define ENDPOINT_LIMIT 50
#define ENDPOINT_WINDOW (10 * UTC_SECOND)

/* Calls a minute by the seller's listing tier; 0: no limit published for this tier. */
static const struct group_limit {
    const char *name;
    unsigned per_minute[TY_TIERS];
} groups[TY_GROUPS] = {
    [TY_GROUP_NONE] = { "none", { 0 } },
    [TY_GROUP_PRODUCT_READ] = { "product.read", { 1000, 1250, 1500, 1750, 2000 } },
    [TY_GROUP_OFFERS] = { "offers", { 350, 500, 1000, 1500, 2000 } },
    [TY_GROUP_ORDER_LIST] = { "orders.paged", { 30, 40, 50, 100, 100 } },
    [TY_GROUP_PACKAGE_STATUS] = { "package.status", { 300, 300, 500, 0, 0 } },
    [TY_GROUP_UNSUPPLIED] = { "package.unsupplied", { 100, 100, 200, 0, 0 } },
};

unsigned ty_group_limit(enum ty_group group, enum ty_tier tier)
{
    return groups[group].per_minute[tier];
}

const char *ty_group_name(enum ty_group group)
{
    return groups[group].name;
}

void ty_meter_free(struct ty_meter *m)
{
    free(m->times);
    *m = (struct ty_meter){ 0 };
}

/* Makes room for `limit` times, keeping those already there in their order. */
static void widen(struct ty_meter *m, unsigned limit)
{
    if (m->room >= limit) return;
    utc_ms *wider = sim_alloc(limit, sizeof *wider);
    for (unsigned i = 0; i < m->count; i++)
        wider[i] = m->times[(m->next + m->room - m->count + i) % m->room];
    free(m->times);
    m->times = wider;
    m->room = limit;
    m->next = m->count % limit;
}

/* Also what lies in the future, which is there after the clock was set back. */
static void forget_old(struct ty_meter *m, utc_ms before, utc_ms now)
{
    while (m->count) {
        utc_ms oldest = m->times[(m->next + m->room - m->count) % m->room];
        if (oldest > before && oldest <= now) break;
        m->count--;
    }
}

/* Both ways of counting are kept up all the time, so that the mode can be switched at any moment. */
bool ty_meter_take(struct ty_meter *m, unsigned limit, utc_ms window, bool is_fixed, utc_ms now)
{
    widen(m, limit);
    forget_old(m, now - window, now);
    if (m->window != now / window) {
        m->window = now / window;
        m->in_window = 0;
    }
    if ((is_fixed ? m->in_window : m->count) >= limit) return false;
    m->in_window++;
    m->times[m->next] = now;
    m->next = (m->next + 1) % m->room;
    if (m->count < m->room) m->count++;
    return true;
}

static void refuse(struct ty_call *c)
{
    if (c->ty->settings.retry_after_on_429) http_reply_header(c->x, "Retry-After", STR("10"));
    ty_refuse(c, 429, "too.many.requests", "Too many requests");
}

bool ty_limit_pass(struct ty_call *c)
{
    const struct ty_settings *set = &c->ty->settings;
    enum ty_group group = c->endpoint->group;
    unsigned per_minute = ty_group_limit(group, c->seller->tier);
    bool is_fixed = set->window_mode == 0;
    if (!set->limits_on) return true;
    if (!ty_meter_take(&c->seller->endpoint_meters[c->endpoint->id], ENDPOINT_LIMIT,
                       ENDPOINT_WINDOW, is_fixed, c->s->at)) {
        ty_breach(c, "limit.endpoint", "%s: more than %d in 10 s", c->endpoint->name,
                  ENDPOINT_LIMIT);
        refuse(c);
        return false;
    }
    if (per_minute && !ty_meter_take(&c->seller->group_meters[group], per_minute, UTC_MINUTE,
                                     is_fixed, c->s->at)) {
        ty_breach(c, "limit.group", "%s: more than %u a minute", ty_group_name(group), per_minute);
        refuse(c);
        return false;
    }
    return true;
}
