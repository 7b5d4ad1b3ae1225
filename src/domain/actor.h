/*
 * actor.h: on whose behalf something is read or changed. Every repository function takes one and
 * adds it to its SQL, so that nobody ever sees another company's rows.
 */
#ifndef DOMAIN_ACTOR_H
#define DOMAIN_ACTOR_H

#include "base/str.h"

enum role {
    ROLE_SUPER_ADMIN,
    ROLE_ADMIN,
    ROLE_INTEGRATOR,
    ROLE_SUPPORT,
    ROLE_DROPSHIPPER,
    ROLE_SUPPLIER,
    ROLE_CUSTOMER,
    ROLE_COUNT
};
const char *role_name(enum role r); /* "super_admin" ... */
bool role_from(str name, enum role *out);

enum right {
    RIGHT_SEE = 1 << 0,         /* catalogue, listings, orders, stores */
    RIGHT_EDIT_STOCK = 1 << 1,  /* products, variants, stock, cost */
    RIGHT_EDIT_STORES = 1 << 2, /* connect, pause, credentials */
    RIGHT_WORK_ORDERS = 1 << 3, /* acknowledge, invoice */
    RIGHT_SEE_CALLS = 1 << 4,   /* API calls, jobs */
    RIGHT_RETRY_JOBS = 1 << 5,
    RIGHT_SEE_BUYERS = 1 << 6 /* personal data unmasked */
};
/* The fixed rights of a role until the editable matrix comes. */
unsigned role_rights(enum role r);

struct actor {
    int64_t user_id; /* 0: the system */
    int64_t company_id;
    enum role role;
    unsigned rights;
    bool all_stores; /* else only stores granted to user_id */
};

/* Jobs and commands: the system acting for a company. */
struct actor actor_system(int64_t company_id);
bool actor_may(const struct actor *by, enum right r);

#endif
