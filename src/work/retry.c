#include "work/retry.h"

#define MOST_TRIES_OF_A_BUG 5

utc_ms retry_backoff(utc_ms base, utc_ms most, int n, int64_t chance)
{
    utc_ms full = base;
    for (int i = 1; i < n && full < most; i++) full *= 2;
    if (full > most) full = most;
    return full / 2 + full / 2 * chance / 1000000;
}

struct retry_plan retry_plan(const struct err *e, int tries, utc_ms now, int64_t chance)
{
    struct retry_plan later = { .verdict = RETRY_LATER };
    switch (e->kind) {
    case ERR_RATE_LIMITED:
        later.at = e->retry_at > now
                       ? e->retry_at
                       : now + retry_backoff(10 * UTC_SECOND, 5 * UTC_MINUTE, tries, chance);
        return later;
    case ERR_UNAVAILABLE:
    case ERR_UNCERTAIN:
        later.at = now + retry_backoff(UTC_SECOND, 5 * UTC_MINUTE, tries, chance);
        if (e->retry_at > later.at) later.at = e->retry_at;
        return later;
    case ERR_BUG:
        if (tries >= MOST_TRIES_OF_A_BUG) break;
        later.at = now + retry_backoff(5 * UTC_SECOND, UTC_MINUTE, tries, chance);
        return later;
    default:
        break;
    }
    return (struct retry_plan){ .verdict = RETRY_NEVER };
}
