/*
 * limit_map.h: inside queue only: the buckets of all stores.
 */
#ifndef QUEUE_LIMIT_MAP_H
#define QUEUE_LIMIT_MAP_H

#include <pthread.h>

#include "db/db.h"
#include "queue/bucket.h"

#define LIMIT_CHAINS 1024

struct limits {
    const struct clock *clock;
    pthread_mutex_t lock;
    struct bucket *chains[LIMIT_CHAINS];
};

/* The store's bucket of this name, made when missing. On a held lock. */
struct bucket *limit_bucket(struct limits *l, int64_t store_id, str name);

/* db_limit.c */
bool limit_setting_put(struct db *db, str json, struct err *e);
/* Empty when nothing was kept yet. */
bool limit_setting_get(struct db *db, struct arena *a, str *json, struct err *e);

#endif
