// Frames of the monitor protocol (docs/monitor.md 4): header, counted payload, line feed.
//
// A payload is built in a buffer that has room for the header before it and the line feed after it, so that a frame is one
// piece of memory and, as a rule, one write to the console.

#ifndef FIRMWARE_PORT_FRAME_H
#define FIRMWARE_PORT_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#define FRAME_HEADER_MAX (96)
#define FRAME_OUT_MAX (4096)
#define FRAME_RECORD_MAX (16384)

// From now on frames carry this tag; the sequence starts again.
void frame_answer(const char *tag);

// Sends `len` bytes at `payload`; FRAME_HEADER_MAX bytes before it and one after it are overwritten.
void frame_send(const char *kind, char *payload, size_t len);

// Program output: collected, sent when the buffer is full or on demand.
void frame_out(const char *data, size_t len);
void frame_out_flush(void);

// After a fault: completes a frame that was being sent. Returns the number of bytes of padding.
size_t frame_complete(void);

// True while a frame is on its way, so that a break has to wait; frame_send() reports it when it is done.
bool frame_busy(void);

// Plain bytes to the console, for the REPL.
void console_write(const char *data, size_t len);

#endif // FIRMWARE_PORT_FRAME_H
