/*
 * temp.h: a folder of a test's own, removed with all that is in it.
 *
 * Memory   the name is the folder's; temp_free() ends both.
 */
#ifndef SUPPORT_TEMP_H
#define SUPPORT_TEMP_H

#include "base/auto.h"

struct temp {
    char folder[64];
};
struct temp *temp_new(void);
void temp_free(struct temp *t);
AUTO_CLOSE(temp, temp_free)

/* "folder/name" in the buffer given. */
const char *temp_path(const struct temp *t, const char *name, char out[128]);

#endif
