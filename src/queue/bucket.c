#include "queue/bucket.h"

#include <stdlib.h>
#include <string.h>

#define PACED_FROM 20 /* calls a window: fewer are not worth spreading */

int limit_allowance(int calls)
{
    if (calls < 1) return 1;
    return calls < 20 ? calls : calls - (calls + 99) / 100;
}

int limit_share(int calls, enum lane lane)
{
    static const int percent[LANE_COUNT] = { 100, 90, 70, 50 };
    int share = (int)((int64_t)limit_allowance(calls) * percent[lane] / 100);
    return share < 1 ? 1 : share;
}

struct bucket *bucket_new(int64_t store_id, str name)
{
    struct bucket *b = calloc(1, sizeof *b);
    if (!b || !(b->name = malloc(name.len + 1))) abort();
    memcpy(b->name, name.at, name.len);
    b->name[name.len] = '\0';
    b->store_id = store_id;
    return b;
}

void bucket_free(struct bucket *b)
{
    free(b->times);
    free(b->name);
    free(b);
}

utc_ms bucket_time(const struct bucket *b, size_t i)
{
    return b->times[(b->first + i) % b->room];
}

static void drop_oldest(struct bucket *b, size_t n)
{
    b->first = b->room ? (b->first + n) % b->room : 0;
    b->count -= n;
}

void bucket_rule(struct bucket *b, int calls, int window_ms)
{
    if (b->calls == calls && b->window_ms == window_ms) return;
    b->calls = calls;
    b->window_ms = window_ms;
    size_t most = (size_t)limit_allowance(calls);
    if (b->count > most) drop_oldest(b, b->count - most);
}

void bucket_turn(struct bucket *b, utc_ms now)
{
    if (b->count && bucket_time(b, b->count - 1) > now) {
        utc_ms ahead = bucket_time(b, b->count - 1) - now;
        for (size_t i = 0; i < b->count; i++) b->times[(b->first + i) % b->room] -= ahead;
    }
    size_t old = 0;
    while (old < b->count && bucket_time(b, old) <= now - b->window_ms) old++;
    drop_oldest(b, old);
}

/* Once half of its share is used, the rest is spread over the time until the oldest call leaves the
 * window: else a burst would silence the store until then. */
static utc_ms paced_at(const struct bucket *b, size_t share)
{
    if (share < PACED_FROM || b->count < share / 2 || b->count >= share) return 0;
    utc_ms newest = bucket_time(b, b->count - 1), free_at = bucket_time(b, 0) + b->window_ms;
    return newest + (free_at - newest) / (utc_ms)(share - b->count + 1);
}

utc_ms bucket_room_at(const struct bucket *b, enum lane lane, utc_ms now)
{
    size_t share = (size_t)limit_share(b->calls, lane);
    utc_ms at = b->held_until > now ? b->held_until : now;
    utc_ms paced = paced_at(b, share);
    utc_ms free_at = b->count < share ? 0 : bucket_time(b, b->count - share) + b->window_ms;
    if (paced > at) at = paced;
    return free_at > at ? free_at : at;
}

static void grow(struct bucket *b)
{
    size_t room = b->room ? b->room * 2 : 8;
    utc_ms *times = malloc(room * sizeof *times);
    if (!times) abort();
    for (size_t i = 0; i < b->count; i++) times[i] = bucket_time(b, i);
    free(b->times);
    b->times = times;
    b->room = room;
    b->first = 0;
}

void bucket_add(struct bucket *b, utc_ms at)
{
    if (b->count == b->room) grow(b);
    b->times[(b->first + b->count++) % b->room] = at;
}
