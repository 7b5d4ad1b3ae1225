/*
 * migrate.h: the numbered steps that bring a database to this program's schema.
 *
 * Shape    a migration is one file migrations/NNNN_name.sqlite.sql, compiled in by
 *          tools/embed-sql.sh: a step is one SQL statement and ends with a line ending in ';'.
 *          Lines that hold only a comment are left out. All steps of one file run in one transaction.
 *          A released file is never edited: what comes later is a new number.
 *          {p}mp_schema holds one row for each migration that ran; this room makes and fills it.
 * Memory   constant.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

struct sqlite_conn;

/* A list ends with version 0; versions are 1, 2, 3 ... without a gap. */
struct db_migration {
    int version;
    const char *name;
    const char *const *steps; /* NULL ends them */
};
extern const struct db_migration sqlite_migrations[];

/* What stands in the file that this connection has open, seen by a program that knows `known`. */
bool migrate_look(struct sqlite_conn *c, const struct db_migration *known,
                  struct db_schema_state *out, struct err *e);
/* Refuses with "db.foreign" or "db.newer" what this program must not touch. */
bool migrate_may_use(const struct db_schema_state *state, const char *path, struct err *e);

#endif
