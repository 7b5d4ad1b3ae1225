/*
 * err.h: errors, named by what the caller does next.
 *
 * A function that can fail returns bool and takes `struct err *e` last: true is done, false has
 * filled e. Outputs change only on success. Rooms return errors; only work and api log them, once.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#include "base/str.h"
#include "base/utc.h"

enum err_kind {
    ERR_NONE,
    ERR_INVALID, /* the caller's input; says which field and why */
    ERR_NOT_FOUND,
    ERR_CONFLICT,     /* right input, wrong moment: state or a unique key stands against it */
    ERR_SIGNED_OUT,   /* no valid session: sign in */
    ERR_FORBIDDEN,    /* signed in, not allowed */
    ERR_CREDENTIALS,  /* a person reconnects the store */
    ERR_RATE_LIMITED, /* again at retry_at */
    ERR_UNAVAILABLE,  /* again, with back-off */
    ERR_REFUSED,      /* the marketplace said no; repeating will not help */
    ERR_UNCERTAIN,    /* a write got no reply: look before repeating it */
    ERR_BUG,          /* ours */
    ERR_KIND_COUNT
};

/* What the sentence of a code names: ("sku", "BDS-0001"). */
struct err_arg {
    const char *name; /* a literal; NULL ends the list */
    char value[64];
};

#define ERR_ARGS 4

struct err {
    enum err_kind kind;
    const char *marketplace; /* connector key; NULL when none was involved */
    int http_status;         /* 0: no reply came */
    utc_ms retry_at;         /* with ERR_RATE_LIMITED; 0: unknown */
    char remote_code[48];    /* the marketplace's own code, as sent */
    const char *code;        /* "price.below_floor": the panel's key */
    struct err_arg args[ERR_ARGS];
    char message[256]; /* the same in English, for log and API */
};

/* Fills e (which may be NULL) and returns false, so that a caller can `return err_set(...)`.
 * marketplace is kept as it was; all else is set anew. */
bool err_set(struct err *e, enum err_kind kind, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Names what the code's sentence speaks of; past ERR_ARGS it is dropped. Returns false. */
bool err_arg(struct err *e, const char *name, str value);

const char *err_kind_name(enum err_kind kind); /* "invalid", "rate_limited" ... */
enum err_kind err_kind_from(str name);         /* ERR_BUG when unknown */

#endif
