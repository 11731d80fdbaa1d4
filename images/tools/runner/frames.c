#include "runner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// ---- payloads ----

struct cursor payload_of(const struct frame *frame)
{
    return (struct cursor){ frame->payload, frame->payload + frame->length, false };
}

uint64_t take_number(struct cursor *c, size_t bytes)
{
    if (c->bad || (size_t)(c->end - c->at) < bytes) {
        c->bad = true;
        return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) value |= (uint64_t)c->at[i] << (8 * i);
    c->at += bytes;
    return value;
}

char *take_string(struct cursor *c)
{
    const uint8_t *end = c->bad ? NULL : memchr(c->at, '\0', (size_t)(c->end - c->at));
    if (!end) {
        c->bad = true;
        return NULL;
    }
    char *string = (char *)c->at;
    c->at = end + 1;
    return string;
}

bool fully_read(const struct cursor *c)
{
    return !c->bad && c->at == c->end;
}

void put_number(uint8_t **at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) *(*at)++ = (uint8_t)(value >> (8 * i));
}

// ---- input ----

static uint8_t input[FRAME_HEADER + MAX_PAYLOAD];
static size_t input_length, input_used;

enum input receive(void)
{
    memmove(input, input + input_used, input_length - input_used);
    input_length -= input_used;
    input_used = 0;
    if (input_length == sizeof input) return INPUT_OPEN; // frames wait for room in the output
    ssize_t length = read(STDIN_FILENO, input + input_length, sizeof input - input_length);
    if (length > 0) input_length += (size_t)length;
    else if (length == 0 || (errno != EAGAIN && errno != EINTR)) return INPUT_ENDED;
    return INPUT_OPEN;
}

// The frame's payload is valid until the next call of `receive`.
enum parse next_frame(struct frame *frame)
{
    size_t available = input_length - input_used;
    if (available < FRAME_HEADER) return FRAME_NONE;
    struct cursor header = { input + input_used, input + input_used + FRAME_HEADER, false };
    frame->type = (uint8_t)take_number(&header, 1);
    frame->id = (uint32_t)take_number(&header, 4);
    frame->length = (uint32_t)take_number(&header, 4);
    frame->payload = header.end;
    if (frame->length > MAX_PAYLOAD) return FRAME_BAD;
    if (available < FRAME_HEADER + frame->length) return FRAME_NONE;
    input_used += FRAME_HEADER + frame->length;
    return FRAME_READY;
}

// ---- output ----

static uint8_t output[256 << 10];
static size_t output_length;

size_t output_room(void)
{
    return sizeof output - output_length;
}

bool output_waits(void)
{
    return output_length > 0;
}

uint8_t *chunk_space(void)
{
    return output + output_length + FRAME_HEADER;
}

void put_chunk(enum frame_type type, uint32_t id, size_t length)
{
    uint8_t *at = output + output_length;
    put_number(&at, type, 1);
    put_number(&at, id, 4);
    put_number(&at, length, 4);
    output_length += FRAME_HEADER + length;
}

void put_frame(enum frame_type type, uint32_t id, const void *payload, size_t length)
{
    if (FRAME_HEADER + length > output_room()) abort(); // a caller forgot to look
    if (length) memcpy(chunk_space(), payload, length);
    put_chunk(type, id, length);
}

bool send_output(void)
{
    while (output_length > 0) {
        ssize_t length = write(STDOUT_FILENO, output, output_length);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return errno == EAGAIN;
        output_length -= (size_t)length;
        memmove(output, output + length, output_length);
    }
    return true;
}
