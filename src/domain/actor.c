#include "domain/actor.h"

static const char *const names[ROLE_COUNT] = {
    [ROLE_SUPER_ADMIN] = "super_admin", [ROLE_ADMIN] = "admin",
    [ROLE_INTEGRATOR] = "integrator",   [ROLE_SUPPORT] = "support",
    [ROLE_DROPSHIPPER] = "dropshipper", [ROLE_SUPPLIER] = "supplier",
    [ROLE_CUSTOMER] = "customer",
};

#define ALL_RIGHTS                                                                                 \
    (RIGHT_SEE | RIGHT_EDIT_STOCK | RIGHT_EDIT_STORES | RIGHT_WORK_ORDERS | RIGHT_SEE_CALLS |      \
     RIGHT_RETRY_JOBS | RIGHT_SEE_BUYERS)

/* Support works with buyers and watches what went wrong, but changes no stock and no credentials.
 * An integrator sees every call and no buyer. The others have screens of their own, which come with
 * them; until then they see nothing. */
static const unsigned rights[ROLE_COUNT] = {
    [ROLE_SUPER_ADMIN] = ALL_RIGHTS,
    [ROLE_ADMIN] = ALL_RIGHTS,
    [ROLE_INTEGRATOR] = RIGHT_SEE | RIGHT_EDIT_STORES | RIGHT_SEE_CALLS | RIGHT_RETRY_JOBS,
    [ROLE_SUPPORT] = RIGHT_SEE | RIGHT_WORK_ORDERS | RIGHT_SEE_CALLS | RIGHT_SEE_BUYERS,
};

const char *role_name(enum role r)
{
    return names[r];
}

bool role_from(str name, enum role *out)
{
    for (int r = 0; r < ROLE_COUNT; r++) {
        if (!str_eq(name, str_from(names[r]))) continue;
        *out = (enum role)r;
        return true;
    }
    return false;
}

unsigned role_rights(enum role r)
{
    return rights[r];
}

struct actor actor_system(int64_t company_id)
{
    return (struct actor){
        .company_id = company_id, .role = ROLE_ADMIN, .rights = ALL_RIGHTS, .all_stores = true
    };
}

bool actor_may(const struct actor *by, enum right r)
{
    return (by->rights & (unsigned)r) != 0;
}
