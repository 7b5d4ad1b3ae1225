#include "repo/like.h"

#include "base/fold.h"

static str pattern(struct arena *a, str word)
{
    struct text t = { .arena = a };
    text_add_char(&t, '%');
    for (size_t i = 0; i < word.len; i++) {
        char c = word.at[i];
        if (c == '%' || c == '_' || c == '!') text_add_char(&t, '!');
        text_add_char(&t, c);
    }
    text_add_char(&t, '%');
    return text_str(&t);
}

struct like like_words(struct arena *a, str search)
{
    struct like l;
    for (size_t i = 0; i < LIKE_WORDS; i++) l.words[i] = STR("%");
    str rest = str_trim(fold_text(a, search)), word;
    for (size_t n = 0; n < LIKE_WORDS && str_next(&rest, ' ', &word);)
        if (word.len) l.words[n++] = pattern(a, word);
    return l;
}
