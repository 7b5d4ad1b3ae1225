/*
 * mask.h: takes secrets out of what is logged of a call. Pure.
 *
 * Shape    a text that holds a secret of the store shows "••••" there, once for secrets that overlap;
 *          the values of headers that carry credentials are masked whatever they hold.
 */
#ifndef WORK_MASK_H
#define WORK_MASK_H

#include "base/str.h"
#include "net/http.h"

struct mask {
    const str *secrets; /* empty and short ones (under 4 bytes) are left out */
    size_t count;
};

str mask_text(struct arena *a, const struct mask *m, str text);
/* {"headers": [{name, value}], "body": text, "truncated": bool}: what is sealed and later shown. A
 * body above 256 KB is cut between two characters, one that is not UTF-8 is told by its size. */
str mask_message(struct arena *a, const struct mask *m, const struct http_header *headers,
                 size_t count, str body);

#endif
