/* Limits across a restart: written as JSON, runs of [time, how many] a bucket. */
#include "base/json.h"
#include "queue/limit_map.h"

/* Rounded up, so that a window never opens sooner than it did. */
static utc_ms coarse(utc_ms at, int window_ms)
{
    utc_ms grain = window_ms / 100 > 1 ? window_ms / 100 : 1;
    return (at + grain - 1) / grain * grain;
}

static void write_times(struct json_writer *w, const struct bucket *b)
{
    json_open_array(w, "sent");
    for (size_t i = 0, same = 1; i < b->count; i++, same++) {
        utc_ms at = coarse(bucket_time(b, i), b->window_ms);
        if (i + 1 < b->count && coarse(bucket_time(b, i + 1), b->window_ms) == at) continue;
        json_open_array(w, NULL);
        json_put_i64(w, NULL, at);
        json_put_i64(w, NULL, (int64_t)same);
        json_close_array(w);
        same = 0;
    }
    json_close_array(w);
}

static void write_bucket(struct json_writer *w, const struct bucket *b)
{
    json_open_object(w, NULL);
    json_put_i64(w, "store", b->store_id);
    json_put_cstr(w, "name", b->name);
    json_put_i64(w, "calls", b->calls);
    json_put_i64(w, "window_ms", b->window_ms);
    json_put_i64(w, "held_until", b->held_until);
    write_times(w, b);
    json_close_object(w);
}

static str write_all(struct limits *l, struct arena *a)
{
    struct json_writer w = json_writer(a);
    json_open_array(&w, NULL);
    pthread_mutex_lock(&l->lock);
    utc_ms now = clock_now(l->clock);
    for (size_t i = 0; i < LIMIT_CHAINS; i++) {
        for (struct bucket *b = l->chains[i]; b; b = b->next) {
            bucket_turn(b, now);
            if (b->count || b->held_until > now) write_bucket(&w, b);
        }
    }
    pthread_mutex_unlock(&l->lock);
    json_close_array(&w);
    return json_written(&w);
}

bool limits_save(struct limits *l, struct db *db, struct err *e)
{
    AUTO(arena) a = arena_new();
    return limit_setting_put(db, write_all(l, a), e);
}

static void read_bucket(struct limits *l, const struct json *v, utc_ms now)
{
    int64_t store = 0, calls = 0, window_ms = 0, held_until = 0;
    str name = json_text_at(v, "name");
    if (!json_i64_at(v, "store", &store) || !json_i64_at(v, "calls", &calls) ||
        !json_i64_at(v, "window_ms", &window_ms) || calls < 0 || calls > INT32_MAX ||
        window_ms < 0 || window_ms > INT32_MAX || !name.len)
        return;
    json_i64_at(v, "held_until", &held_until);
    struct bucket *b = limit_bucket(l, store, name);
    bucket_rule(b, (int)calls, (int)window_ms);
    if (held_until > b->held_until) b->held_until = held_until;
    const struct json *sent = json_get(v, "sent");
    size_t most = (size_t)limit_allowance((int)calls);
    for (const struct json *run = sent ? sent->first : NULL; run; run = run->next) {
        int64_t at, times;
        if (run->count != 2 || !json_i64(run->first, &at) || !json_i64(run->first->next, &times))
            continue;
        if (at > now) at = now; /* rounded up, or the clock was set back */
        for (int64_t i = 0; i < times && b->count < most; i++) bucket_add(b, at);
    }
    bucket_turn(b, now);
}

bool limits_load(struct limits *l, struct db *db, struct err *e)
{
    AUTO(arena) a = arena_new();
    str text;
    const struct json *all = NULL;
    if (!limit_setting_get(db, a, &text, e)) return false;
    if (!text.len) return true;
    if (!json_parse(a, text, NULL, &all, e)) return false;
    pthread_mutex_lock(&l->lock);
    for (const struct json *v = all->first; v; v = v->next) read_bucket(l, v, clock_now(l->clock));
    pthread_mutex_unlock(&l->lock);
    return true;
}
