#include <assert.h>
#include <stdlib.h>

#include "queue/limit_map.h"

#define RULES_MOST 16

struct limits *limits_new(const struct clock *clock)
{
    struct limits *l = calloc(1, sizeof *l);
    if (!l) abort();
    l->clock = clock;
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void limits_free(struct limits *l)
{
    if (!l) return;
    for (size_t i = 0; i < LIMIT_CHAINS; i++) {
        for (struct bucket *b = l->chains[i], *next; b; b = next) {
            next = b->next;
            bucket_free(b);
        }
    }
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static size_t chain_of(int64_t store_id, str name)
{
    uint64_t h = 14695981039346656037u ^ (uint64_t)store_id; /* FNV-1a */
    h *= 1099511628211u;
    for (size_t i = 0; i < name.len; i++) h = (h ^ (unsigned char)name.at[i]) * 1099511628211u;
    return h % LIMIT_CHAINS;
}

struct bucket *limit_bucket(struct limits *l, int64_t store_id, str name)
{
    struct bucket **chain = &l->chains[chain_of(store_id, name)];
    for (struct bucket *b = *chain; b; b = b->next)
        if (b->store_id == store_id && str_eq(str_from(b->name), name)) return b;
    struct bucket *b = bucket_new(store_id, name);
    b->next = *chain;
    *chain = b;
    return b;
}

bool limit_admit(struct limits *l, int64_t store_id, enum lane lane, const struct limit_rule *rules,
                 size_t count, utc_ms *retry_at)
{
    assert(count <= RULES_MOST);
    struct bucket *buckets[RULES_MOST];
    pthread_mutex_lock(&l->lock);
    utc_ms now = clock_now(l->clock), room_at = now;
    for (size_t i = 0; i < count; i++) {
        struct bucket *b = limit_bucket(l, store_id, rules[i].name);
        bucket_rule(b, rules[i].calls, rules[i].window_ms);
        bucket_turn(b, now);
        utc_ms at = bucket_room_at(b, lane, now);
        if (at > room_at) room_at = at;
        buckets[i] = b;
    }
    for (size_t i = 0; i < count && room_at == now; i++) bucket_add(buckets[i], now);
    pthread_mutex_unlock(&l->lock);
    if (room_at == now) return true;
    *retry_at = room_at;
    return false;
}

void limit_hold(struct limits *l, int64_t store_id, str name, utc_ms until)
{
    pthread_mutex_lock(&l->lock);
    struct bucket *b = limit_bucket(l, store_id, name);
    if (until > b->held_until) b->held_until = until;
    pthread_mutex_unlock(&l->lock);
}

size_t limit_uses(struct limits *l, struct arena *a, int64_t store_id, struct limit_use **out)
{
    size_t count = 0, room = 0;
    struct limit_use *uses = NULL;
    pthread_mutex_lock(&l->lock);
    utc_ms now = clock_now(l->clock);
    for (size_t i = 0; i < LIMIT_CHAINS; i++)
        for (struct bucket *b = l->chains[i]; b; b = b->next) room += b->store_id == store_id;
    uses = ARENA_ARRAY(a, struct limit_use, room);
    for (size_t i = 0; i < LIMIT_CHAINS; i++) {
        for (struct bucket *b = l->chains[i]; b; b = b->next) {
            if (b->store_id != store_id || b->calls == 0) continue;
            bucket_turn(b, now);
            uses[count++] = (struct limit_use){
                .name = str_copy(a, str_from(b->name)),
                .used = (int)b->count,
                .calls = b->calls,
                .window_ms = b->window_ms,
                .held_until = b->held_until > now ? b->held_until : 0,
            };
        }
    }
    pthread_mutex_unlock(&l->lock);
    *out = uses;
    return count;
}
