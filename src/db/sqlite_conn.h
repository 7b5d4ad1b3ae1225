/*
 * sqlite_conn.h: one SQLite connection with its settings and its prepared statements.
 *
 * Shape    exactly one connection in the world may write: the writer's. All others are opened for
 *          reading only and never checkpoint. (SQLite before 3.44.6/3.50.7/3.51.3 can lose
 *          committed pages when a checkpoint of one connection meets a commit of another.)
 * Memory   a connection owns its statements, at most 512; path and prefix are borrowed.
 * Threads  one at a time: its owner (the writer's baton, the pool) sees to that.
 * Errors   as db.h says. After a failed call nothing of the statement stands; whether the
 *          transaction still stands is the writer's question.
 */
#ifndef DB_SQLITE_CONN_H
#define DB_SQLITE_CONN_H

#include <sqlite3.h>

#include "db/db.h"

enum { SQLITE_CONN_SETS = 128, SQLITE_CONN_WAYS = 4 };

struct sqlite_cached {
    const struct sql_text *sql;
    const char *text; /* guards against another text at the same place */
    sqlite3_stmt *stmt;
    uint64_t used;
};

struct sqlite_conn {
    sqlite3 *handle;
    const char *path, *prefix;
    uint64_t uses;
    struct sqlite_cached cache[SQLITE_CONN_SETS][SQLITE_CONN_WAYS];
};

enum sqlite_conn_use {
    SQLITE_CONN_WRITER, /* creates the file; settle with sqlite_conn_make_writer() */
    SQLITE_CONN_READER,
    SQLITE_CONN_COPIER /* a reader that may VACUUM INTO another file */
};

struct sqlite_conn *sqlite_conn_open(const char *path, const char *prefix, const char *vfs,
                                     enum sqlite_conn_use use, struct err *e);
/* Turns the journal into a WAL and makes commits durable; before it nothing in the file changes. */
bool sqlite_conn_make_writer(struct sqlite_conn *c, struct err *e);
void sqlite_conn_close(struct sqlite_conn *c);
AUTO_CLOSE(sqlite_conn, sqlite_conn_close)

/* What a statement did: rows found and changed; the new row's id, 0 when it inserted none. */
struct sqlite_done {
    int64_t changed, id;
};
bool sqlite_conn_run(struct sqlite_conn *c, const struct sql_text *sql,
                     const struct db_value *values, size_t count, struct sqlite_done *done,
                     struct err *e);
bool sqlite_conn_query(struct sqlite_conn *c, struct arena *arena, const struct sql_text *sql,
                       const struct db_value *values, size_t count, struct db_rows *rows,
                       struct err *e);
/* One statement that will not come again: a step of a migration. */
bool sqlite_conn_run_once(struct sqlite_conn *c, const char *text, struct err *e);

/* Fills e from SQLite's code `rc`; `doing` is the SQL. Returns false. */
bool sqlite_refused(const struct sqlite_conn *c, int rc, const char *doing, struct err *e);

/* Zeroed memory; exhaustion ends the process, as an arena's does. */
void *sqlite_take(size_t size);

#endif
