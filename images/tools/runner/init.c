// PID 1: collects orphans, and ends the container when asked to.
#include "runner.h"
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int run_init(void)
{
    if (getpid() != 1) {
        fputs("runner: init must be process 1 of a container: it ends by killing every process it sees\n", stderr);
        return 64;
    }
    signal(SIGCHLD, SIG_DFL);
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, SIGTERM);
    sigprocmask(SIG_SETMASK, &awaited, NULL);
    for (;;) {
        if (sigwaitinfo(&awaited, NULL) == SIGTERM) {
            kill(-1, SIGKILL);
            return 0;
        }
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
    }
}
