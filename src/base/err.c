#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

static const char *const kind_names[ERR_KIND_COUNT] = {
    [ERR_NONE] = "none",
    [ERR_INVALID] = "invalid",
    [ERR_NOT_FOUND] = "not_found",
    [ERR_CONFLICT] = "conflict",
    [ERR_SIGNED_OUT] = "signed_out",
    [ERR_FORBIDDEN] = "forbidden",
    [ERR_CREDENTIALS] = "credentials",
    [ERR_RATE_LIMITED] = "rate_limited",
    [ERR_UNAVAILABLE] = "unavailable",
    [ERR_REFUSED] = "refused",
    [ERR_UNCERTAIN] = "uncertain",
    [ERR_BUG] = "bug",
};

bool err_set(struct err *e, enum err_kind kind, const char *code, const char *format, ...)
{
    if (!e) return false;
    struct err set = { .kind = kind, .marketplace = e->marketplace, .code = code };
    va_list args;
    va_start(args, format);
    int len = vsnprintf(set.message, sizeof set.message, format, args);
    va_end(args);
    if (len >= (int)sizeof set.message)
        set.message[utf8_whole(set.message, sizeof set.message - 1)] = '\0';
    *e = set; /* last: the arguments may be e's own texts */
    return false;
}

bool err_arg(struct err *e, const char *name, str value)
{
    if (!e) return false;
    for (size_t i = 0; i < ERR_ARGS; i++) {
        if (e->args[i].name) continue;
        e->args[i].name = name;
        str_fill(e->args[i].value, sizeof e->args[i].value, value);
        break;
    }
    return false;
}

const char *err_kind_name(enum err_kind kind)
{
    return (unsigned)kind < ERR_KIND_COUNT ? kind_names[kind] : kind_names[ERR_BUG];
}

enum err_kind err_kind_from(str name)
{
    for (unsigned kind = 0; kind < ERR_KIND_COUNT; kind++)
        if (str_eq(name, str_from(kind_names[kind]))) return (enum err_kind)kind;
    return ERR_BUG;
}
