/*
 * settings.h: every setting there is, and those that many commands take as options.
 */
#ifndef MAIN_SETTINGS_H
#define MAIN_SETTINGS_H

#include "base/log.h"
#include "main/command.h"

extern const struct config_key setting_keys[];

/* Those that are more than a text, read and checked at once. */
struct settings {
    enum log_format log_format;
    enum log_level log_level;
    bool is_behind_proxy, work_is_enabled;
    int64_t http_threads, keep_calls_ms;
    str public_url; /* without a '/' at its end; empty: none */
};

/* Refuses what `serve` could not work with, naming where it was set and what it may be. */
bool settings_read(const struct config *c, struct settings *out, struct err *e);

/* Options of every command that opens the database. */
#define DATABASE_OPTIONS                                                                           \
    { "config", "FILE", "settings file", NULL },                                                   \
    {                                                                                              \
        "db", "PATH", "the SQLite file (default var/bedesten.db)", "db.path"                       \
    }

#endif
