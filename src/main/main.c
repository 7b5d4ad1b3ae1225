#include <malloc.h>
#include <signal.h>

#include "main/serve.h"

extern const struct command sandbox_command, migrate_command, user_add_command, user_list_command,
    store_add_command, store_list_command, ledger_verify_command, ledger_show_command,
    doctor_command, demo_command;

const struct command *const commands[] = {
    &serve_command,       &sandbox_command,   &migrate_command,    &user_add_command,
    &user_list_command,   &store_add_command, &store_list_command, &ledger_verify_command,
    &ledger_show_command, &doctor_command,    &demo_command,       NULL,
};

int main(int argc, char **argv)
{
    /* Dozens of threads that each hold little: an arena of malloc's for each would lie mostly idle. */
    mallopt(M_ARENA_MAX, 4);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error to tell, not an end */
    return command_main(argc, argv);
}
