// The event loop: frames in, frames out, and nothing in it ever blocks on a command.
#include "command.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static _Noreturn void finish(int code, const char *reason)
{
    if (reason) fprintf(stderr, "runner: %s\n", reason);
    kill_everything();
    _exit(code);
}

static _Noreturn void malformed(const char *what)
{
    finish(70, what);
}

// ---- frames from the client ----

static void credit(const struct frame *frame, struct command *c)
{
    struct cursor at = payload_of(frame);
    uint64_t stream = take_number(&at, 1), bytes = take_number(&at, 4);
    if (!fully_read(&at) || stream < 1 || stream > 2) malformed("malformed CREDIT");
    if (!c) return;
    if (bytes > WINDOW - c->out[stream - 1].credit) malformed("CREDIT beyond the window");
    c->out[stream - 1].credit += (uint32_t)bytes;
}

static void discard(const struct frame *frame, struct command *c)
{
    struct cursor at = payload_of(frame);
    uint64_t stream = take_number(&at, 1);
    if (!fully_read(&at) || stream < 1 || stream > 2) malformed("malformed DISCARD");
    if (c) c->out[stream - 1].limit = 0;
}

static void signal_command(const struct frame *frame, struct command *c)
{
    struct cursor at = payload_of(frame);
    uint64_t signo = take_number(&at, 1);
    if (!fully_read(&at) || signo < 1 || signo > 64) malformed("malformed SIGNAL");
    if (c) send_signal(c, (int)signo);
}

// Frames for a command that is not there any more are on time: its EXIT crossed them.
static void handle(const struct frame *frame)
{
    struct command *c = find_command(frame->id);
    switch (frame->type) {
    case START:
        if (!start_command(frame)) malformed("malformed START");
        break;
    case STDIN:
        if (c && !feed_stdin(c, frame->payload, frame->length)) malformed("STDIN beyond its credit or its end");
        break;
    case STDIN_CLOSE:
        if (frame->length) malformed("malformed STDIN_CLOSE");
        if (c) c->stdin_ending = true;
        break;
    case SEND_SIGNAL: signal_command(frame, c); break;
    case CREDIT: credit(frame, c); break;
    case DISCARD: discard(frame, c); break;
    case PING:
        if (frame->length) malformed("malformed PING");
        put_frame(PONG, 0, NULL, 0);
        break;
    default: malformed("frame of unknown type");
    }
}

static void handle_frames(void)
{
    struct frame frame;
    // Half of the room is for what the commands themselves have to say in the same round.
    while (output_room() >= 2 * CONTROL_ROOM) {
        enum parse parse = next_frame(&frame);
        if (parse == FRAME_BAD) malformed("frame too long");
        if (parse == FRAME_NONE) return;
        handle(&frame);
    }
}

// ---- the loop ----

enum { SOURCE_STATUS, SOURCE_STDIN, SOURCE_OUTPUT }; // SOURCE_OUTPUT + stream

struct source {
    struct command *command; // NULL: the client
    int kind;
};

static struct pollfd fds[2 + 4 * MAX_COMMANDS];
static struct source sources[2 + 4 * MAX_COMMANDS];
static nfds_t watched;

static void watch(int fd, short events, struct command *command, int kind)
{
    fds[watched] = (struct pollfd){ fd, events, 0 };
    sources[watched++] = (struct source){ command, kind };
}

static bool has_room(void)
{
    return output_room() >= CONTROL_ROOM;
}

static void watch_all(void)
{
    static int first; // another command each round: when room is short, all get their turn
    watched = 0;
    watch(STDIN_FILENO, has_room() ? POLLIN : 0, NULL, 0);
    watch(STDOUT_FILENO, output_waits() ? POLLOUT : 0, NULL, 0);
    if (!has_room()) return; // everything waits for the client, but deadlines and killing
    first = (first + 1) % MAX_COMMANDS;
    for (int i = 0; i < MAX_COMMANDS; i++) {
        struct command *c = &commands[(first + i) % MAX_COMMANDS];
        if (c->phase == FREE) continue;
        if (c->status_fd >= 0) watch(c->status_fd, POLLIN, c, SOURCE_STATUS);
        if (c->stdin_fd >= 0) watch(c->stdin_fd, c->stdin_length || c->stdin_ending ? POLLOUT : 0, c, SOURCE_STDIN);
        for (int s = 0; s < 2; s++)
            if (wants_output(&c->out[s])) watch(c->out[s].fd, POLLIN, c, SOURCE_OUTPUT + s);
    }
}

static void handle_source(const struct source *source, short events)
{
    struct command *c = source->command;
    if (c->phase == FREE) return; // since its status was read
    if (source->kind == SOURCE_STATUS) read_status(c);
    else if (source->kind == SOURCE_STDIN && c->stdin_fd < 0) return; // likewise
    else if (source->kind == SOURCE_STDIN && events & POLLERR) close_stdin(c);
    else if (source->kind == SOURCE_STDIN) write_stdin(c);
    else if (wants_output(&c->out[source->kind - SOURCE_OUTPUT])) read_output(c, source->kind - SOURCE_OUTPUT);
}

static void prepare(void)
{
    while (open("/dev/null", O_RDWR) <= STDERR_FILENO) {} // 0 to 2 are never a command's pipe
    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++) close(fd); // nothing inherited reaches a command (CVE-2024-21626)
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL); // ignored, it would take the exit statuses away
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) finish(71, "this kernel has no child subreapers");
    prctl(PR_SET_DUMPABLE, 0); // commands have the same user and may not trace us; execve sets it again for them
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
}

int run_serve(void)
{
    prepare();
    uint8_t version[4], *at = version;
    put_number(&at, PROTOCOL_VERSION, sizeof version);
    put_frame(HELLO, 0, version, sizeof version);
    for (;;) {
        handle_frames();
        tend_kills();
        if (has_room()) tend_endings();
        if (!send_output()) finish(0, NULL);
        watch_all();
        if (poll(fds, watched, next_kill()) < 0 && errno != EINTR) finish(71, strerror(errno));
        if (fds[1].revents & (POLLERR | POLLHUP)) finish(0, NULL);
        if (fds[0].revents && receive() == INPUT_ENDED) finish(0, NULL);
        for (nfds_t i = 2; i < watched; i++)
            if (fds[i].revents) handle_source(&sources[i], fds[i].revents);
    }
}
