// Traps: interrupts go to the board and return, everything else is reported.
// Source of the causes: The RISC-V Instruction Set Manual, Volume II (20211203), 3.1.15.

#include <stddef.h>

#include "port/machine.h"
#include "riscv.h"

#define CAUSE_INTERRUPT ((uintptr_t)1 << (__riscv_xlen - 1))
#define CAUSE_FETCH_MISALIGNED (0)
#define CAUSE_FETCH (1)
#define CAUSE_ILLEGAL (2)
#define CAUSE_BREAKPOINT (3)
#define CAUSE_LOAD_MISALIGNED (4)
#define CAUSE_LOAD (5)
#define CAUSE_STORE_MISALIGNED (6)
#define CAUSE_STORE (7)

#define N_REGS (32)
#define REG_SP (2)
#define PAGE (4096)

extern char _code_start[], _code_end[], _stack_guard[];

static bool in(uintptr_t addr, const char *start, const char *end) {
    return addr - (uintptr_t)start < (uintptr_t)(end - start);
}

static const char *name_access(uintptr_t addr) {
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

static MACHINE_NORETURN void report(const uintptr_t *regs, const char *kind) {
    static const char *const reg_names[N_REGS] = {
        "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3",
        "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
    };
    static const char *const cpu_names[] = { "mcause", "mtval", "mstatus" };
    const uintptr_t cpu[] = { CSR_READ(mcause), CSR_READ(mtval), CSR_READ(mstatus) };
    machine_fault_t fault = {
        .kind = kind, .has_pc = true, .pc = CSR_READ(mepc), .has_sp = true, .sp = regs[REG_SP],
        // Register 0 is nothing that happened.
        .reg_names = reg_names + 1, .regs = regs + 1, .n_regs = N_REGS - 1,
        .cpu_names = cpu_names, .cpu = cpu, .n_cpu = sizeof(cpu) / sizeof(cpu[0]),
    };
    uintptr_t cause = cpu[0], address = cpu[1];
    switch (cause) {
        case CAUSE_FETCH_MISALIGNED:
            fault.kind = "bad-jump";
            break;
        case CAUSE_FETCH:
            fault.kind = address < PAGE ? "null-access" : "bad-jump";
            break;
        case CAUSE_ILLEGAL:
        case CAUSE_BREAKPOINT: // there is no debugger: nothing defined has this effect here
            fault.kind = "undefined";
            break;
        case CAUSE_LOAD_MISALIGNED:
        case CAUSE_STORE_MISALIGNED:
            fault.kind = "alignment";
            fault.has_address = true;
            break;
        case CAUSE_LOAD:
        case CAUSE_STORE:
            fault.kind = name_access(address);
            fault.has_address = true;
            break;
    }
    fault.address = address;
    fault_report(&fault);
}

// From the trap entry, on the trap stack: `regs` are x0 to x31. Returns for interrupts only.
__attribute__((used)) void riscv_trap(const uintptr_t *regs) {
    uintptr_t cause = CSR_READ(mcause);
    switch (cause) {
        case CAUSE_INTERRUPT | IRQ_TIMER:
            board_timer_interrupt();
            break;
        case CAUSE_INTERRUPT | IRQ_EXTERNAL:
            board_external_interrupt();
            break;
        case CAUSE_INTERRUPT | IRQ_SOFTWARE:
            board_software_interrupt_clear();
            report(regs, "break");
        default:
            report(regs, "trap");
    }
}

void machine_restart(void) {
    // The trap's own state is in CSRs that the reset entry sets anew: nothing remembers that a trap was entered.
    _start();
}

uint32_t machine_irq_disable(void) {
    uintptr_t state;
    __asm volatile ("csrrci %0, mstatus, %1" : "=r" (state) : "i" (MSTATUS_MIE) : "memory");
    return !(state & MSTATUS_MIE);
}

void machine_irq_restore(uint32_t state) {
    if (state == 0) {
        CSR_SET(mstatus, MSTATUS_MIE);
    } else {
        __asm volatile ("csrci mstatus, %0" : : "i" (MSTATUS_MIE) : "memory");
    }
}
