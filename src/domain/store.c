#include "domain/store.h"

static const char *const names[STORE_STATE_COUNT] = {
    [STORE_ACTIVE] = "active",
    [STORE_PAUSED] = "paused",
    [STORE_DISCONNECTED] = "disconnected",
};

const char *store_state_name(enum store_state s)
{
    return names[s];
}

bool store_state_from(str name, enum store_state *out)
{
    for (int s = 0; s < STORE_STATE_COUNT; s++) {
        if (!str_eq(name, str_from(names[s]))) continue;
        *out = (enum store_state)s;
        return true;
    }
    return false;
}

str store_value(const struct store *s, const char *name)
{
    for (size_t i = 0; i < s->value_count; i++)
        if (str_eq(s->values[i].name, str_from(name))) return s->values[i].value;
    return STR("");
}
