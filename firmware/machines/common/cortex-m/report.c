// What the trap entries of both Cortex-M architectures have in common: registers and the names of places.

#include <stddef.h>

#include "cortex_m.h"
#include "port/machine.h"

#define PAGE (4096)
#define N_REGS (15)
#define PSR_STACK_PADDED (1u << 9)

extern char _code_start[], _code_end[], _stack_guard[];

static bool in(uint32_t addr, const char *start, const char *end) {
    return addr - (uint32_t)start < (uint32_t)(end - start);
}

const char *cortex_m_name_access(uint32_t addr) {
    if (addr < PAGE) {
        return "null-access";
    }
    if (in(addr, _stack_guard, machine_stack)) {
        return "stack-overflow";
    }
    if (in(addr, _code_start, _code_end) || in(addr, machine_window, machine_window_end)) {
        return "write-to-code";
    }
    return "bad-access";
}

void cortex_m_report(machine_fault_t *fault, const uint32_t *r4_r11, const cortex_m_frame_t *frame) {
    static const char *const reg_names[N_REGS] = {
        "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "psr",
    };
    uintptr_t regs[N_REGS] = { 0 };
    for (size_t i = 0; i < 8; ++i) {
        regs[4 + i] = r4_r11[i];
    }
    if (frame != NULL) {
        for (size_t i = 0; i < 4; ++i) {
            regs[i] = frame->r0_r3[i];
        }
        regs[12] = frame->r12;
        regs[13] = frame->lr;
        regs[14] = frame->psr;
        // The CPU aligns the frame to 8 bytes.
        fault->sp += frame->psr & PSR_STACK_PADDED ? 4 : 0;
    }
    fault->reg_names = reg_names;
    fault->regs = regs;
    fault->n_regs = N_REGS;
    fault_report(fault);
}
