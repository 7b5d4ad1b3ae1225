#include "repo/page.h"

static bool read_place(str text, const char *list, struct page_place *out)
{
    str name, id, time;
    if (!str_next(&text, '|', &name) || !str_eq(name, str_from(list))) return false;
    if (!str_next(&text, '|', &id) || !str_to_i64(id, &out->id)) return false;
    if (!str_split(text, '|', &time, &out->key)) return false;
    return str_to_i64(time, &out->time) && str_is_utf8(out->key);
}

bool page_open(struct arena *a, const struct page *page, const char *list, struct page_place *out,
               struct err *e)
{
    if (page->limit < 1 || page->limit > PAGE_MOST)
        return err_set(e, ERR_INVALID, "page.limit", "a page has 1 to %d rows", PAGE_MOST);
    struct page_place place = { .is_first = page->cursor.len == 0 };
    str text;
    if (!place.is_first &&
        (!str_base64_decode(a, page->cursor, &text) || !read_place(text, list, &place)))
        return err_set(e, ERR_INVALID, "page.cursor",
                       "this is no cursor of this list: start again without one");
    *out = place;
    return true;
}

str page_cursor(struct arena *a, const char *list, const struct page_place *last)
{
    return str_base64url(a, str_print(a, "%s|%lld|%lld|%.*s", list, (long long)last->id,
                                      (long long)last->time, STR_ARG(last->key)));
}
