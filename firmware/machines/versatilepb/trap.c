// Faults and interrupts of an ARMv6 in Arm state.
// Source: ARM1176JZ-S Technical Reference Manual (DDI 0333H), 3.2.17 to 3.2.20 (fault status and address).

#include <stddef.h>

#include "port/machine.h"
#include "versatilepb.h"

#define EXCEPTION_UNDEFINED (1)
#define EXCEPTION_PREFETCH (3)
#define EXCEPTION_DATA (4)
#define PSR_I (1u << 7)
#define STATUS_ALIGNMENT (1)
#define STATUS_MASK (0x40f)
#define N_REGS (15)
#define PAGE (4096)

#define CP15(name, place) static uint32_t name(void) { \
        uint32_t value; \
        __asm volatile ("mrc p15, 0, %0, " place : "=r" (value)); \
        return value; \
}
CP15(data_status, "c5, c0, 0")
CP15(prefetch_status, "c5, c0, 1")
CP15(data_address, "c6, c0, 0")

extern char _code_start[], _code_end[], _stack_guard[];
MACHINE_NORETURN void _start(void);

const char machine_guards[] = "null,text,stack,artifacts,noexec";

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

static MACHINE_NORETURN void report(const saved_t *saved, uint32_t psr, uint32_t exception, const char *kind) {
    static const char *const reg_names[N_REGS] = {
        "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "psr",
    };
    static const char *const cpu_names[] = { "exception", "dfsr", "dfar", "ifsr" };
    uintptr_t regs[N_REGS];
    for (size_t i = 0; i < 13; ++i) {
        regs[i] = saved->r0_r12[i];
    }
    regs[13] = saved->lr;
    regs[14] = psr;
    const uintptr_t cpu[] = { exception, data_status(), data_address(), prefetch_status() };
    machine_fault_t fault = {
        .kind = kind, .has_pc = true, .pc = saved->pc, .has_sp = true, .sp = saved->sp,
        .reg_names = reg_names, .regs = regs, .n_regs = N_REGS,
        .cpu_names = cpu_names, .cpu = cpu, .n_cpu = sizeof(cpu) / sizeof(cpu[0]),
    };
    if (exception == EXCEPTION_DATA) {
        fault.has_address = true;
        fault.address = data_address();
        fault.kind = (data_status() & STATUS_MASK) == STATUS_ALIGNMENT ? "alignment" : name_access(fault.address);
    } else if (exception == EXCEPTION_PREFETCH) {
        fault.kind = saved->pc < PAGE ? "null-access" : "bad-jump";
    } else if (exception == EXCEPTION_UNDEFINED) {
        fault.kind = "undefined";
    }
    fault_report(&fault);
}

MACHINE_NORETURN __attribute__((used)) void arm_fault(const saved_t *saved, uint32_t psr, uint32_t exception) {
    report(saved, psr, exception, "trap");
}

__attribute__((used)) void arm_interrupt(const saved_t *saved, uint32_t psr, uint32_t exception) {
    if (board_interrupt()) {
        report(saved, psr, exception, "break");
    }
}

void machine_restart(void) {
    // The entry sets the mode and all stacks: nothing remembers that an exception was entered.
    _start();
}

uint32_t machine_irq_disable(void) {
    uint32_t state;
    __asm volatile ("mrs %0, cpsr\ncpsid i" : "=r" (state) : : "memory");
    return state & PSR_I;
}

void machine_irq_restore(uint32_t state) {
    if (state & PSR_I) {
        __asm volatile ("cpsid i" : : : "memory");
    } else {
        __asm volatile ("cpsie i" : : : "memory");
    }
}
