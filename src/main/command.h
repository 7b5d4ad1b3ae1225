/*
 * command.h: the command line: a table of commands, their options, and how they end.
 *
 * Exit     0 done; 1 refused, failed or found something wrong (the message says what); 2 the command
 *          line itself was wrong.
 */
#ifndef MAIN_COMMAND_H
#define MAIN_COMMAND_H

#include "base/config.h"
#include "base/err.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* An option of a command: "--store NAME"; without `value` it is a switch. */
struct option {
    const char *name;  /* "store"; NULL ends the list */
    const char *value; /* "NAME" for the help; NULL: a switch */
    const char *help;
    const char *setting; /* the settings key it overrides; NULL: only the command's own */
    bool is_needed;
};

struct arguments {
    const struct option *options;
    const char *values[32]; /* by the option's place; NULL: not given; "" for a switch */
    const char *words[8];   /* what is no option */
    size_t word_count;
    struct config *config;
};

struct command {
    const char *name;  /* "ledger verify" */
    const char *words; /* "SKU" for the help; NULL: none */
    size_t word_count; /* how many it needs */
    const char *summary;
    const char *examples; /* lines */
    const struct option *options;
    int (*run)(struct arguments *args);
};

extern const struct command *const commands[]; /* main.c; ends with NULL */

const char *argument(const struct arguments *a, const char *option); /* NULL: not given */
bool argument_is_set(const struct arguments *a, const char *option);

/* Prints the error as one line on stderr and returns EXIT_FAILED. */
int command_failed(const struct err *e);
/* The same for a value that the command line got wrong; returns EXIT_USAGE. */
int command_misused(const struct err *e);

int command_main(int argc, char **argv);

#endif
