#include <string.h>

#include "py/builtin.h"
#include "py/cstack.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "shared/readline/readline.h"
#include "shared/runtime/gchelper.h"
#include "shared/runtime/pyexec.h"
#include "port/code.h"
#include "port/machine.h"
#include "port/monitor.h"
#include "port/run.h"
#include "port/rx.h"
#include "port/session.h"

// How much of the stack Python may use: what the unix port allows. Tests of deep recursion expect to meet a limit there.
#define STACK_LIMIT (40000 * (sizeof(void *) / 4))

// What a warm restart clears of the stack, from its top: Python's part and as much again. Below the caller's frame some is kept
// for what clears it.
#define STACK_CLEARED (2 * STACK_LIMIT)
#define STACK_IN_USE (1024)

#define SESSION_MAGIC (0x6d707963)
#define SESSION_ORDERLY (0x72737472)

MACHINE_NOINIT session_t session;

void session_start(void) {
    if (session.magic != SESSION_MAGIC) {
        memset(&session, 0, sizeof(session));
        session.magic = SESSION_MAGIC;
        session.mode = SESSION_REPL_FRIENDLY;
        rx_init();
    } else {
        session.reset_found = session.orderly != SESSION_ORDERLY;
        ++session.boots;
    }
    session.orderly = 0;
    session.in_fault = false;
}

// How far this boot used the heap.
static char *heap_used_end = machine_heap;

static void note_heap_used(void) {
    heap_used_end = MAX(heap_used_end, run_heap_used_end());
}

// Memory that start-up does not set is zero after a cold start. A program that reads it by mistake has to find the same after a
// warm one, or its verdict depends on what ran before it. After a fault nothing is known for sure, these variables included, and
// the harness takes a new machine.
static void clear_memory(void) {
    if (session.in_fault) {
        return;
    }
    note_heap_used();
    memset(machine_heap, 0, heap_used_end - machine_heap);
    // The stack pointer, about.
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t top = (uintptr_t)machine_stack_top;
    uintptr_t from = MAX((uintptr_t)machine_stack, top - STACK_CLEARED);
    if (from + STACK_IN_USE < here && here < top) {
        memset((void *)from, 0, here - STACK_IN_USE - from);
    }
}

void session_restart(void) {
    machine_irq_disable();
    clear_memory();
    session.running = false;
    session.stage = STAGE_RESTART;
    session.orderly = SESSION_ORDERLY;
    machine_restart();
}

const char *session_stage_name(void) {
    static const char *const names[] = { "idle", "mount", "load", "run", "restart" };
    return session.stage < MP_ARRAY_SIZE(names) ? names[session.stage] : "other";
}

// The REPL as every MicroPython has it; a soft reset is a warm restart in the same mode.
static MACHINE_NORETURN void repl_main(void) {
    pyexec_mode_kind = session.mode == SESSION_REPL_RAW ? PYEXEC_MODE_RAW_REPL : PYEXEC_MODE_FRIENDLY_REPL;
    vm_start(run_heap_default());
    readline_init0();
    for (;;) {
        int exit = pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? pyexec_raw_repl() : pyexec_friendly_repl();
        if (exit != 0) {
            break;
        }
    }
    mp_hal_stdout_tx_str("MPY: soft reboot\r\n");
    session.mode = pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? SESSION_REPL_RAW : SESSION_REPL_FRIENDLY;
    session_restart();
}

void port_main(void) {
    session_start();
    code_start();
    mp_cstack_init_with_top(machine_stack_top, STACK_LIMIT + MICROPY_STACK_CHECK_MARGIN);
    machine_irq_restore(0);
    if (session.reset_found) {
        machine_fault_t fault = { .kind = "reset" };
        fault_report(&fault);
    }
    if (session.mode == SESSION_MONITOR) {
        monitor_main();
    }
    repl_main();
}

void gc_collect(void) {
    ++gc_collect_count;
    note_heap_used(); // a sweep forgets it
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    code_gc_collect();
    gc_collect_end();
}

void nlr_jump_fail(void *val) {
    (void)val;
    machine_fault_t fault = { .kind = "nlr" };
    fault_report(&fault);
}

MACHINE_NORETURN void abort(void) {
    machine_fault_t fault = { .kind = "abort" };
    fault_report(&fault);
}

MACHINE_NORETURN void __assert_func(const char *file, int line, const char *function, const char *text) {
    (void)file;
    (void)line;
    (void)function;
    (void)text;
    abort();
}
