// What survives a warm restart: the mode, the counters and what is known about the run in progress.
//
// Everything else in the firmware starts from zero with each boot. Nothing here is a Python object.

#ifndef FIRMWARE_PORT_SESSION_H
#define FIRMWARE_PORT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "port/machine.h"

#define SESSION_TAG_MAX (32)

typedef enum {
    SESSION_REPL_FRIENDLY,
    SESSION_REPL_RAW,
    SESSION_MONITOR,
} session_mode_t;

typedef enum {
    STAGE_IDLE,     // in the monitor itself
    STAGE_MOUNT,
    STAGE_LOAD,
    STAGE_RUN,
    STAGE_RESTART,
} session_stage_t;

typedef struct _session_t {
    uint32_t magic;         // tells a warm restart from a cold start
    uint32_t orderly;       // set by session_restart(), so that any other way to the reset entry is noticed
    session_mode_t mode;
    bool in_fault;
    bool running;           // between the `begin` and the last frame of a run
    session_stage_t stage;
    uint32_t boots;
    uint32_t faults;
    uint32_t frames;
    const char *last_fault; // a constant in text
    // The command that is being answered.
    char tag[SESSION_TAG_MAX + 1];
    uint32_t seq;
    // Times of the run, in microseconds of the machine's clock.
    uint64_t begin_us;
    uint64_t loaded_us;
    uint32_t out_bytes;
    // Where the next command line of the script is, counted from the window's start; 0 when commands come from the console.
    volatile uint32_t script;
    // A command whose answer is an `ack` after the restart.
    bool ack_pending;
    bool real_time;         // this run's clock is the machine's
    bool reset_found;       // the reset entry was reached without an orderly restart
} session_t;

extern session_t session;

// First thing after a start, cold or warm.
void session_start(void);

// Back to the state after boot, in the mode that session.mode says.
MACHINE_NORETURN void session_restart(void);

const char *session_stage_name(void);

#endif // FIRMWARE_PORT_SESSION_H
