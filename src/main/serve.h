/*
 * serve.h: the whole product in one process: front end, scheduler, workers.
 */
#ifndef MAIN_SERVE_H
#define MAIN_SERVE_H

#include "main/command.h"

extern const struct command serve_command;

/* Blocks SIGINT, SIGTERM and SIGHUP in this thread and all started later; wait_for_stop() returns when
 * one of the first two came. A second one ends the process at once. */
void hold_signals(void);
void wait_for_stop(void);

#endif
