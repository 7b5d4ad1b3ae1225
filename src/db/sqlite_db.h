/* sqlite_db.h: what stands behind a struct db, for the files of this room. */
#ifndef DB_SQLITE_DB_H
#define DB_SQLITE_DB_H

#include "db/migrate.h"
#include "db/sqlite_pool.h"
#include "db/sqlite_writer.h"

struct db {
    char *path, *vfs;
    char prefix[17];
    const struct db_migration *migrations;
    int lock;                     /* -1: read only */
    struct sqlite_writer *writer; /* NULL: read only */
    struct sqlite_pool *readers;
};

#endif
