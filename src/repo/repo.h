/*
 * repo.h: what all repositories share.
 *
 * A repository speaks domain types, never rows; it takes part in the caller's transaction and never
 * opens one; it takes the actor and adds company and store grants to its SQL. Lists are paged by
 * cursor without COUNT: results come newest first unless said, `before` is the id (and sort key) of
 * the last row of the page before.
 */
#ifndef REPO_REPO_H
#define REPO_REPO_H

#include "base/crypto.h"
#include "db/db.h"
#include "domain/actor.h"

struct page {
    str cursor;   /* opaque, from the page before; empty: the first */
    size_t limit; /* 1 to 500 */
};
struct page_end {
    str next; /* cursor of the next page; empty: no more */
};

/* The condition every store-bound query carries, and its values in this order:
 *   AND <alias>.company_id = ? AND (? OR <alias>.store_id IN (granted to ?)) */
#define STORE_SCOPE(alias)                                                                         \
    " AND " alias ".company_id = ? AND (? = 1 OR " alias                                           \
    ".store_id IN (SELECT g.store_id FROM {p}mp_user_store g WHERE g.user_id = ?))"
#define STORE_SCOPE_VALUES(by)                                                                     \
    db_i64((by)->company_id), db_i64((by)->all_stores ? 1 : 0), db_i64((by)->user_id)

#endif
