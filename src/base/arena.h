/*
 * arena.h: memory that ends all at once, one arena per request or job.
 *
 * Memory   what arena_take() hands out is zeroed, aligned for any type and never freed alone.
 *          arena_reset() and arena_rewind() end it; under ASan what is free is poisoned.
 * Threads  one thread at a time.
 * Errors   none: exhaustion ends the process, so outside input is bounded before it is read.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/auto.h"

struct arena;

/* A place in an arena; arena_rewind() ends all that was taken after it. */
struct arena_mark {
    void *block;
    size_t used;
};

struct arena *arena_new(void);
void arena_free(struct arena *a);
AUTO_CLOSE(arena, arena_free)

void *arena_take(struct arena *a, size_t size);
void arena_reset(struct arena *a);

struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark to);

/* Bytes held from the system: for metrics and tests. */
size_t arena_held(const struct arena *a);

/* One zeroed object, or `count` of them, of a type. The product is checked. */
#define ARENA_NEW(a, type) ((type *)arena_take((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_take_array((a), sizeof(type), (count)))
void *arena_take_array(struct arena *a, size_t size, size_t count);

#endif
