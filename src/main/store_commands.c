#include <stdio.h>
#include <string.h>

#include "main/remote.h"
#include "main/settings.h"

/* "seller_id=100200,api_key=K": a value may hold anything but a comma. */
static bool put_settings(struct json_writer *w, str text, struct err *e)
{
    str pair, name, value;
    json_open_object(w, "settings");
    while (str_next(&text, ',', &pair)) {
        if (!str_split(pair, '=', &name, &value))
            return err_set(e, ERR_INVALID, "store.set",
                           "--set has '%.*s'; write name=value,name=value", STR_ARG(pair));
        json_put_text(w, str_cstr(w->out.arena, str_trim(name)), value);
    }
    json_close_object(w);
    return true;
}

static int add(struct arguments *args)
{
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const struct json *made = NULL;
    const char *name = argument(args, "name");
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "marketplace",
                  argument(args, "marketplace") ? argument(args, "marketplace") : "trendyol");
    json_put_cstr(&w, "name", name);
    if (argument(args, "base-url")) json_put_cstr(&w, "base_url", argument(args, "base-url"));
    json_put_bool(&w, "test_mode",
                  argument_is_set(args, "test") || argument_is_set(args, "base-url"));
    if (!put_settings(&w, str_from(argument(args, "set")), &e)) return command_misused(&e);
    json_close_object(&w);
    AUTO(remote) r = remote_open(args->config, HOUSE_MUST_EXIST, &e);
    if (!r || !remote_call(r, a, "POST", STR("/api/v1/stores"), json_written(&w), &made, &e))
        return command_failed(&e);
    str id = json_text_at(json_get(made, "store"), "id");
    printf("Store %.*s connected: %s. Its live check runs when the server runs.\n", STR_ARG(id),
           name);
    return EXIT_DONE;
}

const struct command store_add_command = {
    .name = "store add",
    .summary = "Connects a seller account on a marketplace",
    .examples =
        "  bedesten store add --marketplace trendyol --name 'Trendyol 1' \\\n"
        "      --set seller_id=100200,api_key=KEY,api_secret=SECRET\n"
        "  bedesten store add --name Deneme --base-url http://127.0.0.1:8091/integration \\\n"
        "      --set seller_id=100200,api_key=KEY,api_secret=SECRET\n",
    .options =
        (const struct option[]){
            DATABASE_OPTIONS,
            { "marketplace", "KEY", "which one (default trendyol)", NULL },
            { "name", "NAME", "as shown", .is_needed = true },
            { "set", "NAME=VALUE,…", "what the marketplace's connector asks for",
              .is_needed = true },
            { "base-url", "URL", "another address; plain HTTP on loopback only; implies --test",
              NULL },
            { "test", NULL, "test mode", NULL },
            { NULL },
        },
    .run = add,
};

static int list(struct arguments *args)
{
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const struct json *items = NULL;
    if (!remote_list(args, a, STR("/api/v1/stores"), &items, &e)) return command_failed(&e);
    for (const struct json *s = items ? items->first : NULL; s; s = s->next) {
        str id = json_text_at(s, "id"), name = json_text_at(s, "name");
        str marketplace = json_text_at(s, "marketplace"), state = json_text_at(s, "state");
        printf("%4.*s  %-28.*s  %-14.*s  %.*s%s\n", STR_ARG(id), STR_ARG(name),
               STR_ARG(marketplace), STR_ARG(state),
               json_bool_at(s, "test_mode", false) ? "  (test mode)" : "");
    }
    return EXIT_DONE;
}

const struct command store_list_command = {
    .name = "store list",
    .summary = "Lists the stores",
    .examples = "  bedesten store list --json\n",
    .options =
        (const struct option[]){ DATABASE_OPTIONS, { "json", NULL, "as JSON", NULL }, { NULL } },
    .run = list,
};
