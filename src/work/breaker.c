#include "work/breaker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define FAILURES_TO_OPEN 5
#define FIRST_PAUSE (5 * UTC_SECOND)
#define LONGEST_PAUSE (5 * UTC_MINUTE)
#define TRIAL_LASTS UTC_MINUTE      /* a trial whose caller died does not block for ever */
#define LOOK_AGAIN (2 * UTC_SECOND) /* for those who meet a trial: most end much sooner */

struct breaker {
    struct breaker *next;
    int64_t store_id;
    char purpose[48];
    int failures;
    utc_ms open_until, pause;
    utc_ms trial_until;
};

struct breakers {
    pthread_mutex_t lock;
    struct breaker *first;
};

struct breakers *breakers_new(void)
{
    struct breakers *b = calloc(1, sizeof(*b));
    if (!b) abort();
    pthread_mutex_init(&b->lock, NULL);
    return b;
}

void breakers_free(struct breakers *b)
{
    for (struct breaker *i = b->first, *next; i; i = next) {
        next = i->next;
        free(i);
    }
    pthread_mutex_destroy(&b->lock);
    free(b);
}

/* A handful per store: a list is enough. */
static struct breaker *find(struct breakers *b, int64_t store_id, const char *purpose)
{
    for (struct breaker *i = b->first; i; i = i->next)
        if (i->store_id == store_id && strcmp(i->purpose, purpose) == 0) return i;
    struct breaker *made = calloc(1, sizeof(*made));
    if (!made) abort();
    made->store_id = store_id;
    str_fill(made->purpose, sizeof(made->purpose), str_from(purpose));
    made->next = b->first;
    b->first = made;
    return made;
}

bool breaker_allows(struct breakers *b, int64_t store_id, const char *purpose, utc_ms now,
                    utc_ms *retry_at)
{
    pthread_mutex_lock(&b->lock);
    struct breaker *one = find(b, store_id, purpose);
    bool is_open = one->failures >= FAILURES_TO_OPEN;
    bool is_tried = now < one->trial_until;
    bool allows = !is_open || (now >= one->open_until && !is_tried);
    if (is_open && allows)
        one->trial_until = now + TRIAL_LASTS;
    else if (!allows)
        *retry_at = is_tried ? now + LOOK_AGAIN : one->open_until;
    pthread_mutex_unlock(&b->lock);
    return allows;
}

void breaker_report(struct breakers *b, int64_t store_id, const char *purpose, utc_ms now,
                    bool is_failure)
{
    pthread_mutex_lock(&b->lock);
    struct breaker *one = find(b, store_id, purpose);
    bool was_trial = one->trial_until != 0;
    one->trial_until = 0;
    if (!is_failure) {
        one->failures = 0;
        one->pause = 0;
    } else if (++one->failures == FAILURES_TO_OPEN || was_trial) {
        /* A call that was under way when it opened, and fails after, proves nothing new. */
        one->pause = one->pause ? one->pause * 2 : FIRST_PAUSE;
        if (one->pause > LONGEST_PAUSE) one->pause = LONGEST_PAUSE;
        one->open_until = now + one->pause;
    }
    pthread_mutex_unlock(&b->lock);
}
