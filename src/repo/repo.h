/*
 * repo.h: what all repositories share.
 *
 * A repository speaks domain types, never rows; it takes part in the caller's transaction and never
 * opens one; it takes the actor and adds company and store grants to its SQL. Lists are paged by
 * cursor without COUNT: results come newest first unless said, `before` is the id (and sort key) of
 * the last row of the page before.
 *
 * These headers only name `struct db`, so that rooms which must not see SQL can include them; the .c
 * files include "repo/scope.h".
 */
#ifndef REPO_REPO_H
#define REPO_REPO_H

#include "base/crypto.h"
#include "domain/actor.h"

struct db;

struct page {
    str cursor;   /* opaque, from the page before; empty: the first */
    size_t limit; /* 1 to 500 */
};
struct page_end {
    str next; /* cursor of the next page; empty: no more */
};

#endif
