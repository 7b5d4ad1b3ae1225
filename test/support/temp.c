#include "support/temp.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct temp *temp_new(void)
{
    struct temp *t = calloc(1, sizeof *t);
    if (!t) abort();
    snprintf(t->folder, sizeof t->folder, "/tmp/bedesten-test-XXXXXX");
    if (!mkdtemp(t->folder)) abort();
    return t;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void temp_free(struct temp *t)
{
    nftw(t->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(t);
}

const char *temp_path(const struct temp *t, const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", t->folder, name);
    return out;
}
