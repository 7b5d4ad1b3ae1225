#include "db/sqlite_pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct sqlite_pool {
    const char *path, *prefix, *vfs;
    pthread_mutex_t lock;
    pthread_cond_t given_back;
    unsigned most, open, idle_count;
    struct sqlite_conn *idle[];
};

struct sqlite_pool *sqlite_pool_new(const char *path, const char *prefix, const char *vfs,
                                    unsigned most)
{
    struct sqlite_pool *p = sqlite_take(sizeof *p + most * sizeof p->idle[0]);
    p->path = path;
    p->prefix = prefix;
    p->vfs = vfs;
    p->most = most;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->given_back, NULL);
    return p;
}

void sqlite_pool_free(struct sqlite_pool *p)
{
    assert(p->idle_count == p->open);
    for (unsigned i = 0; i < p->idle_count; i++) sqlite_conn_close(p->idle[i]);
    pthread_cond_destroy(&p->given_back);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static struct sqlite_conn *open_one(struct sqlite_pool *p, struct err *e)
{
    struct sqlite_conn *c = sqlite_conn_open(p->path, p->prefix, p->vfs, SQLITE_CONN_READER, e);
    if (c) return c;
    pthread_mutex_lock(&p->lock);
    p->open--;
    pthread_cond_signal(&p->given_back); /* whoever waits may try to open one */
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

struct sqlite_conn *sqlite_pool_borrow(struct sqlite_pool *p, struct err *e)
{
    struct sqlite_conn *c = NULL;
    pthread_mutex_lock(&p->lock);
    while (!p->idle_count && p->open == p->most) pthread_cond_wait(&p->given_back, &p->lock);
    if (p->idle_count)
        c = p->idle[--p->idle_count];
    else
        p->open++;
    pthread_mutex_unlock(&p->lock);
    return c ? c : open_one(p, e);
}

void sqlite_pool_give_back(struct sqlite_pool *p, struct sqlite_conn *c)
{
    pthread_mutex_lock(&p->lock);
    p->idle[p->idle_count++] = c;
    pthread_cond_signal(&p->given_back);
    pthread_mutex_unlock(&p->lock);
}
