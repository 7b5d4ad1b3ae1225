/* What needs the queue stands apart, so that tests of the repositories link without it. */
#include "support/house.h"

static void stop(struct house *h)
{
    queue_free(h->queue);
    h->queue = NULL;
}

void house_serve(struct house *h)
{
    h->queue = queue_new(h->db, &h->clock);
    h->service =
        (struct service){ .db = h->db, .queue = h->queue, .keys = h->keys, .clock = &h->clock };
    h->stop_serving = stop;
}
