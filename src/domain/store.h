/*
 * store.h: a seller's account on a marketplace.
 *
 * Memory   all text lives in the arena it was read into.
 */
#ifndef DOMAIN_STORE_H
#define DOMAIN_STORE_H

#include "base/err.h"

enum store_state {
    STORE_ACTIVE,
    STORE_PAUSED,       /* by a person: nothing is pulled or pushed */
    STORE_DISCONNECTED, /* the marketplace refused the credentials twice: a person reconnects it */
    STORE_STATE_COUNT
};
const char *store_state_name(enum store_state s);
bool store_state_from(str name, enum store_state *out);

/* One filled-in setting; which there are is the connector's `settings`. */
struct store_value {
    str name, value;
};

struct store {
    int64_t id, company_id;
    str marketplace; /* connector key */
    str name;
    str base_url;   /* empty: the connector's own */
    bool test_mode; /* its base_url may be plain HTTP on loopback */
    enum store_state state;
    str state_code, state_message;    /* why it is not active */
    const struct store_value *values; /* opened credentials and settings */
    size_t value_count;
    str hook_secret;               /* the last part of /hooks/<marketplace>/<secret> */
    str hook_remote_id;            /* the marketplace's id of our webhook; empty: polling only */
    int64_t quantity_ceiling;      /* the most pieces the marketplace takes; below 1: any number */
    utc_ms created_at, checked_at; /* checked_at: last successful connection check; 0: never */
};

str store_value(const struct store *s, const char *name); /* empty when missing */

#define STORE_BASE_URL_MAX 200
/* Empty, https, or in test mode plain HTTP to loopback; no user, query or fragment
 * ("store.base_url"). */
bool store_base_url_check(str url, bool test_mode, struct err *e);

#endif
