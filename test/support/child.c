#include "support/child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t child_start(int (*run)(void *context), void *context)
{
    pid_t pid = fork();
    if (pid < 0) abort();
    if (pid > 0) return pid;
    struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGABRT, SIG_DFL); /* cmocka's are for the parent */
    signal(SIGSEGV, SIG_DFL);
    if (!getenv("BEDESTEN_TEST_LOUD") && !freopen("/dev/null", "w", stderr)) _exit(99);
    _exit(run(context));
}

int child_end(pid_t pid)
{
    int status = 0;
    if (waitpid(pid, &status, 0) != pid) abort();
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
