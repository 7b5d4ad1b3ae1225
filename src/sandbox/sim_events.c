#include "sandbox/sim_events.h"

#include <stdlib.h>

static bool comes_before(const struct sim_event *a, const struct sim_event *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void swap(struct sim_event *a, struct sim_event *b)
{
    struct sim_event held = *a;
    *a = *b;
    *b = held;
}

bool sim_events_add(struct sim_events *q, struct sim_event event)
{
    if (q->count == q->room) {
        q->room = q->room ? q->room * 2 : 64;
        q->heap = realloc(q->heap, q->room * sizeof *q->heap);
        if (!q->heap) abort();
    }
    event.order = q->next_order++;
    size_t i = q->count++;
    q->heap[i] = event;
    while (i > 0 && comes_before(&q->heap[i], &q->heap[(i - 1) / 2])) {
        swap(&q->heap[i], &q->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    return i == 0;
}

bool sim_events_take(struct sim_events *q, utc_ms now, struct sim_event *out)
{
    if (!q->count || q->heap[0].due > now) return false;
    *out = q->heap[0];
    q->heap[0] = q->heap[--q->count];
    for (size_t i = 0;;) {
        size_t first = i, left = 2 * i + 1, right = left + 1;
        if (left < q->count && comes_before(&q->heap[left], &q->heap[first])) first = left;
        if (right < q->count && comes_before(&q->heap[right], &q->heap[first])) first = right;
        if (first == i) return true;
        swap(&q->heap[i], &q->heap[first]);
        i = first;
    }
}

bool sim_events_first(const struct sim_events *q, utc_ms *due)
{
    if (!q->count) return false;
    *due = q->heap[0].due;
    return true;
}

void sim_events_free(struct sim_events *q)
{
    free(q->heap);
    *q = (struct sim_events){ 0 };
}
