// A supervisor stands between the runner and a command. It is the subreaper of everything the command starts, so a process
// that daemonises itself is still found below it, and it exits when none of them is left. gVisor before its issue 2323 was
// fixed (runsc of 2022) accepts PR_SET_CHILD_SUBREAPER and ignores it: there a daemon lives until the container ends.
#include "runner.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct failure {
    int step, error;
};

// Smaller than PIPE_BUF: written whole, or the reader is gone. A supervisor whose runner is gone has a tree to kill yet, and
// SIGTERM tells it so.
static void tell(int fd, const void *record, size_t size)
{
    if (write(fd, record, size) < 0) return;
}

// ---- the command ----

static _Noreturn void fail(int fd, enum step step)
{
    struct failure failure = { step, errno };
    tell(fd, &failure, sizeof failure);
    _exit(127);
}

static _Noreturn void become_command(const struct launch *launch, int failure_fd)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    for (int signo = 1; signo < NSIG; signo++) signal(signo, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(launch->in, 0);
    dup2(launch->out, 1);
    dup2(launch->err, 2);
    for (char **entry = launch->env; *entry; entry++) putenv(*entry);
    if (*launch->cwd && chdir(launch->cwd) < 0) fail(failure_fd, STEP_CHDIR);
    execvp(launch->argv[0], launch->argv);
    fail(failure_fd, STEP_EXEC);
}

// ---- the supervisor ----

// Starts the command. Returns its process id, or 0 after it reported why there is none.
static pid_t start(const struct launch *launch)
{
    int ends[2];
    struct failure failure = { STEP_FORK, 0 };
    pid_t command = pipe2(ends, O_CLOEXEC) < 0 ? -1 : fork();
    if (command == 0) become_command(launch, ends[1]);
    if (command < 0) {
        failure.error = errno;
    } else {
        close(ends[1]);
        ssize_t length; // end of file: exec closed the other end
        while ((length = read(ends[0], &failure, sizeof failure)) < 0 && errno == EINTR) {}
        if (length != (ssize_t)sizeof failure) {
            struct report report = { REPORT_STARTED, command, 0 };
            tell(launch->status, &report, sizeof report);
            return command;
        }
    }
    struct report report = { REPORT_FAILED, failure.error, failure.step };
    tell(launch->status, &report, sizeof report);
    return 0;
}

_Noreturn void supervise(const struct launch *launch)
{
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, SIGTERM);
    sigprocmask(SIG_SETMASK, &awaited, NULL);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != launch->runner) raise(SIGTERM); // it died before the line above

    pid_t command = start(launch);
    close(launch->in);
    close(launch->out);
    close(launch->err);

    bool abandoned = false; // the runner is gone: nobody else will kill the tree
    for (;;) {
        struct report ended = { .kind = REPORT_ENDED };
        bool has_ended = false;
        int status;
        pid_t child;
        while ((child = waitpid(-1, &status, WNOHANG)) > 0) {
            if (child != command) continue;
            has_ended = true;
            ended.value = status;
        }
        bool empty = child < 0;
        if (has_ended && !abandoned) {
            ended.detail = !empty;
            tell(launch->status, &ended, sizeof ended);
        }
        if (empty) _exit(0);
        if (abandoned) kill_below(getpid(), NULL, 0);
        const struct timespec tick = { .tv_nsec = 5 * 1000 * 1000 };
        int signo = abandoned ? sigtimedwait(&awaited, NULL, &tick) : sigwaitinfo(&awaited, NULL);
        if (signo == SIGTERM) abandoned = true;
    }
}
