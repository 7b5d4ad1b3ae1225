/*
 * sqlite_pool.h: the connections that read, beside the writer.
 *
 * Threads  any; a thread borrows one for one statement and waits while all are out. The one given
 *          back last is lent first, so that few of them stay warm.
 */
#ifndef DB_SQLITE_POOL_H
#define DB_SQLITE_POOL_H

#include "db/sqlite_conn.h"

struct sqlite_pool;

/* Borrows the texts. Connections are opened when they are first needed. */
struct sqlite_pool *sqlite_pool_new(const char *path, const char *prefix, const char *vfs,
                                    unsigned most);
void sqlite_pool_free(struct sqlite_pool *p); /* all have been given back */

struct sqlite_conn *sqlite_pool_borrow(struct sqlite_pool *p, struct err *e);
void sqlite_pool_give_back(struct sqlite_pool *p, struct sqlite_conn *c);

#endif
