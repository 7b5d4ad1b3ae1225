#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "main/remote.h"
#include "main/settings.h"

#define PASSWORD_MOST 1024

/* From the terminal without echo, or the first line of standard input. */
static bool read_password(struct arena *a, str *out, struct err *e)
{
    char line[PASSWORD_MOST + 2]; /* its line end and its NUL */
    struct termios was, quiet;
    bool is_terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;
    if (is_terminal) {
        fputs("Password: ", stderr);
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    bool is_read = fgets(line, sizeof(line), stdin) != NULL;
    if (is_terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        fputc('\n', stderr);
    }
    if (!is_read)
        return err_set(e, ERR_INVALID, "user.password", "no password came on standard input");
    str text = str_from(line);
    bool is_whole = text.len < sizeof(line) - 1 || str_ends(text, STR("\n"));
    while (str_ends(text, STR("\n")) || str_ends(text, STR("\r"))) text.len--;
    if (is_whole) *out = str_copy(a, text);
    explicit_bzero(line, sizeof(line));
    return is_whole ||
           err_set(e, ERR_INVALID, "user.password",
                   "the password is longer than %d bytes: choose a shorter one", PASSWORD_MOST);
}

static int add(struct arguments *args)
{
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    str password = { 0 };
    const struct json *made = NULL;
    if (!read_password(a, &password, &e)) return command_failed(&e);
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "email", argument(args, "email"));
    json_put_text(&w, "password", password);
    if (argument(args, "name")) json_put_cstr(&w, "name", argument(args, "name"));
    if (argument(args, "company")) json_put_cstr(&w, "company", argument(args, "company"));
    json_put_cstr(&w, "role", argument(args, "role") ? argument(args, "role") : "admin");
    json_close_object(&w);
    AUTO(remote) r = remote_open(args->config, HOUSE_MAY_BE_MADE, &e);
    if (!r || !remote_call(r, a, "POST", STR("/api/v1/users"), json_written(&w), &made, &e))
        return command_failed(&e);
    str id = json_text_at(made, "id"), email = json_text_at(made, "email");
    printf("User %.*s made: %.*s\n", STR_ARG(id), STR_ARG(email));
    return EXIT_DONE;
}

const struct command user_add_command = {
    .name = "user add",
    .summary = "Adds a user; the password is read from standard input",
    .examples =
        "  bedesten user add --email ayse@firma.example --role admin\n"
        "  echo 'a long password' | bedesten user add --email x@firma.example --company Firma\n",
    .options =
        (const struct option[]){
            DATABASE_OPTIONS,
            { "email", "ADDRESS", "signs in with it", .is_needed = true },
            { "name", "NAME", "as shown", NULL },
            { "company", "NAME", "made when there is none of this name (default: the first)",
              NULL },
            { "role", "ROLE",
              "super_admin, admin, integrator, support, dropshipper, supplier, customer", NULL },
            { NULL },
        },
    .run = add,
};

static int list(struct arguments *args)
{
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const struct json *items = NULL;
    if (!remote_list(args, a, STR("/api/v1/users"), &items, &e)) return command_failed(&e);
    for (const struct json *u = items ? items->first : NULL; u; u = u->next) {
        str id = json_text_at(u, "id"), email = json_text_at(u, "email"),
            role = json_text_at(u, "role");
        printf("%4.*s  %-32.*s  %.*s%s\n", STR_ARG(id), STR_ARG(email), STR_ARG(role),
               json_bool_at(u, "disabled", false) ? "  (disabled)" : "");
    }
    return EXIT_DONE;
}

const struct command user_list_command = {
    .name = "user list",
    .summary = "Lists the users",
    .examples = "  bedesten user list --json\n",
    .options =
        (const struct option[]){ DATABASE_OPTIONS, { "json", NULL, "as JSON", NULL }, { NULL } },
    .run = list,
};
