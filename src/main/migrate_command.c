#include <stdio.h>

#include "main/house.h"
#include "main/settings.h"

static int run(struct arguments *args)
{
    struct err e = { 0 };
    struct house h;
    if (!house_open(args->config, &h, &e)) return command_failed(&e);
    struct db_schema_state state;
    int ended = EXIT_DONE;
    if (db_schema_state(h.db, &state, &e))
        printf("The database is at version %d, the newest.\n", state.version);
    else
        ended = command_failed(&e);
    house_close(&h);
    return ended;
}

const struct command migrate_command = {
    .name = "migrate",
    .summary = "Brings the database to this program's version",
    .examples = "  bedesten migrate --db var/bedesten.db\n",
    .options = (const struct option[]){ DATABASE_OPTIONS, { NULL } },
    .run = run,
};
