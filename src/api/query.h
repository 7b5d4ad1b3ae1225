/*
 * query.h: the path's and the query's values of a request, and the pages of lists.
 *
 * Errors   ERR_INVALID "query.invalid" with its `field`, "cursor.invalid"; a path's id that is none
 *          is ERR_NOT_FOUND: nothing is there.
 */
#ifndef API_QUERY_H
#define API_QUERY_H

#include "api/inside.h"
#include "repo/repo.h"

bool query_path_id(struct request *r, int nth, int64_t *id, struct err *e);
/* Missing: the output stays as it is. */
bool query_id(struct request *r, const char *name, int64_t *id, struct err *e);
bool query_bool(struct request *r, const char *name, bool *out, struct err *e);
bool query_time(struct request *r, const char *name, utc_ms *out, struct err *e);
bool query_text(struct request *r, const char *name, size_t most, str *out, struct err *e);
/* false for a name that is none: the caller's `from` function said so. */
bool query_refuse(struct request *r, const char *name, struct err *e);

bool query_page(struct request *r, struct page *out, struct err *e);
bool query_limit(struct request *r, size_t *out, struct err *e);
/* A repository's refusal of a cursor becomes "cursor.invalid". Returns false. */
bool query_list_failed(struct err *e);

/* Cursors of lists that are paged by a number alone. */
bool query_cursor_number(struct request *r, const char *list, int64_t *out, struct err *e);
str query_number_cursor(struct arena *a, const char *list, int64_t number);

#endif
