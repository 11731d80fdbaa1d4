#include "command.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    KILL_TICK_MS = 5,
    KILL_PATIENCE_S = 10,
    SPARE_FDS = 8, // scanning /proc needs some, whatever the commands hold
};

struct command commands[MAX_COMMANDS];

int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

struct command *find_command(uint32_t id)
{
    for (struct command *c = commands; c < commands + MAX_COMMANDS; c++)
        if (c->phase != FREE && c->id == id) return c;
    return NULL;
}

static struct command *free_command(void)
{
    for (struct command *c = commands; c < commands + MAX_COMMANDS; c++)
        if (c->phase == FREE) return c;
    return NULL;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

static void close_all(struct command *c)
{
    close_fd(&c->status_fd);
    close_fd(&c->stdin_fd);
    close_fd(&c->out[0].fd);
    close_fd(&c->out[1].fd);
}

static void release(struct command *c)
{
    close_all(c);
    free(c->stdin_data);
    *c = (struct command){ .phase = FREE };
}

// ---- starting ----

static void refuse(uint32_t id, enum step step, int error)
{
    uint8_t payload[100], *at = payload;
    const char *text = strerror(error);
    size_t length = strnlen(text, sizeof payload - 5);
    put_number(&at, step, 1);
    put_number(&at, (uint32_t)error, 4);
    memcpy(at, text, length);
    put_frame(START_FAILED, id, payload, 5 + length);
}

// A pipe whose `mine` end (0 reads, 1 writes) does not block.
static bool open_pipe(int mine, int *my_end, int *other_end)
{
    int ends[2];
    struct rlimit limit;
    if (pipe2(ends, O_CLOEXEC) < 0) return false;
    *my_end = ends[mine];
    *other_end = ends[!mine];
    fcntl(*my_end, F_SETFL, O_NONBLOCK);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && (rlim_t)ends[1] + SPARE_FDS >= limit.rlim_cur) {
        errno = EMFILE;
        return false;
    }
    return true;
}

// In the new process: lets go of everything that belongs to the runner or to another command.
static void forget_others(int null_fd)
{
    for (struct command *c = commands; c < commands + MAX_COMMANDS; c++)
        if (c->phase != FREE) close_all(c);
    for (int fd = 0; fd <= 2; fd++) dup2(null_fd, fd);
}

static bool spawn(struct command *c, struct launch *launch, bool wants_stdin)
{
    launch->in = launch->out = launch->err = launch->status = -1;
    launch->runner = getpid();
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool ready = null_fd >= 0 && open_pipe(0, &c->status_fd, &launch->status) &&
                 open_pipe(0, &c->out[0].fd, &launch->out) && open_pipe(0, &c->out[1].fd, &launch->err);
    if (ready && wants_stdin) {
        ready = open_pipe(1, &c->stdin_fd, &launch->in) && (c->stdin_data = malloc(WINDOW));
    } else if (ready) {
        launch->in = fcntl(null_fd, F_DUPFD_CLOEXEC, 3);
        ready = launch->in >= 0;
    }
    c->supervisor = ready ? fork() : -1;
    if (c->supervisor == 0) {
        forget_others(null_fd);
        supervise(launch);
    }
    int error = errno;
    close_fd(&null_fd);
    close_fd(&launch->in);
    close_fd(&launch->out);
    close_fd(&launch->err);
    close_fd(&launch->status);
    errno = error;
    return c->supervisor > 0;
}

// The strings stay where they are, in the frame.
static char **take_strings(struct cursor *c, uint32_t count)
{
    if (c->bad || count > MAX_PAYLOAD) return NULL;
    char **strings = calloc(count + 1, sizeof *strings);
    for (uint32_t i = 0; strings && i < count; i++) strings[i] = take_string(c);
    return strings;
}

bool start_command(const struct frame *frame)
{
    struct cursor at = payload_of(frame);
    uint64_t timeout_ms = take_number(&at, 8), limit = take_number(&at, 8);
    bool wants_stdin = take_number(&at, 1);
    uint32_t argc = (uint32_t)take_number(&at, 4), envc = (uint32_t)take_number(&at, 4);
    struct launch launch = { .cwd = take_string(&at) };
    launch.argv = take_strings(&at, argc);
    launch.env = take_strings(&at, envc);
    bool valid = argc > 0 && launch.argv && launch.env && fully_read(&at) && !find_command(frame->id);
    for (uint32_t i = 0; valid && i < envc; i++) valid = strchr(launch.env[i], '=') != NULL;

    struct command *c = valid ? free_command() : NULL;
    if (valid && !c) refuse(frame->id, STEP_LIMIT, EAGAIN);
    if (c) {
        *c = (struct command){ .phase = STARTING, .id = frame->id, .status_fd = -1, .stdin_fd = -1, .started = now() };
        // A year is as good as for ever, and cannot overflow.
        const uint64_t year_ms = UINT64_C(366) * 24 * 3600 * 1000;
        if (timeout_ms > 0 && timeout_ms < year_ms) c->deadline = c->started + (int64_t)timeout_ms * 1000;
        for (int i = 0; i < 2; i++) {
            c->out[i] = (struct output_stream){ .fd = -1, .credit = WINDOW, .limit = limit, .left = UINT64_MAX };
        }
        if (!spawn(c, &launch, wants_stdin)) {
            refuse(c->id, STEP_FORK, errno);
            release(c);
        }
    }
    free(launch.argv);
    free(launch.env);
    return valid;
}

// ---- streams ----

static void put_count(enum frame_type type, uint32_t id, uint64_t count)
{
    uint8_t payload[4], *at = payload;
    put_number(&at, count, 4);
    put_frame(type, id, payload, sizeof payload);
}

bool feed_stdin(struct command *c, const uint8_t *bytes, size_t length)
{
    if (c->stdin_fd < 0) return true; // closed while these were on their way
    if (c->stdin_ending || length > WINDOW - c->stdin_length) return false;
    memcpy(c->stdin_data + c->stdin_length, bytes, length);
    c->stdin_length += length;
    return true;
}

void close_stdin(struct command *c)
{
    close_fd(&c->stdin_fd);
    put_frame(STDIN_CLOSED, c->id, NULL, 0);
}

void write_stdin(struct command *c)
{
    if (c->stdin_length > 0) {
        ssize_t length = write(c->stdin_fd, c->stdin_data, c->stdin_length);
        if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (length < 0) {
            close_stdin(c);
            return;
        }
        c->stdin_length -= (size_t)length;
        memmove(c->stdin_data, c->stdin_data + length, c->stdin_length);
        put_count(STDIN_CREDIT, c->id, (uint64_t)length);
    }
    if (c->stdin_ending && c->stdin_length == 0) close_fd(&c->stdin_fd);
}

static bool drops(const struct output_stream *stream)
{
    return stream->sent >= stream->limit;
}

bool wants_output(const struct output_stream *stream)
{
    bool can_send = stream->credit > 0 && output_room() >= FRAME_HEADER + MAX_CHUNK + CONTROL_ROOM;
    return stream->fd >= 0 && (drops(stream) || can_send);
}

void read_output(struct command *c, int i)
{
    static uint8_t dropped[MAX_CHUNK];
    struct output_stream *stream = &c->out[i];
    bool drop = drops(stream);
    uint64_t most = stream->left < MAX_CHUNK ? stream->left : MAX_CHUNK;
    if (!drop && most > stream->credit) most = stream->credit;
    if (!drop && most > stream->limit - stream->sent) most = stream->limit - stream->sent;
    ssize_t length = read(stream->fd, drop ? dropped : chunk_space(), most);
    if (length < 0) return;
    if (length > 0 && !drop) {
        stream->sent += (uint64_t)length;
        stream->credit -= (uint32_t)length;
        put_chunk(i == 0 ? STDOUT : STDERR, c->id, (size_t)length);
    }
    stream->total += (uint64_t)length;
    stream->left -= (uint64_t)length;
    if (length == 0 || stream->left == 0) close_fd(&stream->fd);
}

// ---- ending ----

void kill_command(struct command *c)
{
    if (!c->killed) c->killed = now();
}

void send_signal(struct command *c, int signo)
{
    if (signo == SIGKILL) kill_command(c);
    else if (c->phase == STARTING) c->held_signals |= UINT64_C(1) << (signo - 1);
    else if (c->phase == RUNNING) kill(-c->pid, signo); // the command leads a process group, as under a terminal
}

// What is in the pipes now is the tree's output. A process of another tree may have got hold of the other ends, and goes on.
static void tree_gone(struct command *c)
{
    c->phase = GONE;
    for (int i = 0; i < 2; i++) {
        int left = 0;
        if (c->out[i].fd < 0) continue;
        ioctl(c->out[i].fd, FIONREAD, &left);
        c->out[i].left = (uint64_t)left;
        if (left == 0) close_fd(&c->out[i].fd);
    }
}

static void supervisor_gone(struct command *c)
{
    int status = 0;
    while (waitpid(c->supervisor, &status, 0) < 0 && errno == EINTR) {}
    c->supervisor = 0;
    close_fd(&c->status_fd);
    bool exited = WIFEXITED(status);
    if (exited && c->phase == FAILED) {
        release(c);
    } else if (exited && c->phase == ENDED) {
        tree_gone(c);
    } else {
        if (c->phase != ENDED) c->status = SIGKILL, c->ended = now();
        c->phase = ENDED;
        c->orphaned = true;
        kill_command(c);
    }
}

void read_status(struct command *c)
{
    struct report report;
    ssize_t length = read(c->status_fd, &report, sizeof report);
    if (length < 0) return;
    if (length != (ssize_t)sizeof report) {
        supervisor_gone(c);
    } else if (report.kind == REPORT_STARTED) {
        c->phase = RUNNING;
        c->pid = report.value;
        for (int signo = 1; signo <= 64; signo++)
            if (c->held_signals >> (signo - 1) & 1) send_signal(c, signo);
    } else if (report.kind == REPORT_FAILED) {
        c->phase = FAILED;
        close_fd(&c->stdin_fd); // nobody reads it: nothing more is to be said of this command
        refuse(c->id, (enum step)report.detail, report.value);
    } else {
        c->phase = ENDED;
        c->status = report.value;
        c->ended = now();
        if (report.detail) kill_command(c); // nothing outlives its command
    }
}

static void put_exit(struct command *c)
{
    uint8_t payload[30], *at = payload;
    put_number(&at, WIFEXITED(c->status) ? (uint32_t)WEXITSTATUS(c->status) : UINT32_MAX, 4);
    put_number(&at, WIFSIGNALED(c->status) ? (uint32_t)WTERMSIG(c->status) : 0, 1);
    put_number(&at, c->timed_out, 1);
    put_number(&at, (uint64_t)(c->ended - c->started), 8);
    put_number(&at, c->out[0].total, 8);
    put_number(&at, c->out[1].total, 8);
    put_frame(EXIT, c->id, payload, sizeof payload);
}

static size_t supervisors(pid_t *pids)
{
    size_t count = 0;
    for (struct command *c = commands; c < commands + MAX_COMMANDS; c++)
        if (c->supervisor > 0) pids[count++] = c->supervisor;
    return count;
}

// Orphans are the runner's own children. Two empty scans make it unlikely enough that one was born during the first.
static void kill_orphans(void)
{
    static int empty_scans;
    pid_t spared[MAX_COMMANDS];
    bool any = false;
    for (struct command *c = commands; c < commands + MAX_COMMANDS; c++) any = any || (c->orphaned && c->phase == ENDED);
    if (!any) return;
    empty_scans = kill_below(getpid(), spared, supervisors(spared)) == 0 ? empty_scans + 1 : 0;
    if (empty_scans < 2) return;
    empty_scans = 0;
    for (struct command *c = commands; c < commands + MAX_COMMANDS; c++)
        if (c->orphaned && c->phase == ENDED) tree_gone(c);
}

void tend_kills(void)
{
    int64_t time = now();
    for (struct command *c = commands; c < commands + MAX_COMMANDS; c++) {
        if (c->phase == FREE || c->phase == GONE) continue;
        if (c->deadline && time >= c->deadline && !c->ended && !c->killed) {
            c->timed_out = true;
            kill_command(c);
        }
        if (c->killed && c->supervisor && time >= c->kill_again) {
            kill(c->supervisor, SIGCONT); // the command may have stopped it
            kill_below(c->supervisor, NULL, 0);
            c->kill_again = now() + KILL_TICK_MS * 1000;
        }
    }
    kill_orphans();
}

void tend_endings(void)
{
    int64_t time = now();
    for (struct command *c = commands; c < commands + MAX_COMMANDS; c++) {
        if (c->phase == GONE && c->out[0].fd < 0 && c->out[1].fd < 0) {
            put_exit(c);
            release(c);
        } else if (c->killed && c->phase != GONE && !c->unkillable && time - c->killed > KILL_PATIENCE_S * INT64_C(1000000)) {
            c->unkillable = true;
            put_frame(UNKILLABLE, c->id, NULL, 0);
        }
    }
}

int next_kill(void)
{
    int64_t wait = INT64_MAX, time = now();
    for (struct command *c = commands; c < commands + MAX_COMMANDS; c++) {
        if (c->killed && c->phase != FREE && c->phase != GONE) return KILL_TICK_MS;
        if (c->phase != FREE && c->deadline && !c->killed && !c->ended && c->deadline - time < wait) wait = c->deadline - time;
    }
    if (wait == INT64_MAX) return -1;
    return wait <= 0 ? 0 : wait > INT64_C(3600000000) ? 3600000 : (int)(wait / 1000 + 1);
}

void kill_everything(void)
{
    for (int64_t end = now() + KILL_PATIENCE_S * INT64_C(1000000); now() < end;) {
        kill_below(getpid(), NULL, 0);
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
        if (waitpid(-1, NULL, WNOHANG) < 0) return;
        usleep(KILL_TICK_MS * 1000);
    }
}
