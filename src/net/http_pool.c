#include <stdlib.h>

#include "net/http_inside.h"

static struct served *take(struct handler_pool *p, bool *skip)
{
    pthread_mutex_lock(&p->lock);
    while (!p->first && !p->is_stopping) pthread_cond_wait(&p->more, &p->lock);
    struct served *r = p->first;
    *skip = p->is_stopping;
    if (r) {
        p->first = r->next;
        if (!p->first) p->end = &p->first;
        p->waiting--;
    }
    pthread_mutex_unlock(&p->lock);
    return r;
}

static void *handle(void *user)
{
    struct handler_pool *p = user;
    AUTO(arena) arena = arena_new();
    struct served *r;
    bool skip;
    while ((r = take(p, &skip)) != NULL) {
        struct MHD_Connection *mhd = r->mhd;
        if (skip)
            request_skip(r);
        else
            request_run(r, arena);
        arena_reset(arena);
        MHD_resume_connection(mhd); /* from here on r is the network thread's */
    }
    return NULL;
}

bool pool_start(struct handler_pool *p, int threads, size_t limit, struct err *e)
{
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->more, NULL);
    p->end = &p->first;
    p->limit = limit;
    p->threads = calloc((size_t)threads, sizeof *p->threads);
    if (!p->threads) abort();
    while (p->thread_count < threads) {
        if (pthread_create(&p->threads[p->thread_count], NULL, handle, p) != 0)
            return err_set(e, ERR_UNAVAILABLE, "net.no_threads",
                           "the HTTP server could not start a thread");
        p->thread_count++;
    }
    return true;
}

bool pool_add(struct handler_pool *p, struct served *r)
{
    pthread_mutex_lock(&p->lock);
    bool has_room = p->waiting < p->limit && !p->is_stopping;
    if (has_room) {
        r->next = NULL;
        *p->end = r;
        p->end = &r->next;
        p->waiting++;
        pthread_cond_signal(&p->more);
    }
    pthread_mutex_unlock(&p->lock);
    return has_room;
}

void pool_stop(struct handler_pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->is_stopping = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->thread_count; i++) pthread_join(p->threads[i], NULL);
    free(p->threads);
    pthread_cond_destroy(&p->more);
    pthread_mutex_destroy(&p->lock);
}
