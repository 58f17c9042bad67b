#include <string.h>

#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stream.h"
#include "extmod/misc.h"
#include "shared/timeutils/timeutils.h"
#include "port/frame.h"
#include "port/machine.h"
#include "port/rx.h"
#include "port/session.h"

/******************************************************************************/
// Console

// Program output goes into frames while the monitor rules, and straight to the console in the REPL.
static void tx(const char *str, size_t len) {
    if (session.mode == SESSION_MONITOR) {
        frame_out(str, len);
    } else {
        console_write(str, len);
    }
}

mp_uint_t mp_hal_stdout_tx_strn(const char *str, size_t len) {
    tx(str, len);
    #if MICROPY_PY_OS_DUPTERM
    mp_os_dupterm_tx_strn(str, len);
    #endif
    return len;
}

void mp_hal_stdout_tx_str(const char *str) {
    mp_hal_stdout_tx_strn(str, strlen(str));
}

void mp_hal_stdout_tx_strn_cooked(const char *str, size_t len) {
    if (session.mode == SESSION_MONITOR) {
        mp_hal_stdout_tx_strn(str, len);
        return;
    }
    while (len > 0) {
        const char *end = memchr(str, '\n', len);
        size_t n = end != NULL ? (size_t)(end - str) : len;
        if (n > 0) {
            mp_hal_stdout_tx_strn(str, n);
        }
        if (end != NULL) {
            mp_hal_stdout_tx_strn("\r\n", 2);
            ++n;
        }
        str += n;
        len -= n;
    }
}

int mp_hal_stdin_rx_chr(void) {
    for (;;) {
        int c = -1;
        if (session.mode != SESSION_MONITOR) {
            c = rx_get();
        }
        #if MICROPY_PY_OS_DUPTERM
        if (c < 0) {
            c = mp_os_dupterm_rx_chr();
        }
        #endif
        if (c >= 0) {
            return c;
        }
        if (session.mode == SESSION_MONITOR) {
            // The program's input is empty: what arrives now are commands.
            mp_raise_type(&mp_type_EOFError);
        }
        mp_event_wait_ms(1000);
    }
}

uintptr_t mp_hal_stdio_poll(uintptr_t poll_flags) {
    uintptr_t ret = poll_flags & MP_STREAM_POLL_WR;
    // At end of file reading does not block.
    if ((poll_flags & MP_STREAM_POLL_RD) && (session.mode == SESSION_MONITOR || rx_any())) {
        ret |= MP_STREAM_POLL_RD;
    }
    return ret;
}

/******************************************************************************/
// Time
//
// A program in a run waits for nothing but time: no device and no input can interrupt its sleep. So its clock is virtual as a
// rule: it goes forward by the length of each sleep, which need not happen, and by a little each time it is read. A program
// sees the same times in each run, however busy the host is.

#define VIRTUAL_START_US (1000000)
#define VIRTUAL_READ_US (50)

static uint64_t virtual_us = VIRTUAL_START_US;

static bool time_is_virtual(void) {
    return session.mode == SESSION_MONITOR && !session.real_time;
}

static uint64_t program_time_us(void) {
    if (time_is_virtual()) {
        return virtual_us += VIRTUAL_READ_US;
    }
    return machine_time_us();
}

uint64_t mp_hal_virtual_us(void) {
    return virtual_us - VIRTUAL_START_US;
}

mp_uint_t mp_hal_ticks_ms(void) {
    return program_time_us() / 1000;
}

mp_uint_t mp_hal_ticks_us(void) {
    return program_time_us();
}

mp_uint_t mp_hal_ticks_cpu(void) {
    return program_time_us();
}

// The machines have no calendar: time begins at this moment with each cold start.
#define EPOCH_START (1735689600ULL) // 2025-01-01 00:00:00 UTC

uint64_t mp_hal_time_ns(void) {
    return EPOCH_START * 1000000000ULL + program_time_us() * 1000;
}

// For FatFs: the current time in its packed form.
uint32_t get_fattime(void);
uint32_t get_fattime(void) {
    timeutils_struct_time_t tm;
    timeutils_seconds_since_epoch_to_struct_time(mp_hal_time_ns() / 1000000000, &tm);
    return (tm.tm_year - 1980) << 25 | tm.tm_mon << 21 | tm.tm_mday << 16 | tm.tm_hour << 11 | tm.tm_min << 5 | tm.tm_sec / 2;
}

static void wait_us(uint64_t us, bool bounded) {
    uint32_t state = machine_irq_disable();
    bool work = rx_any() && session.mode != SESSION_MONITOR;
    work = work || MP_STATE_VM(sched_state) == MP_SCHED_PENDING;
    if (!work && bounded && time_is_virtual()) {
        virtual_us += us;
    } else if (!work) {
        // Whoever reads along sees what has been printed so far.
        if (us > 1000 && session.mode == SESSION_MONITOR) {
            machine_irq_restore(state);
            frame_out_flush();
            state = machine_irq_disable();
        }
        machine_wait(us < 1000000 ? us : 1000000);
    }
    machine_irq_restore(state);
}

void mp_hal_wait_for_event(int timeout_ms) {
    wait_us(timeout_ms < 0 ? 1000000 : (uint64_t)timeout_ms * 1000, timeout_ms >= 0);
}

static void delay_until(uint64_t end) {
    for (;;) {
        mp_event_handle_nowait();
        uint64_t now = program_time_us();
        if (now >= end) {
            break;
        }
        wait_us(end - now, true);
    }
}

void mp_hal_delay_ms(mp_uint_t ms) {
    uint64_t end = program_time_us() + (uint64_t)ms * 1000;
    delay_until(end);
}

void mp_hal_delay_us(mp_uint_t us) {
    uint64_t end = program_time_us() + us;
    if (us > 1000 || time_is_virtual()) {
        delay_until(end);
    } else {
        while (program_time_us() < end) {
        }
    }
}

/******************************************************************************/
// Random numbers: the same sequence after each boot, so that a run can be repeated.

static uint64_t random_state = 0x9e3779b97f4a7c15ULL;

unsigned long mp_hal_random_seed(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state >> 32;
}
