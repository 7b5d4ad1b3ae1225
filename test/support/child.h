/*
 * child.h: a piece of a test in a process of its own, to be killed, limited or aborted.
 *
 * Memory   the child is a copy of the test without its threads; it ends in _exit().
 */
#ifndef SUPPORT_CHILD_H
#define SUPPORT_CHILD_H

#include <sys/types.h>

/* Forks; the child runs `run`, silent, without a core file, and exits with what that returns. */
pid_t child_start(int (*run)(void *context), void *context);
/* Waits for its end; gives the exit code, or minus the signal. */
int child_end(pid_t pid);

#endif
