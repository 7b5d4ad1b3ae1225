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
    return command_main(argc, argv);
}
