#include "support/fault_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file as the disk has it, however often it is open. */
struct fault_inode {
    char path[256]; /* empty: a free place */
    int64_t size;
};

struct fault_vfs {
    sqlite3_vfs vfs; /* first: SQLite hands it back to us */
    sqlite3_vfs *real;
    pthread_mutex_t lock;
    struct {
        int64_t count, at; /* at 0: never */
        int rc;
        bool and_after;
    } op[FAULT_OPS];
    int64_t limit, used, refused;
    struct fault_inode inodes[64];
};

struct fault_file {
    sqlite3_file file; /* first, as above */
    struct fault_vfs *v;
    struct fault_inode *inode;
    sqlite3_file *real;
};

static struct fault_file *mine(sqlite3_file *f)
{
    return (struct fault_file *)f;
}

static int fault_of(struct fault_vfs *v, enum fault_op op)
{
    int64_t count = ++v->op[op].count, at = v->op[op].at;
    bool fails = at && (count == at || (count > at && v->op[op].and_after));
    if (fails) v->refused++;
    return fails ? v->op[op].rc : SQLITE_OK;
}

/* The following under lock. */

static struct fault_inode *inode_of(struct fault_vfs *v, const char *path)
{
    struct fault_inode *unused = NULL;
    for (struct fault_inode *i = v->inodes; i < v->inodes + 64; i++) {
        if (path && strcmp(i->path, path) == 0) return i;
        if (!i->path[0] && !unused) unused = i;
    }
    if (!unused) abort();
    snprintf(unused->path, sizeof unused->path, "%s", path ? path : "a temporary file");
    return unused;
}

static void resize(struct fault_vfs *v, struct fault_inode *inode, int64_t size)
{
    v->used += size - inode->size;
    inode->size = size;
}

static int grow(struct fault_file *f, int64_t size)
{
    struct fault_vfs *v = f->v;
    if (size <= f->inode->size) return SQLITE_OK;
    if (v->limit && v->used + size - f->inode->size > v->limit) {
        v->refused++;
        return SQLITE_FULL;
    }
    resize(v, f->inode, size);
    return SQLITE_OK;
}

static int file_close(sqlite3_file *file)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xClose(f->real);
}

static int file_read(sqlite3_file *file, void *to, int size, sqlite3_int64 at)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xRead(f->real, to, size, at);
}

static int file_write(sqlite3_file *file, const void *from, int size, sqlite3_int64 at)
{
    struct fault_file *f = mine(file);
    pthread_mutex_lock(&f->v->lock);
    int rc = fault_of(f->v, FAULT_WRITE);
    if (rc == SQLITE_OK) rc = grow(f, at + size);
    pthread_mutex_unlock(&f->v->lock);
    if (rc == SQLITE_OK) return f->real->pMethods->xWrite(f->real, from, size, at);
    if (at + size / 2 <= f->inode->size) f->real->pMethods->xWrite(f->real, from, size / 2, at);
    return rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct fault_file *f = mine(file);
    pthread_mutex_lock(&f->v->lock);
    int rc = fault_of(f->v, FAULT_TRUNCATE);
    if (rc == SQLITE_OK) rc = f->real->pMethods->xTruncate(f->real, size);
    if (rc == SQLITE_OK) resize(f->v, f->inode, size);
    pthread_mutex_unlock(&f->v->lock);
    return rc;
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct fault_file *f = mine(file);
    pthread_mutex_lock(&f->v->lock);
    int rc = fault_of(f->v, FAULT_SYNC);
    pthread_mutex_unlock(&f->v->lock);
    return rc == SQLITE_OK ? f->real->pMethods->xSync(f->real, flags) : rc;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xFileSize(f->real, size);
}

static int file_lock(sqlite3_file *file, int kind)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xLock(f->real, kind);
}

static int file_unlock(sqlite3_file *file, int kind)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xUnlock(f->real, kind);
}

static int file_check_lock(sqlite3_file *file, int *is_held)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xCheckReservedLock(f->real, is_held);
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xFileControl(f->real, op, arg);
}

static int file_sector_size(sqlite3_file *file)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xSectorSize(f->real);
}

static int file_traits(sqlite3_file *file)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xDeviceCharacteristics(f->real);
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **to)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xShmMap(f->real, page, size, extend, to);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xShmLock(f->real, offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    struct fault_file *f = mine(file);
    f->real->pMethods->xShmBarrier(f->real);
}

static int file_shm_unmap(sqlite3_file *file, int and_delete)
{
    struct fault_file *f = mine(file);
    return f->real->pMethods->xShmUnmap(f->real, and_delete);
}

/* Version 2: shared memory for the WAL, no memory-mapped reading. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *got)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    struct fault_file *f = mine(file);
    memset(f, 0, sizeof *f);
    f->v = v;
    f->real = (sqlite3_file *)(f + 1);
    int rc = v->real->xOpen(v->real, path, f->real, flags, got);
    if (rc != SQLITE_OK) return rc;
    sqlite3_int64 size = 0;
    f->real->pMethods->xFileSize(f->real, &size);
    pthread_mutex_lock(&v->lock);
    f->inode = inode_of(v, path);
    resize(v, f->inode, size);
    pthread_mutex_unlock(&v->lock);
    f->file.pMethods = &methods;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    pthread_mutex_lock(&v->lock);
    struct fault_inode *inode = inode_of(v, path);
    resize(v, inode, 0);
    inode->path[0] = '\0';
    pthread_mutex_unlock(&v->lock);
    return v->real->xDelete(v->real, path, sync_folder);
}

struct fault_vfs *fault_vfs_new(const char *name)
{
    struct fault_vfs *v = calloc(1, sizeof *v);
    if (!v) abort();
    pthread_mutex_init(&v->lock, NULL);
    v->real = sqlite3_vfs_find(NULL);
    v->vfs = *v->real; /* what is not replaced never looks at its file or state */
    v->vfs.pNext = NULL;
    v->vfs.zName = name;
    v->vfs.szOsFile = (int)sizeof(struct fault_file) + v->real->szOsFile;
    v->vfs.xOpen = vfs_open;
    v->vfs.xDelete = vfs_delete;
    if (sqlite3_vfs_register(&v->vfs, 0) != SQLITE_OK) abort();
    return v;
}

void fault_vfs_free(struct fault_vfs *v)
{
    sqlite3_vfs_unregister(&v->vfs);
    pthread_mutex_destroy(&v->lock);
    free(v);
}

void fault_vfs_fail(struct fault_vfs *v, enum fault_op op, int64_t nth, int rc, bool and_after)
{
    pthread_mutex_lock(&v->lock);
    v->op[op].at = v->op[op].count + nth;
    v->op[op].rc = rc;
    v->op[op].and_after = and_after;
    pthread_mutex_unlock(&v->lock);
}

void fault_vfs_limit(struct fault_vfs *v, int64_t bytes)
{
    pthread_mutex_lock(&v->lock);
    v->limit = bytes;
    pthread_mutex_unlock(&v->lock);
}

void fault_vfs_heal(struct fault_vfs *v)
{
    pthread_mutex_lock(&v->lock);
    for (int op = 0; op < FAULT_OPS; op++) v->op[op].at = 0;
    v->limit = 0;
    pthread_mutex_unlock(&v->lock);
}

int64_t fault_vfs_used(struct fault_vfs *v)
{
    pthread_mutex_lock(&v->lock);
    int64_t used = v->used;
    pthread_mutex_unlock(&v->lock);
    return used;
}

int64_t fault_vfs_count(struct fault_vfs *v, enum fault_op op)
{
    pthread_mutex_lock(&v->lock);
    int64_t count = v->op[op].count;
    pthread_mutex_unlock(&v->lock);
    return count;
}

int64_t fault_vfs_refused(struct fault_vfs *v)
{
    pthread_mutex_lock(&v->lock);
    int64_t refused = v->refused;
    pthread_mutex_unlock(&v->lock);
    return refused;
}
