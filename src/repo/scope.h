/*
 * scope.h: inside repo only: the database, and the condition that keeps companies apart.
 */
#ifndef REPO_SCOPE_H
#define REPO_SCOPE_H

#include "db/db.h"
#include "repo/repo.h"

/* The condition every store-bound query carries, and its values in this order:
 *   AND <alias>.company_id = ? AND (? OR <alias>.store_id IN (granted to ?)) */
#define STORE_SCOPE(alias) SCOPE_OF(alias ".company_id", alias ".store_id")
/* The same of two expressions; "+l.company_id" keeps an index on it out of the plan. */
#define SCOPE_OF(company, store)                                                                   \
    " AND " company " = ? AND (? = 1 OR " store                                                    \
    " IN (SELECT g.store_id FROM {p}mp_user_store g WHERE g.user_id = ?))"
#define STORE_SCOPE_VALUES(by)                                                                     \
    db_i64((by)->company_id), db_i64((by)->all_stores ? 1 : 0), db_i64((by)->user_id)

#endif
