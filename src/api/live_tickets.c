#include "api/live_tickets.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/utc.h"

#define LASTS_MS 30000
#define TICKETS_MOST 512
#define TEXT_SIZE 64

struct ticket {
    char text[TEXT_SIZE]; /* empty: free */
    char session_id[LIVE_SESSION_SIZE];
    int64_t until_ms;
};

struct live_tickets {
    pthread_mutex_t lock;
    struct ticket places[TICKETS_MOST];
};

struct live_tickets *live_tickets_new(void)
{
    struct live_tickets *t = calloc(1, sizeof *t);
    if (!t) abort();
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

void live_tickets_free(struct live_tickets *t)
{
    pthread_mutex_destroy(&t->lock);
    free(t);
}

bool live_tickets_make(struct live_tickets *t, struct arena *a, str session_id, str *ticket,
                       struct err *e)
{
    struct ticket *place = NULL;
    str text = random_token(a);
    int64_t now = mono_ms();
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < TICKETS_MOST && !place; i++)
        if (!t->places[i].text[0] || t->places[i].until_ms <= now) place = &t->places[i];
    if (place) {
        str_fill(place->text, sizeof place->text, text);
        str_fill(place->session_id, sizeof place->session_id, session_id);
        place->until_ms = now + LASTS_MS;
    }
    pthread_mutex_unlock(&t->lock);
    if (!place)
        return err_set(e, ERR_UNAVAILABLE, "live.busy",
                       "too many tickets are out: try again in half a minute");
    *ticket = text;
    return true;
}

bool live_tickets_take(struct live_tickets *t, str text, char session_id[LIVE_SESSION_SIZE])
{
    bool is_good = false;
    int64_t now = mono_ms();
    if (!text.len) return false;
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < TICKETS_MOST; i++) {
        struct ticket *place = &t->places[i];
        if (!place->text[0] || !crypto_equal(str_from(place->text), text)) continue;
        is_good = place->until_ms > now;
        memcpy(session_id, place->session_id, LIVE_SESSION_SIZE);
        *place = (struct ticket){ 0 };
        break;
    }
    pthread_mutex_unlock(&t->lock);
    return is_good;
}

void live_tickets_end(struct live_tickets *t, str session_id)
{
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < TICKETS_MOST; i++)
        if (str_eq(str_from(t->places[i].session_id), session_id))
            t->places[i] = (struct ticket){ 0 };
    pthread_mutex_unlock(&t->lock);
}
