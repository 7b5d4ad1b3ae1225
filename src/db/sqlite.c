#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/lock.h"
#include "db/sqlite_db.h"

enum { READERS = 16 };

static bool prefix_is_valid(const char *prefix)
{
    size_t len = strlen(prefix);
    if (len < 1 || len > 16 || prefix[0] < 'a' || prefix[0] > 'z') return false;
    return strspn(prefix, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static char *copy_text(const char *text)
{
    char *copy = strdup(text);
    if (!copy) abort();
    return copy;
}

/* The folder's one name, and in it the file that is not there yet. */
static char *name_of_new(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    char *real = realpath(folder, NULL), *whole = NULL;
    if (real && asprintf(&whole, "%s/%s", real, slash ? slash + 1 : path) < 0) abort();
    free(folder);
    free(real);
    return whole;
}

/* Two names of one file would be two locks. */
static char *one_name(const char *path, struct err *e)
{
    char *whole = realpath(path, NULL);
    if (!whole && errno == ENOENT) whole = name_of_new(path);
    if (!whole)
        err_set(e, ERR_UNAVAILABLE, "db.io",
                "'%s' cannot be opened (%s): check that its folder exists and is ours", path,
                strerrordesc_np(errno));
    return whole;
}

/* It holds buyers' data: nobody else's to read, whatever the umask. SQLite gives the WAL the same
 * rights. A file that is there is not opened: closing it would end SQLite's own locks on it. */
static void create_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) close(fd);
}

static struct sqlite_conn *open_conn(const struct db *db, enum sqlite_conn_use use, struct err *e)
{
    return sqlite_conn_open(db->path, db->prefix, db->vfs, use, e);
}

static bool open_writer(struct db *db, struct err *e)
{
    db->lock = file_lock_take(db->path, e);
    if (db->lock < 0) return false;
    create_private(db->path);
    AUTO(sqlite_conn) c = open_conn(db, SQLITE_CONN_WRITER, e);
    struct db_schema_state state;
    if (!c || !migrate_look(c, db->migrations, &state, e)) return false;
    if (!migrate_may_use(&state, db->path, e)) return false;
    if (!sqlite_conn_make_writer(c, e)) return false;
    db->writer = sqlite_writer_start(c);
    c = NULL;
    return true;
}

/* So that a missing or damaged file is refused now and not by the first query. */
static bool try_reading(struct db *db, struct err *e)
{
    struct db_schema_state unused;
    return db_schema_state(db, &unused, e);
}

struct db *db_open(const struct db_options *options, struct err *e)
{
    const char *prefix = options->prefix ? options->prefix : "oc_";
    if (!prefix_is_valid(prefix)) {
        err_set(e, ERR_INVALID, "db.prefix",
                "table prefix '%s' cannot be used: 1 to 16 of a-z, 0-9 and _, a letter first",
                prefix);
        return NULL;
    }
    AUTO(db) db = sqlite_take(sizeof *db);
    db->lock = -1;
    memcpy(db->prefix, prefix, strlen(prefix) + 1);
    db->migrations = options->migrations ? options->migrations : sqlite_migrations;
    db->vfs = options->vfs ? copy_text(options->vfs) : NULL;
    db->path = one_name(options->path, e);
    if (!db->path) return NULL;
    db->readers = sqlite_pool_new(db->path, db->prefix, db->vfs,
                                  options->readers ? options->readers : READERS);
    if (options->read_only ? !try_reading(db, e) : !open_writer(db, e)) return NULL;
    struct db *opened = db;
    db = NULL;
    return opened;
}

void db_close(struct db *db)
{
    if (!db) return;
    assert(!db_in_tx(db) && "this thread has a transaction open");
    if (db->readers) sqlite_pool_free(db->readers);
    if (db->writer) sqlite_writer_stop(db->writer);
    if (db->lock >= 0) close(db->lock);
    free(db->path);
    free(db->vfs);
    free(db);
}

const char *db_prefix(const struct db *db)
{
    return db->prefix;
}

bool db_in_tx(const struct db *db)
{
    return db->writer && sqlite_writer_is_mine(db->writer);
}

static struct db_tx *begin(struct db *db, enum writer_lane lane, struct err *e)
{
    if (db->writer) return sqlite_writer_begin(db->writer, lane, e);
    err_set(e, ERR_BUG, "db.sql", "'%s' was opened for reading only", db->path);
    return NULL;
}

struct db_tx *db_begin(struct db *db, struct err *e)
{
    return begin(db, WRITER_INTERACTIVE, e);
}

struct db_tx *db_begin_bulk(struct db *db, struct err *e)
{
    return begin(db, WRITER_BULK, e);
}

bool db_commit(struct db_tx **tx, struct err *e)
{
    struct db_tx *ended = *tx;
    *tx = NULL;
    return sqlite_writer_commit(ended, e);
}

void db_rollback(struct db_tx *tx)
{
    if (tx) sqlite_writer_rollback(tx);
}

void db_after_commit(struct db *db, void (*run)(void *context), void *context)
{
    if (db_in_tx(db))
        sqlite_writer_after(db->writer, run, context);
    else
        run(context);
}

static bool run(struct db *db, const struct sql_text *sql, struct sqlite_done *done, struct err *e,
                const struct db_value *values, size_t count)
{
    if (db_in_tx(db)) return sqlite_writer_run(db->writer, sql, values, count, done, e);
    AUTO(db_tx) tx = db_begin(db, e);
    if (!tx || !sqlite_writer_run(db->writer, sql, values, count, done, e)) return false;
    return db_commit(&tx, e);
}

bool db_run_values(struct db *db, const struct sql_text *sql, struct err *e,
                   const struct db_value *values, size_t count)
{
    return run(db, sql, NULL, e, values, count);
}

bool db_run_counted_values(struct db *db, const struct sql_text *sql, int64_t *changed,
                           struct err *e, const struct db_value *values, size_t count)
{
    struct sqlite_done done;
    if (!run(db, sql, &done, e, values, count)) return false;
    *changed = done.changed;
    return true;
}

bool db_insert_values(struct db *db, const struct sql_text *sql, int64_t *id, struct err *e,
                      const struct db_value *values, size_t count)
{
    struct sqlite_done done;
    if (!run(db, sql, &done, e, values, count)) return false;
    *id = done.id;
    return true;
}

bool db_query_values(struct db *db, struct arena *arena, const struct sql_text *sql,
                     struct db_rows *rows, struct err *e, const struct db_value *values,
                     size_t count)
{
    if (db_in_tx(db)) return sqlite_writer_query(db->writer, arena, sql, values, count, rows, e);
    struct sqlite_conn *c = sqlite_pool_borrow(db->readers, e);
    if (!c) return false;
    bool ok = sqlite_conn_query(c, arena, sql, values, count, rows, e);
    sqlite_pool_give_back(db->readers, c);
    return ok;
}

bool db_check(struct db *db, struct err *e)
{
    static const struct sql_text check = { .sqlite = "PRAGMA integrity_check(1)" };
    AUTO(arena) arena = arena_new();
    struct db_rows rows;
    if (!db_query(db, arena, &check, &rows, e)) return false;
    str first = rows.count ? db_cell_text(&rows, 0, 0) : STR("no answer");
    if (str_eq(first, STR("ok"))) return true;
    return err_set(e, ERR_INVALID, "db.damaged",
                   "'%s' is damaged: stop, keep a copy of the file, and restore the last backup: "
                   "%.*s",
                   db->path, STR_ARG(first));
}

/* VACUUM INTO does not wait for the disk. */
static bool make_durable(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    int error = errno;
    if (fd >= 0) close(fd);
    return ok || err_set(e, ERR_UNAVAILABLE, "db.io",
                         "the copy '%s' cannot be written (%s): check the disk it goes to", path,
                         strerrordesc_np(error));
}

/* VACUUM INTO tells of the target's disk as if it were the source's. */
static bool refuse_copy(const char *path, const struct err *cause, struct err *e)
{
    if (strcmp(cause->code, "db.full") == 0)
        return err_set(e, ERR_UNAVAILABLE, "db.full",
                       "no space left for the copy '%s': free some on that disk, or choose another",
                       path);
    return err_set(e, cause->kind, cause->code, "the copy '%s' failed: %s", path, cause->message);
}

static bool copy_into(struct db *db, const char *path, struct err *e)
{
    static const struct sql_text copy = { .sqlite = "VACUUM INTO ?" };
    AUTO(sqlite_conn) c = open_conn(db, SQLITE_CONN_COPIER, e);
    if (!c) return false;
    struct db_value to = db_cstr(path);
    struct err cause = { 0 };
    if (!sqlite_conn_run(c, &copy, &to, 1, NULL, &cause)) return refuse_copy(path, &cause, e);
    return make_durable(path, e);
}

bool db_copy_to(struct db *db, const char *path, struct err *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return err_set(e, ERR_CONFLICT, "db.exists",
                       "'%s' exists already: choose another name for the copy", path);
    if (fd < 0)
        return err_set(
            e, ERR_UNAVAILABLE, "db.io",
            "the copy '%s' cannot be made (%s): check that its folder exists and is ours", path,
            strerrordesc_np(errno));
    close(fd);
    if (copy_into(db, path, e)) return true;
    unlink(path);
    return false;
}
