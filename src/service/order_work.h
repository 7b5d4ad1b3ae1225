/*
 * order_work.h: inside service only: an order while news of it is worked in.
 *
 * Shape    loaded → news told → mapped → standing → moved → saved, all in one transaction:
 *          order_accept() does it for what a marketplace said, order_settle() without news.
 * Memory   all in the arena of the call.
 */
#ifndef SERVICE_ORDER_WORK_H
#define SERVICE_ORDER_WORK_H

#include "repo/order_repo.h"
#include "service/service.h"

/* An entry of the time line still to be written. */
struct work_note {
    const char *kind;
    str detail;
    struct work_note *next;
};

struct work_line {
    size_t package; /* index: its id may not be known yet */
    int64_t wanted; /* pieces that should stand against stock */
    int64_t unshipped;
    bool is_cancelling; /* a part of it was cancelled: why pieces go back */
    bool was_waiting;   /* unmapped with pieces standing, when loaded */
    bool was_short;
    bool is_changed;
};

struct order_work {
    struct service *s;
    struct arena *a;
    const struct actor *by;
    utc_ms now;
    struct stored_order o; /* its arrays have room for what the news brings */
    struct work_line *lines;
    bool *package_is_changed, *part_is_changed;
    bool is_new, is_changed;
    bool was_short;
    struct work_note *notes, **notes_end;
};

/* Loads the order, or begins a new one, with room for so many more packages and lines. */
bool order_work_load(struct order_work *w, int64_t store_id, str number, size_t packages,
                     size_t lines, struct err *e);
/* The order of this id, without news. */
bool order_work_find(struct order_work *w, int64_t order_id, struct err *e);
/* One package's news. Older news and repeated news change nothing. */
void order_work_tell(struct order_work *w, const struct order *news);
/* Looks up what unmapped lines sell. */
bool order_work_map(struct order_work *w, struct err *e);
/* How many pieces of each line stand, and the order's status and total. */
void order_work_stand(struct order_work *w);
/* Moves the stock of all works, in ascending order of variants, what comes back first. */
bool order_works_move(struct order_work *works, size_t count, struct err *e);
/* Rows, time line, faults and the live event; nothing when nothing changed. */
bool order_work_save(struct order_work *w, struct err *e);

void order_work_note(struct order_work *w, const char *kind, str detail);
bool order_line_waits(const struct stored_line *l, int64_t wanted);

#endif
