// The commands that run, and what can be done with one.
#pragma once
#include "runner.h"

struct output_stream {
    int fd;          // -1 at its end
    uint32_t credit; // bytes the client has room for
    uint64_t limit, sent, total;
    uint64_t left;   // bytes still to read once the tree is gone; before that, no bound
};

// A command goes through these in order; FAILED comes instead of RUNNING and all that follows.
enum phase { FREE, STARTING, FAILED, RUNNING, ENDED /* descendants may live */, GONE /* output may be left */ };

struct command {
    enum phase phase;
    uint32_t id;
    pid_t supervisor; // 0 once it is gone
    pid_t pid;        // 0 until it runs
    int status_fd;
    bool orphaned;    // something killed the supervisor, and the tree has fallen to the runner

    int stdin_fd;     // -1 once closed
    uint8_t *stdin_data;
    size_t stdin_length;
    bool stdin_ending;
    struct output_stream out[2];

    uint64_t held_signals; // those that came before it ran, a bit each
    int64_t started, ended, deadline, killed, kill_again; // microseconds, monotonic; 0: not set
    bool timed_out, unkillable;
    int status; // as from wait()
};

extern struct command commands[MAX_COMMANDS];

int64_t now(void);
struct command *find_command(uint32_t id);

// Every frame a command puts by itself in one round of the event loop, output chunks aside, fits in this much.
enum { CONTROL_ROOM = 16 << 10 };

bool start_command(const struct frame *frame); // false: malformed
bool feed_stdin(struct command *command, const uint8_t *bytes, size_t length); // false: beyond the window
void close_stdin(struct command *command); // nobody reads it any more
void write_stdin(struct command *command);
bool wants_output(const struct output_stream *stream);
void read_output(struct command *command, int stream);
void read_status(struct command *command);
void send_signal(struct command *command, int signo);
void kill_command(struct command *command);
void tend_kills(void);   // deadlines, and trees that are being killed
int next_kill(void);     // milliseconds until tend_kills() has something to do, -1: nothing
void tend_endings(void); // tells the client what is finished
void kill_everything(void);
