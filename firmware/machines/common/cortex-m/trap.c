// Trap entry of Cortex-M machines: collects the registers, names the cause, hands over to the port.
// Source of the status bits: ARMv7-M Architecture Reference Manual (DDI 0403E), B3.2.15.

#include <stddef.h>

#include "cortex_m.h"
#include "port/machine.h"

#define CFSR_IACCVIOL   (1u << 0)
#define CFSR_DACCVIOL   (1u << 1)
#define CFSR_MSTKERR    (1u << 4)
#define CFSR_MMARVALID  (1u << 7)
#define CFSR_IBUSERR    (1u << 8)
#define CFSR_STKERR     (1u << 12)
#define CFSR_BFARVALID  (1u << 15)
#define CFSR_UNDEFINSTR (1u << 16)
#define CFSR_INVSTATE   (1u << 17)
#define CFSR_INVPC      (1u << 18)
#define CFSR_NOCP       (1u << 19)
#define CFSR_UNALIGNED  (1u << 24)
#define CFSR_DIVBYZERO  (1u << 25)

#define EXCEPTION_PENDSV (14)
#define EXC_RETURN_PSP (1u << 2)
#define FRAME_WORDS (8)
#define PAGE (4096)

extern char _code_start[], _code_end[], _stack_guard[];

// What the CPU pushes: r0-r3, r12, lr, pc, psr.
typedef struct _frame_t {
    uint32_t r0_r3[4], r12, lr, pc, psr;
} frame_t;

__attribute__((naked)) void trap_entry(void) {
    __asm volatile (
        "push {r4-r11}\n"
        "mov r0, sp\n"     // r4-r11
        "mov r1, lr\n"     // EXC_RETURN
        "b cortex_m_trap\n"
        );
}

static bool in(uint32_t addr, const char *start, const char *end) {
    return addr - (uint32_t)start < (uint32_t)(end - start);
}

static const char *name_access(uint32_t addr) {
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

static const char *name_cause(uint32_t exception, uint32_t cfsr, const machine_fault_t *fault) {
    if (exception == EXCEPTION_PENDSV) {
        return "break";
    }
    if (cfsr & (CFSR_MSTKERR | CFSR_STKERR)) {
        return "stack-overflow";
    }
    if (fault->has_address) {
        return name_access(fault->address);
    }
    if (cfsr & (CFSR_IACCVIOL | CFSR_IBUSERR | CFSR_INVSTATE | CFSR_INVPC)) {
        return fault->has_pc && fault->pc < PAGE ? "null-access" : "bad-jump";
    }
    if (cfsr & (CFSR_UNDEFINSTR | CFSR_NOCP)) {
        return "undefined";
    }
    if (cfsr & CFSR_DIVBYZERO) {
        return "divide";
    }
    if (cfsr & CFSR_UNALIGNED) {
        return "alignment";
    }
    return "trap";
}

MACHINE_NORETURN __attribute__((used)) void cortex_m_trap(const uint32_t *r4_r11, uint32_t exc_return) {
    static const char *const reg_names[] = {
        "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "psr",
    };
    static const char *const cpu_names[] = { "exception", "cfsr", "hfsr", "mmfar", "bfar", "exc_return" };
    uint32_t exception, psp;
    __asm volatile ("mrs %0, ipsr" : "=r" (exception));
    __asm volatile ("mrs %0, psp" : "=r" (psp));
    uint32_t cfsr = SCB_CFSR;
    const frame_t *frame = (const frame_t *)(exc_return & EXC_RETURN_PSP ? psp : (uint32_t)(r4_r11 + 8));

    machine_fault_t fault = { .has_sp = true };
    fault.sp = (uint32_t)frame + FRAME_WORDS * 4;
    uintptr_t regs[15] = { 0 };
    for (size_t i = 0; i < 8; ++i) {
        regs[4 + i] = r4_r11[i];
    }
    // Without a frame, because pushing it failed, pc and the rest are lost.
    if (!(cfsr & (CFSR_MSTKERR | CFSR_STKERR))) {
        for (size_t i = 0; i < 4; ++i) {
            regs[i] = frame->r0_r3[i];
        }
        regs[12] = frame->r12;
        regs[13] = frame->lr;
        regs[14] = frame->psr;
        fault.has_pc = true;
        fault.pc = frame->pc;
    }
    if (cfsr & CFSR_MMARVALID) {
        fault.has_address = true;
        fault.address = SCB_MMFAR;
    } else if (cfsr & CFSR_BFARVALID) {
        fault.has_address = true;
        fault.address = SCB_BFAR;
    }
    uintptr_t cpu[] = { exception, cfsr, SCB_HFSR, SCB_MMFAR, SCB_BFAR, exc_return };
    fault.kind = name_cause(exception, cfsr, &fault);
    fault.reg_names = reg_names;
    fault.regs = regs;
    fault.n_regs = 15;
    fault.cpu_names = cpu_names;
    fault.cpu = cpu;
    fault.n_cpu = 6;
    fault_report(&fault);
}
