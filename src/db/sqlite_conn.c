#include "db/sqlite_conn.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

void *sqlite_take(size_t size)
{
    void *taken = calloc(1, size);
    if (!taken) abort();
    return taken;
}

/* Must come before SQLite's first use. When another part of the process was earlier it is refused,
 * which costs some speed and nothing else. */
static void configure_sqlite(void)
{
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static bool exec(struct sqlite_conn *c, const char *text, struct err *e)
{
    int rc = sqlite3_exec(c->handle, text, NULL, NULL, NULL);
    return rc == SQLITE_OK || sqlite_refused(c, rc, text, e);
}

static void harden(sqlite3 *handle)
{
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

/* 2 MB of cache a reader: there are up to 16 beside the writer. */
static const char *const settings[] = {
    [SQLITE_CONN_WRITER] = "PRAGMA wal_autocheckpoint=0",
    [SQLITE_CONN_READER] =
        ("PRAGMA wal_autocheckpoint=0; PRAGMA query_only=ON;"
         "PRAGMA cache_size=-2048; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY"),
    [SQLITE_CONN_COPIER] = "PRAGMA wal_autocheckpoint=0; PRAGMA mmap_size=0",
};

struct sqlite_conn *sqlite_conn_open(const char *path, const char *prefix, const char *vfs,
                                     enum sqlite_conn_use use, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_sqlite);

    AUTO(sqlite_conn) c = sqlite_take(sizeof *c);
    c->path = path;
    c->prefix = prefix;
    int flags = use == SQLITE_CONN_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                          : SQLITE_OPEN_READONLY;
    int rc =
        sqlite3_open_v2(path, &c->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
    if (rc != SQLITE_OK) {
        sqlite_refused(c, rc, "open", e);
        return NULL;
    }
    harden(c->handle);
    sqlite3_busy_timeout(c->handle, 2000);
    if (!exec(c, settings[use], e)) return NULL;
    struct sqlite_conn *opened = c;
    c = NULL;
    return opened;
}

static bool use_wal(struct sqlite_conn *c, struct err *e)
{
    static const char text[] = "PRAGMA journal_mode=WAL";
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(c->handle, text, -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    bool is_wal =
        rc == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    if (rc != SQLITE_ROW)
        sqlite_refused(c, rc, text, e);
    else if (!is_wal)
        err_set(e, ERR_INVALID, "db.io",
                "the file system of '%s' cannot share memory: put the database on a local disk",
                c->path);
    sqlite3_finalize(stmt);
    return is_wal;
}

bool sqlite_conn_make_writer(struct sqlite_conn *c, struct err *e)
{
    if (sqlite3_db_readonly(c->handle, "main"))
        return err_set(e, ERR_UNAVAILABLE, "db.io",
                       "'%s' cannot be written: check the owner and the rights of the file",
                       c->path);
    if (!use_wal(c, e)) return false;
    sqlite3_db_config(c->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return exec(c,
                "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=FAST;"
                "PRAGMA journal_size_limit=67108864",
                e);
}

void sqlite_conn_close(struct sqlite_conn *c)
{
    for (size_t set = 0; set < SQLITE_CONN_SETS; set++)
        for (size_t way = 0; way < SQLITE_CONN_WAYS; way++)
            sqlite3_finalize(c->cache[set][way].stmt);
    sqlite3_close(c->handle);
    free(c);
}

/* Replaces every {p}. */
static char *with_prefix(const char *text, const char *prefix)
{
    size_t places = 0, prefix_len = strlen(prefix);
    for (const char *at = text; (at = strstr(at, "{p}")); at += 3) places++;
    char *whole = sqlite_take(strlen(text) + places * prefix_len + 1), *to = whole;
    const char *from = text;
    for (const char *at; (at = strstr(from, "{p}")); from = at + 3) {
        to = mempcpy(to, from, (size_t)(at - from));
        to = mempcpy(to, prefix, prefix_len);
    }
    memcpy(to, from, strlen(from) + 1);
    return whole;
}

static bool is_blank(const char *sql)
{
    return sql[strspn(sql, " \t\r\n;")] == '\0';
}

static bool prepare(struct sqlite_conn *c, const char *text, unsigned flags, sqlite3_stmt **stmt,
                    struct err *e)
{
    char *whole = with_prefix(text, c->prefix);
    const char *rest = "";
    int rc = sqlite3_prepare_v3(c->handle, whole, -1, flags, stmt, &rest);
    bool is_one = rc == SQLITE_OK && *stmt && is_blank(rest);
    if (rc != SQLITE_OK)
        sqlite_refused(c, rc, whole, e);
    else if (!is_one)
        err_set(e, ERR_BUG, "db.sql", "not exactly one statement: %s: please report this", whole);
    if (!is_one) sqlite3_finalize(*stmt);
    free(whole);
    return is_one;
}

/* The statement of this text: four places to look, the longest unused one is given up. */
static bool find_statement(struct sqlite_conn *c, const struct sql_text *sql, const char *text,
                           sqlite3_stmt **stmt, struct err *e)
{
    uint64_t hash = (uint64_t)(uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15);
    struct sqlite_cached *set = c->cache[hash >> 57], *oldest = set;
    static_assert(SQLITE_CONN_SETS == 128, "seven bits choose the set");
    for (struct sqlite_cached *at = set; at < set + SQLITE_CONN_WAYS; at++) {
        if (at->sql == sql && at->text == text) {
            at->used = ++c->uses;
            *stmt = at->stmt;
            return true;
        }
        if (at->used < oldest->used) oldest = at;
    }
    sqlite3_stmt *fresh = NULL;
    if (!prepare(c, text, SQLITE_PREPARE_PERSISTENT, &fresh, e)) return false;
    sqlite3_finalize(oldest->stmt);
    *oldest = (struct sqlite_cached){ .sql = sql, .text = text, .stmt = fresh, .used = ++c->uses };
    *stmt = fresh;
    return true;
}

static int bind_one(sqlite3_stmt *stmt, int place, const struct db_value *v)
{
    /* To SQLite a NULL pointer is NULL, to us it is the empty text. */
    const char *at = v->text.at ? v->text.at : "";
    switch (v->kind) {
    case DB_INTEGER:
        return sqlite3_bind_int64(stmt, place, v->integer);
    case DB_TEXT:
        return sqlite3_bind_text64(stmt, place, at, v->text.len, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(stmt, place, at, v->text.len, SQLITE_STATIC);
    case DB_NULL:
        break;
    }
    return sqlite3_bind_null(stmt, place);
}

static bool bind(struct sqlite_conn *c, sqlite3_stmt *stmt, const struct db_value *values,
                 size_t count, struct err *e)
{
    int places = sqlite3_bind_parameter_count(stmt);
    if ((size_t)places != count)
        return err_set(e, ERR_BUG, "db.sql", "%d places, %zu values, in: %s: please report this",
                       places, count, sqlite3_sql(stmt));
    for (int i = 0; i < places; i++) {
        int rc = bind_one(stmt, i + 1, &values[i]);
        if (rc != SQLITE_OK) return sqlite_refused(c, rc, sqlite3_sql(stmt), e);
    }
    return true;
}

/* At once: a SELECT that is not reset holds its snapshot, and a value bound is only borrowed. */
static void put_back(sqlite3_stmt *stmt)
{
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
}

static const char *text_of(const struct sql_text *sql)
{
    assert(sql->both || sql->sqlite);
    return sql->both ? sql->both : sql->sqlite;
}

bool sqlite_conn_run(struct sqlite_conn *c, const struct sql_text *sql,
                     const struct db_value *values, size_t count, struct sqlite_done *done,
                     struct err *e)
{
    sqlite3_stmt *stmt;
    if (!find_statement(c, sql, text_of(sql), &stmt, e)) return false;
    bool ok = bind(c, stmt, values, count, e);
    if (ok) {
        sqlite3_set_last_insert_rowid(c->handle, 0);
        int rc;
        do rc = sqlite3_step(stmt);
        while (rc == SQLITE_ROW);
        ok = rc == SQLITE_DONE || sqlite_refused(c, rc, text_of(sql), e);
    }
    if (ok && done)
        *done = (struct sqlite_done){ .changed = sqlite3_changes64(c->handle),
                                      .id = sqlite3_last_insert_rowid(c->handle) };
    put_back(stmt);
    return ok;
}

bool sqlite_conn_run_once(struct sqlite_conn *c, const char *text, struct err *e)
{
    sqlite3_stmt *stmt = NULL;
    if (!prepare(c, text, 0, &stmt, e)) return false;
    int rc;
    do rc = sqlite3_step(stmt);
    while (rc == SQLITE_ROW);
    bool ok = rc == SQLITE_DONE || sqlite_refused(c, rc, text, e);
    sqlite3_finalize(stmt);
    return ok;
}

static str copy_bytes(struct arena *arena, const void *at, int size)
{
    char *copy = arena_take(arena, (size_t)size + 1);
    if (size) memcpy(copy, at, (size_t)size);
    return (str){ copy, (size_t)size };
}

static bool read_cell(sqlite3_stmt *stmt, int column, struct arena *arena, struct db_value *to,
                      struct err *e)
{
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_NULL:
        *to = db_null();
        return true;
    case SQLITE_INTEGER:
        *to = db_i64(sqlite3_column_int64(stmt, column));
        return true;
    case SQLITE_TEXT: {
        const void *at = sqlite3_column_text(stmt, column);
        *to = db_text(copy_bytes(arena, at, sqlite3_column_bytes(stmt, column)));
        return true;
    }
    case SQLITE_BLOB: {
        const void *at = sqlite3_column_blob(stmt, column);
        *to = db_blob(copy_bytes(arena, at, sqlite3_column_bytes(stmt, column)));
        return true;
    }
    default:
        return err_set(e, ERR_BUG, "db.sql",
                       "column %d is a floating point number, in: %s: please report this", column,
                       sqlite3_sql(stmt));
    }
}

/* Cells being collected; `room` counts cells. */
struct collected {
    struct db_value *cells;
    size_t count, room;
};

static struct db_value *next_row(struct collected *all, size_t columns, struct arena *arena)
{
    if (all->count + columns > all->room) {
        size_t room = all->room ? all->room * 2 : columns * 16;
        struct db_value *grown = ARENA_ARRAY(arena, struct db_value, room);
        if (all->cells) memcpy(grown, all->cells, all->count * sizeof *grown);
        all->cells = grown;
        all->room = room;
    }
    struct db_value *row = all->cells + all->count;
    all->count += columns;
    return row;
}

static bool collect(struct sqlite_conn *c, sqlite3_stmt *stmt, struct arena *arena,
                    struct collected *all, struct err *e)
{
    int columns = sqlite3_column_count(stmt), rc;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct db_value *row = next_row(all, (size_t)columns, arena);
        for (int i = 0; i < columns; i++)
            if (!read_cell(stmt, i, arena, &row[i], e)) return false;
    }
    return rc == SQLITE_DONE || sqlite_refused(c, rc, sqlite3_sql(stmt), e);
}

bool sqlite_conn_query(struct sqlite_conn *c, struct arena *arena, const struct sql_text *sql,
                       const struct db_value *values, size_t count, struct db_rows *rows,
                       struct err *e)
{
    sqlite3_stmt *stmt;
    if (!find_statement(c, sql, text_of(sql), &stmt, e)) return false;
    struct collected all = { 0 };
    struct arena_mark before = arena_mark(arena);
    bool ok = bind(c, stmt, values, count, e) && collect(c, stmt, arena, &all, e);
    if (ok) {
        size_t columns = (size_t)sqlite3_column_count(stmt);
        *rows = (struct db_rows){ .count = columns ? all.count / columns : 0,
                                  .columns = columns,
                                  .cells = all.cells };
    } else {
        arena_rewind(arena, before);
    }
    put_back(stmt);
    return ok;
}
