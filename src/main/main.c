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
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error to tell, not an end */
    return command_main(argc, argv);
}
