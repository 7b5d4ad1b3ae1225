#include "db/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static bool refuse_locked(const char *path, int fd, struct err *e)
{
    char text[24];
    ssize_t size = pread(fd, text, sizeof text, 0);
    str pid = str_trim((str){ text, size > 0 ? (size_t)size : 0 });
    int64_t number;
    if (!str_to_i64(pid, &number))
        return err_set(e, ERR_INVALID, "db.locked",
                       "'%s' is in use by another process: stop that one first", path);
    err_set(e, ERR_INVALID, "db.locked",
            "'%s' is in use by process %lld: stop that one first, or give the command to it", path,
            (long long)number);
    return err_arg(e, "pid", pid);
}

/* The id only helps a person: on a full disk the lock holds without it. */
static void write_pid(int fd)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0) return;
    ssize_t written = pwrite(fd, text, (size_t)size, 0);
    (void)written;
}

int file_lock_take(const char *path, struct err *e)
{
    char name[PATH_MAX];
    if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name) {
        err_set(e, ERR_INVALID, "db.io", "the database's path is too long: choose a shorter one");
        return -1;
    }
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        err_set(e, ERR_UNAVAILABLE, "db.io",
                "'%s' cannot be opened (%s): check that the folder exists and is ours", name,
                strerrordesc_np(errno));
        return -1;
    }
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno == EWOULDBLOCK)
            refuse_locked(path, fd, e);
        else
            err_set(e, ERR_UNAVAILABLE, "db.io",
                    "'%s' cannot be locked (%s): put the database on a local disk", name,
                    strerrordesc_np(errno));
        close(fd);
        return -1;
    }
    write_pid(fd);
    return fd;
}
