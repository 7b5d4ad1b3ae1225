/*
 * settings.h: every setting there is, and those that many commands take as options.
 */
#ifndef MAIN_SETTINGS_H
#define MAIN_SETTINGS_H

#include "main/command.h"

extern const struct config_key setting_keys[];

/* Options of every command that opens the database. */
#define DATABASE_OPTIONS                                                                           \
    { "config", "FILE", "settings file", NULL },                                                   \
    {                                                                                              \
        "db", "PATH", "the SQLite file (default var/bedesten.db)", "db.path"                       \
    }

#endif
