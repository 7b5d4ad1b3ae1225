#include "base/arena.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define RED_ZONE 16 /* between two takes, so that a write past one is seen */
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define RED_ZONE 0
#endif

#define ALIGN 16
#define FIRST_BLOCK ((size_t)8 << 10)
#define LAST_BLOCK ((size_t)256 << 10) /* blocks double up to this size */
#define KEPT_BLOCK ((size_t)64 << 10)  /* the most a resting arena holds: there are hundreds */

struct block {
    struct block *older;
    size_t size, used; /* of bytes[] */
    uint64_t serial;   /* grows from older to newer */
    _Alignas(ALIGN) unsigned char bytes[];
};

/* A take too large for the blocks. The node itself stands in a block, so that its place there tells
 * whether it came before or after a mark. */
struct large {
    struct large *older;
    void *bytes;
    size_t size, place;
    uint64_t serial;
};

struct arena {
    struct block *newest;
    struct large *large;
    size_t held;
};

static void *from_system(struct arena *a, size_t size, bool zeroed)
{
    void *p = zeroed ? calloc(1, size) : malloc(size);
    if (!p) {
        fprintf(stderr, "out of memory: %zu bytes asked, arena holds %zu\n", size, a->held);
        abort();
    }
    a->held += size;
    return p;
}

static void add_block(struct arena *a, size_t size)
{
    struct block *b = from_system(a, sizeof *b + size, false);
    *b = (struct block){ .older = a->newest,
                         .size = size,
                         .serial = a->newest ? a->newest->serial + 1 : 1 };
    ASAN_POISON_MEMORY_REGION(b->bytes, size);
    a->newest = b;
}

static void free_block(struct arena *a, struct block *b)
{
    a->held -= sizeof *b + b->size;
    ASAN_UNPOISON_MEMORY_REGION(b->bytes, b->size);
    free(b);
}

static void drop_newest(struct arena *a)
{
    struct block *b = a->newest;
    a->newest = b->older;
    free_block(a, b);
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a) {
        fputs("out of memory: no arena\n", stderr);
        abort();
    }
    add_block(a, FIRST_BLOCK);
    return a;
}

/* Frees what was taken at or after this place. */
static void free_large(struct arena *a, uint64_t serial, size_t used)
{
    while (a->large) {
        struct large *l = a->large;
        if (l->serial < serial || (l->serial == serial && l->place < used)) return;
        a->large = l->older;
        a->held -= l->size;
        free(l->bytes);
    }
}

void arena_free(struct arena *a)
{
    if (!a) return;
    free_large(a, 0, 0);
    while (a->newest) drop_newest(a);
    free(a);
}

static void *bump(struct block *b, size_t size, size_t padded)
{
    void *p = b->bytes + b->used;
    b->used += padded;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    return memset(p, 0, size);
}

static size_t next_block_size(const struct arena *a)
{
    size_t twice = a->newest->size * 2;
    return twice < LAST_BLOCK ? twice : LAST_BLOCK;
}

static size_t padded_size(size_t size)
{
    return ((size + ALIGN - 1) & ~(size_t)(ALIGN - 1)) + RED_ZONE;
}

static void *take_large(struct arena *a, size_t size)
{
    size_t node_size = padded_size(sizeof(struct large));
    if (a->newest->size - a->newest->used < node_size) add_block(a, next_block_size(a));
    size_t place = a->newest->used;
    struct large *l = bump(a->newest, sizeof *l, node_size);
    *l = (struct large){ .older = a->large,
                         .bytes = from_system(a, size, true),
                         .size = size,
                         .place = place,
                         .serial = a->newest->serial };
    a->large = l;
    return l->bytes;
}

void *arena_take(struct arena *a, size_t size)
{
    if (size == 0) size = 1; /* a pointer of its own, also for nothing */
    if (size > SIZE_MAX / 2) {
        fprintf(stderr, "out of memory: %zu bytes asked\n", size);
        abort();
    }
    size_t padded = padded_size(size);
    if (padded > a->newest->size - a->newest->used) {
        if (padded > next_block_size(a) / 4) return take_large(a, size);
        add_block(a, next_block_size(a));
    }
    return bump(a->newest, size, padded);
}

void *arena_take_array(struct arena *a, size_t size, size_t count)
{
    size_t bytes;
    if (__builtin_mul_overflow(size, count, &bytes)) {
        fprintf(stderr, "out of memory: %zu objects of %zu bytes asked\n", count, size);
        abort();
    }
    return arena_take(a, bytes);
}

void arena_reset(struct arena *a)
{
    free_large(a, 0, 0);
    while (a->newest->size > KEPT_BLOCK) drop_newest(a); /* ends: the first block is small */
    struct block *kept = a->newest;
    while (kept->older) {
        struct block *b = kept->older;
        kept->older = b->older;
        free_block(a, b);
    }
    kept->used = 0;
    ASAN_POISON_MEMORY_REGION(kept->bytes, kept->size);
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){ .block = a->newest, .used = a->newest->used };
}

void arena_rewind(struct arena *a, struct arena_mark to)
{
    struct block *target = to.block;
    free_large(a, target->serial, to.used);
    while (a->newest != target) {
        assert(a->newest->older); /* the mark is of another arena, or from before a reset */
        drop_newest(a);
    }
    assert(to.used <= target->used);
    target->used = to.used;
    ASAN_POISON_MEMORY_REGION(target->bytes + to.used, target->size - to.used);
}

size_t arena_held(const struct arena *a)
{
    return a->held + sizeof *a;
}
