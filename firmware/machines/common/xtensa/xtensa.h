// Xtensa machines: what trap entries leave for C.

#ifndef FIRMWARE_MACHINES_XTENSA_H
#define FIRMWARE_MACHINES_XTENSA_H

#include <stdint.h>

#include "port/machine.h"

// The order in which trap.S stores it.
typedef struct _xtensa_frame_t {
    uint32_t a[16];
    uint32_t pc, ps, cause, vaddr, sar;
    uint32_t windowbase, windowstart; // 0 on a core without register windows
} xtensa_frame_t;

// Beside the CPU's own EXCCAUSE: the debug exception, which has a register of causes of its own.
#define CAUSE_DEBUG (0x100)

MACHINE_NORETURN void xtensa_start(void);
MACHINE_NORETURN void xtensa_trap(const xtensa_frame_t *frame);

// For a trap inside a trap handler; `pc` is where.
MACHINE_NORETURN void xtensa_double(const xtensa_frame_t *frame, uint32_t pc);

// A pending interrupt. Returns whether the interrupted code is to be reported as broken.
bool xtensa_interrupt(void);

#endif // FIRMWARE_MACHINES_XTENSA_H
