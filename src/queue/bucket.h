/*
 * bucket.h: inside queue only: the calls of one limit that left within its window.
 *
 * Shape    a ring of send times, oldest first, holding at most what the rule allows; what is older
 *          than the window is forgotten.
 * Memory   the ring grows by doubling and is freed with the bucket.
 */
#ifndef QUEUE_BUCKET_H
#define QUEUE_BUCKET_H

#include "queue/limit.h"

struct bucket {
    int64_t store_id;
    char *name;
    struct bucket *next; /* in its chain */
    int calls, window_ms;
    utc_ms held_until; /* nothing leaves before; 0: free */
    utc_ms *times;     /* ring */
    size_t room, first, count;
};

struct bucket *bucket_new(int64_t store_id, str name);
void bucket_free(struct bucket *b);

/* Takes the rule as it is now; a smaller one keeps the newest times. */
void bucket_rule(struct bucket *b, int calls, int window_ms);
/* The i-th oldest time still held. */
utc_ms bucket_time(const struct bucket *b, size_t i);
/* Forgets what left the window that ends at `now`. A clock that went back takes the times along. */
void bucket_turn(struct bucket *b, utc_ms now);
/* When the lane may send: `now`, or the exact later time, if nobody else sends meanwhile. */
utc_ms bucket_room_at(const struct bucket *b, enum lane lane, utc_ms now);
void bucket_add(struct bucket *b, utc_ms at);

#endif
