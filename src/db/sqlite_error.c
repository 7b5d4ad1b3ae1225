/* What SQLite's result codes mean to a caller and what a person can do about them. */
#include <errno.h>
#include <string.h>

#include "db/sqlite_conn.h"

static bool refused_by_constraint(int rc, const char *text, const char *doing, struct err *e)
{
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return err_set(e, ERR_CONFLICT, "db.unique",
                       "a row with this key exists already (%s): change that one, or take another "
                       "key",
                       text);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return err_set(e, ERR_CONFLICT, "db.reference",
                       "the row refers to one that is missing, or another row refers to it: change "
                       "that one first");
    default:
        return err_set(e, ERR_BUG, "db.sql", "%s, in: %s: please report this", text, doing);
    }
}

static bool means_full(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/* What the system said to the last failed write of a file; 0 when it never failed. */
static int last_errno(sqlite3_file *file)
{
    int error = 0;
    if (file && file->pMethods) file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

/* A quota, a limit on file sizes and a full disk differ in the errno only, and after a COMMIT
 * sqlite3_system_errno() does not have it: the files themselves do. */
static bool is_out_of_space(const struct sqlite_conn *c, int rc)
{
    if ((rc & 0xff) == SQLITE_FULL || rc == SQLITE_IOERR_SHMSIZE) return true;
    if ((rc & 0xff) == SQLITE_CANTOPEN) return means_full(sqlite3_system_errno(c->handle));
    if (rc != SQLITE_IOERR_WRITE && rc != SQLITE_IOERR_TRUNCATE) return false;
    sqlite3_file *database = NULL, *wal = NULL;
    sqlite3_file_control(c->handle, "main", SQLITE_FCNTL_FILE_POINTER, &database);
    sqlite3_file_control(c->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
    return means_full(last_errno(database)) || means_full(last_errno(wal));
}

bool sqlite_refused(const struct sqlite_conn *c, int rc, const char *doing, struct err *e)
{
    const char *text = c->handle ? sqlite3_errmsg(c->handle) : sqlite3_errstr(rc);
    if (c->handle && is_out_of_space(c, rc))
        return err_set(e, ERR_UNAVAILABLE, "db.full",
                       "no space left to write '%s': free some on that disk; nothing was changed, "
                       "and work goes on as soon as there is space",
                       c->path);
    if (rc == SQLITE_READONLY && sqlite3_db_readonly(c->handle, "main") == 1)
        return err_set(e, ERR_BUG, "db.sql",
                       "a query that writes needs a transaction, in: %s: please report this",
                       doing);
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
        return refused_by_constraint(rc, text, doing, e);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(e, ERR_UNAVAILABLE, "db.busy",
                       "another program holds '%s': close it (a database browser, a backup tool)",
                       c->path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(e, ERR_INVALID, "db.damaged",
                       "'%s' is damaged or is no database (%s): stop, keep a copy of the file, and "
                       "restore the last backup",
                       c->path, text);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_NOLFS:
    case SQLITE_PROTOCOL:
        return err_set(e, ERR_UNAVAILABLE, "db.io",
                       "'%s' cannot be read or written (%s, code %d): check the disk, the file's "
                       "owner and the system log",
                       c->path, text, rc);
    case SQLITE_NOMEM:
        return err_set(e, ERR_UNAVAILABLE, "db.memory",
                       "no memory for a statement: give the process more");
    default:
        return err_set(e, ERR_BUG, "db.sql", "%s (code %d), in: %s: please report this", text, rc,
                       doing);
    }
}
