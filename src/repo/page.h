/*
 * page.h: inside repo only: the cursors of lists.
 *
 * Shape    a cursor names its list and the last row of the page before by what the list is sorted
 *          by: a time, a text, and the id that tells equals apart. Base64url, opaque to others.
 * Memory   texts live in the arena.
 * Errors   ERR_INVALID "page.cursor" (of another list, or damaged), "page.limit" (not 1 to 500).
 */
#ifndef REPO_PAGE_H
#define REPO_PAGE_H

#include "base/err.h"
#include "repo/repo.h"

#define PAGE_MOST 500

struct page_place {
    int64_t id;  /* 0 when is_first */
    utc_ms time; /* 0 where the list is not sorted by time */
    str key;     /* empty where it is not sorted by text */
    bool is_first;
};

/* Where the page starts: after this place. `list`: a short name without '|'. */
bool page_open(struct arena *a, const struct page *page, const char *list, struct page_place *out,
               struct err *e);
/* The cursor of the page that comes after this place. */
str page_cursor(struct arena *a, const char *list, const struct page_place *last);

#endif
