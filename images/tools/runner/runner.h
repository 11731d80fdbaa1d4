// The runner: starts, feeds, limits and kills commands inside a command container. Linux and libc only, linked statically,
// because it is mounted into images of every kind.
//   main.c       the two modes
//   init.c       `runner init`: PID 1 of the container
//   serve.c      `runner serve`: the event loop between the client and the commands
//   frames.c     the binary frames on stdin and stdout
//   supervise.c  the process above each command, and the command's own first steps
//   kill.c       finding and killing a process tree
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// ---- frames: u8 type, u32 id, u32 length, then the payload; numbers are little-endian ----

enum {
    PROTOCOL_VERSION = 1,
    FRAME_HEADER = 9,
    MAX_PAYLOAD = 1 << 20,  // holds a START with long arguments; the kernel's own limit for them is 2 MiB
    MAX_CHUNK = 64 << 10,   // output bytes a frame; the size of a pipe
    WINDOW = 256 << 10,     // bytes a stream may be ahead of its reader
    MAX_COMMANDS = 64,
};

enum frame_type {
    // client to runner
    START = 1,         // u64 timeout ms (0: none), u64 output limit, u8 wants stdin, u32 argc, u32 envc, cwd, argv, env as C strings
    STDIN = 2,         // bytes, at most the credit
    STDIN_CLOSE = 3,
    SEND_SIGNAL = 4,   // u8 Linux signal number; SIGKILL ends the tree
    CREDIT = 5,        // u8 stream (1: stdout, 2: stderr), u32 bytes the reader took
    DISCARD = 6,       // u8 stream: nobody reads it any more
    PING = 7,
    // runner to client
    HELLO = 64,        // u32 version
    START_FAILED = 65, // u8 enum step, u32 errno, text
    STDOUT = 66,
    STDERR = 67,
    STDIN_CREDIT = 68, // u32 bytes the command's stdin took
    STDIN_CLOSED = 69, // the command closed its stdin
    EXIT = 70,         // i32 exit code or -1, u8 signal or 0, u8 timed out, u64 microseconds, u64 stdout bytes, u64 stderr bytes
    UNKILLABLE = 71,   // processes of the tree survived SIGKILL: the container has to go
    PONG = 72,
};

enum step { STEP_LIMIT = 1, STEP_FORK = 2, STEP_CHDIR = 3, STEP_EXEC = 4 };

struct frame {
    uint8_t type;
    uint32_t id;
    const uint8_t *payload;
    uint32_t length;
};

// Reads a payload's fields in order. `bad` is set for good once one is missing.
struct cursor {
    const uint8_t *at, *end;
    bool bad;
};
struct cursor payload_of(const struct frame *frame);
uint64_t take_number(struct cursor *c, size_t bytes);
char *take_string(struct cursor *c);
bool fully_read(const struct cursor *c);

enum input { INPUT_OPEN, INPUT_ENDED };
enum input receive(void);
enum parse { FRAME_NONE, FRAME_READY, FRAME_BAD };
enum parse next_frame(struct frame *frame);

// Output waits in one bounded buffer. Callers check `output_room` before they put.
size_t output_room(void);
bool output_waits(void);
void put_frame(enum frame_type type, uint32_t id, const void *payload, size_t length);
void put_number(uint8_t **at, uint64_t value, size_t bytes);
uint8_t *chunk_space(void);
void put_chunk(enum frame_type type, uint32_t id, size_t length); // what was written to chunk_space()
bool send_output(void); // false when the client is gone

// ---- supervisors ----

// What a supervisor writes to its status pipe. End of file on that pipe means that the supervisor is gone.
struct report {
    enum { REPORT_STARTED, REPORT_FAILED, REPORT_ENDED } kind;
    int value;  // process id, errno, wait status
    int detail; // failed: enum step; ended: whether descendants are left
};

struct launch {
    char **argv, **env;
    const char *cwd;           // empty: the runner's own
    int in, out, err, status;  // the command's ends of the pipes, and the supervisor's
    pid_t runner;
};
_Noreturn void supervise(const struct launch *launch);

// ---- killing ----

// Stops, then kills every process below `root`, once. Returns how many there were, zombies included, -1 when /proc cannot be read.
// Subtrees whose top is in `spared` are left alone.
int kill_below(pid_t root, const pid_t *spared, size_t spared_count);

// ---- modes ----

int run_init(void);
int run_serve(void);
