/*
 * lock.h: one process owns a database file.
 *
 * Shape    flock on a file beside it that holds the owner's process id. The kernel lets go of it
 *          when the owner ends, however it ends; the file itself stays, so that nobody can lock a
 *          name that was just removed.
 * Errors   ERR_INVALID "db.locked" names the holder; ERR_UNAVAILABLE "db.io".
 */
#ifndef DB_LOCK_H
#define DB_LOCK_H

#include "base/err.h"

/* Locks `path`.lock; gives its descriptor, which close() lets go of, or -1. */
int file_lock_take(const char *path, struct err *e);

#endif
