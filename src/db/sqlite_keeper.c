/*
 * The keeper copies the WAL back into the database, between groups: the only checkpoints there are.
 *
 * A passive one copies what it can and waits for nobody. When readers never leave a gap the WAL
 * grows on; past 64 MB the readers of the moment are waited for, 100 ms at most. When nobody wrote
 * for half a minute the WAL is emptied, so that a file at rest is one file.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "db/sqlite_writer.h"

enum {
    PAGES_BETWEEN = 1000,
    PAGES_TOO_MANY = 16384,
    IDLE_SECONDS = 30,
    BUSY_MS = 2000,
    READERS_MS = 100,
};

/* In the thread of the COMMIT, while it holds the baton. */
static int on_commit(void *context, sqlite3 *handle, const char *name, int pages)
{
    (void)handle;
    (void)name;
    *(int *)context = pages;
    return SQLITE_OK;
}

void sqlite_keeper_note(struct sqlite_writer *w)
{
    bool was_empty = !w->wal_pages;
    w->commits++;
    w->wal_pages = w->wal_pages_seen;
    if (w->wal_pages < w->wal_copied) w->wal_copied = 0; /* it began anew */
    if (was_empty || w->wal_pages - w->wal_copied >= PAGES_BETWEEN)
        pthread_cond_signal(&w->keeper_wake);
}

static void checkpoint(struct sqlite_writer *w, int mode)
{
    int pages = 0, copied = 0;
    sqlite_writer_take_baton(w);
    sqlite3_busy_timeout(w->conn->handle, mode == SQLITE_CHECKPOINT_RESTART ? READERS_MS : 0);
    int rc = sqlite3_wal_checkpoint_v2(w->conn->handle, NULL, mode, &pages, &copied);
    sqlite3_busy_timeout(w->conn->handle, BUSY_MS);
    struct err e = { 0 };
    bool failed = rc != SQLITE_OK && rc != SQLITE_BUSY;
    if (failed) sqlite_refused(w->conn, rc, "checkpoint", &e);
    sqlite_writer_pass_baton(w);

    pthread_mutex_lock(&w->lock);
    bool is_first = failed && !w->keeper_failed;
    w->keeper_failed = failed;
    w->wal_copied = w->wal_pages;
    if (rc == SQLITE_OK && mode == SQLITE_CHECKPOINT_TRUNCATE) w->wal_pages = w->wal_copied = 0;
    pthread_mutex_unlock(&w->lock);
    if (is_first) log_warning_err("checkpoint failed; it is tried again", &e);
}

/* True when nobody wrote for a while. */
static bool wait_for_work(struct sqlite_writer *w)
{
    uint64_t commits = w->commits;
    if (!w->wal_pages) {
        pthread_cond_wait(&w->keeper_wake, &w->lock);
        return false;
    }
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_SECONDS;
    int rc = pthread_cond_timedwait(&w->keeper_wake, &w->lock, &until);
    return rc == ETIMEDOUT && w->commits == commits;
}

static void *keep(void *context)
{
    struct sqlite_writer *w = context;
    pthread_mutex_lock(&w->lock);
    while (!w->is_stopping) {
        bool is_due = w->wal_pages - w->wal_copied >= PAGES_BETWEEN;
        bool is_idle = !is_due && wait_for_work(w);
        if (w->is_stopping || (!is_due && !is_idle)) continue;
        int mode = is_idle                          ? SQLITE_CHECKPOINT_TRUNCATE
                   : w->wal_pages >= PAGES_TOO_MANY ? SQLITE_CHECKPOINT_RESTART
                                                    : SQLITE_CHECKPOINT_PASSIVE;
        pthread_mutex_unlock(&w->lock);
        checkpoint(w, mode);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

void sqlite_keeper_start(struct sqlite_writer *w)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w->keeper_wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    sqlite3_wal_hook(w->conn->handle, on_commit, &w->wal_pages_seen);
    sigset_t all, before; /* signals are for main's thread */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&w->keeper, NULL, keep, w) != 0) abort();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void sqlite_keeper_stop(struct sqlite_writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    pthread_cond_signal(&w->keeper_wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->keeper, NULL);
    checkpoint(w, SQLITE_CHECKPOINT_TRUNCATE);
    pthread_cond_destroy(&w->keeper_wake);
}
