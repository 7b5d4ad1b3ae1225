/*
 * like.h: inside repo only: folded search text as patterns of LIKE ... ESCAPE '!'.
 */
#ifndef REPO_LIKE_H
#define REPO_LIKE_H

#include "db/db.h"

#define LIKE_WORDS 3

/* Each of the first words as "%word%"; the rest of the array is "%", which matches all. */
struct like {
    str words[LIKE_WORDS];
};
struct like like_words(struct arena *a, str search);

#define LIKE_ALL(column)                                                                           \
    " AND " column " LIKE ? ESCAPE '!' AND " column " LIKE ? ESCAPE '!' AND " column               \
    " LIKE ? ESCAPE '!'"
#define LIKE_VALUES(l) db_text((l).words[0]), db_text((l).words[1]), db_text((l).words[2])

#endif
