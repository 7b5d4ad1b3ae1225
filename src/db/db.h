/*
 * db.h: one SQL interface over SQLite and, later, MariaDB: prepared statements only.
 *
 * Shape    SQL is constant text with '?' places and the prefix written {p}; values are bound. A
 *          query's result is read whole into an arena: pages are bounded by their callers.
 * Units    integers are int64; text is UTF-8; blobs are bytes. No floating point.
 * Memory   results live in the caller's arena; nothing is kept open behind a returned query.
 * Threads  any. A thread inside a transaction uses the transaction's connection for everything;
 *          otherwise a connection is borrowed for one statement. `struct db` decides, callers
 *          cannot. A second db_begin() by the same thread asserts.
 * Errors   ERR_CONFLICT "db.unique" when a unique key stands against a write, "db.reference" when a
 *          foreign key does; ERR_UNAVAILABLE "db.busy", "db.full", "db.io", "db.gone" (the group's
 *          transaction is lost: nothing of the unit stands); ERR_INVALID "db.newer", "db.foreign",
 *          "db.damaged", "db.locked", "db.prefix" on opening; ERR_BUG "db.sql" for our own
 *          mistakes. Every message says what to do.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/err.h"
#include "base/utc.h"

struct db;
struct db_tx;
struct db_migration; /* migrate.h */

struct db_options {
    const char *path;   /* SQLite file; its folder also holds the lock file path.lock */
    const char *prefix; /* [a-z][a-z0-9_]{0,15}, "oc_" by default */
    const char *vfs;    /* NULL: the platform's; tests give one that fails */
    unsigned readers;   /* read connections; 0: 16 */
    bool read_only;     /* no lock, no writer: doctor's look at a file in use */
    const struct db_migration *migrations; /* NULL: those compiled in; tests give their own */
};

/* Opens or creates the file, takes the process lock (ERR_INVALID "db.locked" names the holder's
 * pid) and starts the writer. Does not migrate. A newer or foreign file is refused, except for reading
 * only: db_schema_state() then says what it is. */
struct db *db_open(const struct db_options *options, struct err *e);
/* Waits for the running group, checkpoints, gives the lock back. */
void db_close(struct db *db);
AUTO_CLOSE(db, db_close)

/* One text where both databases take it, else one for each. */
struct sql_text {
    const char *both;
    const char *sqlite, *mariadb;
};

struct db_value {
    enum db_kind { DB_NULL, DB_INTEGER, DB_TEXT, DB_BLOB } kind;
    int64_t integer;
    str text; /* text or bytes */
};
static inline struct db_value db_i64(int64_t n)
{
    return (struct db_value){ .kind = DB_INTEGER, .integer = n };
}
static inline struct db_value db_text(str s)
{
    return (struct db_value){ .kind = DB_TEXT, .text = s };
}
static inline struct db_value db_cstr(const char *s) /* NULL is NULL */
{
    return s ? db_text(str_from(s)) : (struct db_value){ .kind = DB_NULL };
}
static inline struct db_value db_blob(str bytes)
{
    return (struct db_value){ .kind = DB_BLOB, .text = bytes };
}
static inline struct db_value db_null(void)
{
    return (struct db_value){ .kind = DB_NULL };
}
/* NULL for 0 or the empty text: ids and times that are not set. */
static inline struct db_value db_i64_or_null(int64_t n)
{
    return n ? db_i64(n) : db_null();
}
static inline struct db_value db_text_or_null(str s)
{
    return s.len ? db_text(s) : db_null();
}

/* Runs a write (or DDL inside a migration). Outside a transaction it is its own unit and returns
 * after the COMMIT that holds it. */
#define db_run(db, sql, e, ...)                                                                    \
    db_run_values((db), (sql), (e), DB_VALUES(__VA_ARGS__), DB_VALUE_COUNT(__VA_ARGS__))
/* The same, and how many rows it changed (found, not different: MariaDB's found-rows semantics). */
#define db_run_counted(db, sql, changed, e, ...)                                                   \
    db_run_counted_values((db), (sql), (changed), (e), DB_VALUES(__VA_ARGS__),                     \
                          DB_VALUE_COUNT(__VA_ARGS__))
/* The same, and the new row's id; 0 when it inserted none (ON CONFLICT). */
#define db_insert(db, sql, id, e, ...)                                                             \
    db_insert_values((db), (sql), (id), (e), DB_VALUES(__VA_ARGS__), DB_VALUE_COUNT(__VA_ARGS__))
#define db_query(db, arena, sql, rows, e, ...)                                                     \
    db_query_values((db), (arena), (sql), (rows), (e), DB_VALUES(__VA_ARGS__),                     \
                    DB_VALUE_COUNT(__VA_ARGS__))

/* The leading element lets the list be empty; the functions get what follows it. */
#define DB_VALUES(...) ((const struct db_value[]){ { 0 }, ##__VA_ARGS__ } + 1)
#define DB_VALUE_COUNT(...)                                                                        \
    (sizeof((const struct db_value[]){ { 0 }, ##__VA_ARGS__ }) / sizeof(struct db_value) - 1)

struct db_rows {
    size_t count, columns;
    const struct db_value *cells; /* row by row */
};
static inline const struct db_value *db_cell(const struct db_rows *r, size_t row, size_t column)
{
    return &r->cells[row * r->columns + column];
}
static inline int64_t db_cell_i64(const struct db_rows *r, size_t row, size_t column) /* NULL: 0 */
{
    return db_cell(r, row, column)->integer;
}
static inline str db_cell_text(const struct db_rows *r, size_t row, size_t column) /* NULL: empty */
{
    return db_cell(r, row, column)->text;
}
static inline bool db_cell_is_null(const struct db_rows *r, size_t row, size_t column)
{
    return db_cell(r, row, column)->kind == DB_NULL;
}

bool db_run_values(struct db *db, const struct sql_text *sql, struct err *e,
                   const struct db_value *values, size_t count);
bool db_run_counted_values(struct db *db, const struct sql_text *sql, int64_t *changed,
                           struct err *e, const struct db_value *values, size_t count);
bool db_insert_values(struct db *db, const struct sql_text *sql, int64_t *id, struct err *e,
                      const struct db_value *values, size_t count);
bool db_query_values(struct db *db, struct arena *arena, const struct sql_text *sql,
                     struct db_rows *rows, struct err *e, const struct db_value *values,
                     size_t count);

/* A unit of work: waits for the writer's baton (fair; bulk behind interactive), then runs alone. On
 * SQLite it is a savepoint in the group's transaction; db_commit() hands the baton on and returns
 * only after the group's COMMIT. A unit over 50 ms is logged. */
struct db_tx *db_begin(struct db *db, struct err *e);
struct db_tx *db_begin_bulk(struct db *db, struct err *e);
bool db_commit(struct db_tx **tx, struct err *e); /* leaves *tx NULL either way */
void db_rollback(struct db_tx *tx);
AUTO_CLOSE(db_tx, db_rollback)
/* Whether this thread has a transaction open. */
bool db_in_tx(const struct db *db);

/* Runs after the COMMIT of this thread's transaction, on this thread, in order; dropped on
 * rollback. Outside a transaction it runs at once. `context` must live until then. The callbacks
 * of all units run one after the other in the order of their commits, so one is short and waits
 * for nobody; one that opens a transaction gives its place in that order up. */
void db_after_commit(struct db *db, void (*run)(void *context), void *context);

/* Migrations: numbered steps, compiled in from migrations/NNNN_name.{sqlite,mariadb}.sql. */
struct db_schema_state {
    int version, newest; /* newest: what this program knows */
    bool is_empty;       /* no table of ours */
    bool is_foreign;     /* has tables, none of ours */
};
bool db_schema_state(struct db *db, struct db_schema_state *out, struct err *e);
bool db_migrate(struct db *db, int *steps_run, struct err *e);

/* PRAGMA integrity_check, bounded: ERR_INVALID "db.damaged" with its first line. */
bool db_check(struct db *db, struct err *e);
/* A consistent copy into a new file (VACUUM INTO); ERR_CONFLICT "db.exists" when there is one. */
bool db_copy_to(struct db *db, const char *path, struct err *e);
const char *db_prefix(const struct db *db);

#endif
