/* What the reader takes, the writer says, and the reader takes that as the same again. */
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static str written(struct arena *a, const struct json *v)
{
    struct json_writer w = json_writer(a);
    json_put_value(&w, NULL, v);
    return json_written(&w);
}

static void look_around(const struct json *v)
{
    int64_t number;
    money m;
    json_i64(v, &number);
    json_money(v, "TRY", &m);
    json_path(v, "a.b");
    for (const struct json *child = v->first; child; child = child->next) look_around(child);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const struct json *v, *again;
    const struct json_limits limits = { .refuse_duplicate_keys = size & 1 };
    if (!json_parse(a, (str){ (const char *)data, size }, &limits, &v, &e)) {
        if (e.kind != ERR_INVALID || !e.message[0]) abort();
        return 0;
    }
    look_around(v);
    str once = written(a, v);
    if (!str_is_utf8(once) || !json_parse(a, once, &limits, &again, &e)) abort();
    if (!str_eq(once, written(a, again))) abort();
    return 0;
}
