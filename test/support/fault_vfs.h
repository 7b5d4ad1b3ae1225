/*
 * fault_vfs.h: a disk that fails when told to: an SQLite VFS around the platform's own.
 *
 * Shape    db_options.vfs names it. The nth write, sync or truncation from now fails, and every one
 *          after it until fault_vfs_heal(); or the disk has only so much room. A write that
 *          fails has written its first half, as disks do.
 * Threads  any.
 */
#ifndef SUPPORT_FAULT_VFS_H
#define SUPPORT_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"

struct fault_vfs;

enum fault_op { FAULT_WRITE, FAULT_SYNC, FAULT_TRUNCATE, FAULT_OPS };

/* Registers it under `name`, which is borrowed. */
struct fault_vfs *fault_vfs_new(const char *name);
void fault_vfs_free(struct fault_vfs *v); /* all its files are closed */
AUTO_CLOSE(fault_vfs, fault_vfs_free)

/* The nth (1: the next) `op` from now fails with `rc` (SQLITE_FULL, SQLITE_IOERR_WRITE ...); so do
 * all that follow when `and_after`. */
void fault_vfs_fail(struct fault_vfs *v, enum fault_op op, int64_t nth, int rc, bool and_after);
/* All files of it together may take up so many bytes; what would grow past them is SQLITE_FULL. */
void fault_vfs_limit(struct fault_vfs *v, int64_t bytes);
/* Bytes that the files it has seen take up. */
int64_t fault_vfs_used(struct fault_vfs *v);
void fault_vfs_heal(struct fault_vfs *v);

/* How often `op` was asked for, and how often it was refused. */
int64_t fault_vfs_count(struct fault_vfs *v, enum fault_op op);
int64_t fault_vfs_refused(struct fault_vfs *v);

#endif
