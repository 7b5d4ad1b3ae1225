#include "main/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "main/settings.h"

const char *argument(const struct arguments *a, const char *option)
{
    for (size_t i = 0; a->options[i].name; i++)
        if (strcmp(a->options[i].name, option) == 0) return a->values[i];
    return NULL;
}

bool argument_is_set(const struct arguments *a, const char *option)
{
    return argument(a, option) != NULL;
}

int command_failed(const struct err *e)
{
    fprintf(stderr, "bedesten: %s\n", e->message[0] ? e->message : err_kind_name(e->kind));
    return EXIT_FAILED;
}

static void print_help(void)
{
    printf("Bedesten %s: one panel for every store on every marketplace.\n\nUsage: bedesten COMMAND"
           " [OPTIONS]\n\nCommands:\n",
           BEDESTEN_VERSION);
    for (size_t i = 0; commands[i]; i++)
        printf("  %-14s %s\n", commands[i]->name, commands[i]->summary);
    printf("\nEvery command tells its options and examples with --help. Settings:\n");
    for (const struct config_key *k = setting_keys; k->key; k++)
        printf("  %-22s %s%s%s%s\n", k->key, k->help, k->fallback[0] ? " (" : "", k->fallback,
               k->fallback[0] ? ")" : "");
    printf(
        "\nA setting stands in the file given with --config (`http.listen = 127.0.0.1:8080`) or in"
        " the\nenvironment (BEDESTEN_HTTP_LISTEN).\n");
}

static void print_command_help(const struct command *c)
{
    printf("%s\n\nUsage: bedesten %s%s%s%s\n", c->summary, c->name, c->words ? " " : "",
           c->words ? c->words : "", c->options[0].name ? " [OPTIONS]" : "");
    if (c->options[0].name) printf("\nOptions:\n");
    for (const struct option *o = c->options; o->name; o++) {
        char shown[48];
        snprintf(shown, sizeof(shown), "--%s%s%s", o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        printf("  %-26s %s\n", shown, o->help);
    }
    printf("\nExamples:\n%s", c->examples);
}

static int usage(const char *what, const char *word, const char *hint)
{
    fprintf(stderr, "bedesten: %s '%s'; %s\n", what, word, hint);
    return EXIT_USAGE;
}

/* The command whose name is the first one or two words; *used says how many. */
static const struct command *find_command(int argc, char **argv, int *used)
{
    for (size_t i = 0; commands[i]; i++) {
        str name = str_from(commands[i]->name), first, second;
        bool has_two = str_split(name, ' ', &first, &second);
        if (!str_eq(str_from(argv[1]), first)) continue;
        if (has_two && (argc < 3 || !str_eq(str_from(argv[2]), second))) continue;
        *used = has_two ? 2 : 1;
        return commands[i];
    }
    return NULL;
}

/* True when the argument was an option; *taken counts what followed it. */
static bool read_option(struct arguments *a, const char *text, const char *next, int *taken,
                        const char **problem)
{
    *taken = 0;
    *problem = NULL;
    if (strncmp(text, "--", 2) != 0) return false;
    str name = str_from(text + 2), value = { 0 };
    bool has_value = str_split(name, '=', &name, &value);
    for (size_t i = 0; a->options[i].name; i++) {
        if (!str_eq(name, str_from(a->options[i].name))) continue;
        if (!a->options[i].value) {
            if (has_value) *problem = "takes no value";
            a->values[i] = "";
        } else if (has_value) {
            a->values[i] = value.at; /* ends where the argument ends */
        } else if (next) {
            a->values[i] = next;
            *taken = 1;
        } else {
            *problem = "needs a value";
        }
        return true;
    }
    *problem = "is not known";
    return true;
}

static bool load_settings(struct arguments *a, struct err *e)
{
    a->config = config_load(setting_keys, argument(a, "config"), e);
    if (!a->config) return false;
    for (size_t i = 0; a->options[i].name; i++)
        if (a->options[i].setting && a->values[i] &&
            !config_set(a->config, a->options[i].setting, str_from(a->values[i]), e))
            return false;
    return true;
}

static int run_command(const struct command *c, int argc, char **argv)
{
    struct arguments a = { .options = c->options };
    char hint[96];
    snprintf(hint, sizeof(hint), "see `bedesten %s --help`", c->name);
    for (int i = 0; i < argc; i++) {
        int taken;
        const char *problem;
        if (strcmp(argv[i], "--help") == 0) {
            print_command_help(c);
            return EXIT_DONE;
        }
        if (read_option(&a, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &taken, &problem)) {
            if (problem) {
                fprintf(stderr, "bedesten %s: option '%s' %s; %s\n", c->name, argv[i], problem,
                        hint);
                return EXIT_USAGE;
            }
            i += taken;
        } else if (a.word_count >= c->word_count) {
            return usage("unexpected word", argv[i], hint);
        } else {
            a.words[a.word_count++] = argv[i];
        }
    }
    if (a.word_count < c->word_count) return usage("missing", c->words, hint);
    struct err e = { 0 };
    int ended = load_settings(&a, &e) ? c->run(&a) : command_failed(&e);
    config_free(a.config);
    return ended;
}

int command_main(int argc, char **argv)
{
    int used = 0;
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help();
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("bedesten %s\n", BEDESTEN_VERSION);
        return EXIT_DONE;
    }
    const struct command *c = find_command(argc, argv, &used);
    if (!c) return usage("unknown command", argv[1], "`bedesten --help` lists them");
    return run_command(c, argc - 1 - used, argv + 1 + used);
}
