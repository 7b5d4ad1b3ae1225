#include "main/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

static void print_error(const struct err *e)
{
    fprintf(stderr, "bedesten: %s\n", e->message[0] ? e->message : err_kind_name(e->kind));
}

int command_failed(const struct err *e)
{
    print_error(e);
    return EXIT_FAILED;
}

int command_misused(const struct err *e)
{
    print_error(e);
    return EXIT_USAGE;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
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

/* "user" names no command, but the beginning of some; false when it does not. */
static bool print_family(FILE *out, const char *word)
{
    bool has_any = false;
    for (size_t i = 0; commands[i]; i++) {
        str first, second;
        if (!str_split(str_from(commands[i]->name), ' ', &first, &second)) continue;
        if (!str_eq(str_from(word), first)) continue;
        if (!has_any) fprintf(out, "bedesten %s needs one of its commands:\n", word);
        fprintf(out, "  %-14s %s\n", commands[i]->name, commands[i]->summary);
        has_any = true;
    }
    return has_any;
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
        } else if (next && strncmp(next, "--", 2) != 0) {
            a->values[i] = next;
            *taken = 1;
        } else {
            *problem = "needs a value (one that begins with -- is written after a '=')";
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

/* The first option that must be given and is not; NULL when all are there. */
static const char *missing_option(const struct arguments *a)
{
    for (size_t i = 0; a->options[i].name; i++)
        if (a->options[i].is_needed && !a->values[i]) return a->options[i].name;
    return NULL;
}

static int refuse_option(const struct command *c, const char *option, const char *problem)
{
    const char *dashes = strncmp(option, "--", 2) == 0 ? "" : "--";
    fprintf(stderr, "bedesten %s: option '%s%s' %s; see `bedesten %s --help`\n", c->name, dashes,
            option, problem, c->name);
    return EXIT_USAGE;
}

static int refuse_word(const struct command *c, const char *what, const char *word)
{
    fprintf(stderr, "bedesten %s: %s '%s'; see `bedesten %s --help`\n", c->name, what, word,
            c->name);
    return EXIT_USAGE;
}

/* EXIT_DONE when the words and options are such as the command takes. */
static int read_arguments(const struct command *c, int argc, char **argv, struct arguments *a)
{
    for (int i = 0; i < argc; i++) {
        int taken;
        const char *problem;
        if (read_option(a, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &taken, &problem)) {
            if (problem) return refuse_option(c, argv[i], problem);
            i += taken;
        } else if (a->word_count >= c->word_count) {
            return refuse_word(c, "unexpected word", argv[i]);
        } else {
            a->words[a->word_count++] = argv[i];
        }
    }
    if (a->word_count < c->word_count) return refuse_word(c, "missing", c->words);
    const char *missing = missing_option(a);
    return missing ? refuse_option(c, missing, "is needed") : EXIT_DONE;
}

/* What did not reach its reader was not told: a full disk behind '>' is a failure. */
static int end_output(int ended)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return ended;
    fprintf(stderr, "bedesten: the output could not be written: %s\n", strerror(errno));
    return EXIT_FAILED;
}

static int run_command(const struct command *c, int argc, char **argv)
{
    struct arguments a = { .options = c->options };
    for (int i = 0; i < argc; i++) {
        if (!is_help(argv[i])) continue;
        print_command_help(c);
        return EXIT_DONE;
    }
    int ended = read_arguments(c, argc, argv, &a);
    if (ended != EXIT_DONE) return ended;
    struct err e = { 0 };
    ended = load_settings(&a, &e) ? c->run(&a) : command_failed(&e);
    config_free(a.config);
    return ended;
}

static int run_words(int argc, char **argv)
{
    int used = 0;
    if (argc < 2 || is_help(argv[1]) || strcmp(argv[1], "help") == 0) {
        print_help();
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("bedesten %s\n", BEDESTEN_VERSION);
        return EXIT_DONE;
    }
    const struct command *c = find_command(argc, argv, &used);
    if (c) return run_command(c, argc - 1 - used, argv + 1 + used);
    if (argc > 2 && is_help(argv[2]) && print_family(stdout, argv[1])) return EXIT_DONE;
    if (!print_family(stderr, argv[1]))
        fprintf(stderr, "bedesten: unknown command '%s'; `bedesten --help` lists them\n", argv[1]);
    return EXIT_USAGE;
}

int command_main(int argc, char **argv)
{
    return end_output(run_words(argc, argv));
}
