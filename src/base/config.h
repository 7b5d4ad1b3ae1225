/*
 * config.h: settings from one file, the environment and the command line.
 *
 * Shape    the file has lines `key = value`, '#' starts a comment line. Key `http.listen` is also
 *          the variable BEDESTEN_HTTP_LISTEN. Later wins: default, file, environment, command line.
 *          An empty variable counts as unset.
 * Errors   an unknown key, a key twice in the file, a line without '=' or a value of the wrong kind
 *          is named with its file, line and what is allowed.
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/err.h"

/* What may be set; the table is main's. */
struct config_key {
    const char *key, *fallback; /* fallback NULL: empty */
    const char *help;           /* one line for --help and docs */
};

struct config;

/* `keys` ends with a NULL key and outlives the config. `file` may be NULL. */
struct config *config_load(const struct config_key *keys, const char *file, struct err *e);
void config_free(struct config *c);
AUTO_CLOSE(config, config_free)

/* Overrides one key, as from the command line. */
bool config_set(struct config *c, const char *key, str value, struct err *e);

/* Keys not in the table are our own mistake and assert. */
str config_text(const struct config *c, const char *key); /* lives as long as the config */
bool config_i64(const struct config *c, const char *key, int64_t min, int64_t max, int64_t *out,
                struct err *e);
bool config_bool(const struct config *c, const char *key, bool *out, struct err *e);
/* One of `words`, which end with NULL; *out is its place among them. */
bool config_choice(const struct config *c, const char *key, const char *const *words, int *out,
                   struct err *e);
/* For values judged elsewhere: says where the key was set, to what, and what it must be. */
bool config_refuse(const struct config *c, const char *key, const char *code, const char *must_be,
                   struct err *e);

#endif
