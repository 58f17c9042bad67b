// Names the cause of a trap and hands over to the port.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, 6.15 (exceptions) and 4.7 (page faults).

#include "pc.h"

#define PF_PRESENT (1u << 0)
#define PF_WRITE (1u << 1)
#define PF_FETCH (1u << 4)
#define NULL_END (0x200000)

extern char _stack_guard[];

const char machine_guards[] = "null,text,stack,artifacts,noexec,divide";

static bool in(uintptr_t addr, const char *start, const char *end) {
    return addr >= (uintptr_t)start && addr < (uintptr_t)end;
}

static const char *name_page_fault(uintptr_t addr, uintptr_t error) {
    if (addr < NULL_END) {
        return "null-access";
    }
    if (in(addr, _stack_guard, machine_stack)) {
        return "stack-overflow";
    }
    if (error & PF_FETCH) {
        return "bad-jump";
    }
    if ((error & PF_PRESENT) && (error & PF_WRITE)) {
        return "write-to-code";
    }
    return "bad-access";
}

static const char *name_cause(uintptr_t vector, uintptr_t sp) {
    switch (vector) {
        case VECTOR_BREAK:
            return "break";
        case VECTOR_DIVIDE:
            return "divide";
        case VECTOR_UNDEFINED:
            return "undefined";
        case VECTOR_ALIGNMENT:
            return "alignment";
        case VECTOR_PROTECTION:
            return "bad-access";
        case VECTOR_DOUBLE_FAULT:
            return in(sp, _stack_guard, machine_stack + 256) ? "stack-overflow" : "trap";
        default:
            return "trap";
    }
}

void pc_trap(const trap_frame_t *frame, uintptr_t sp) {
    static const char *const cpu_names[] = { "vector", "error", "cr2", "flags" };
    uintptr_t cr2;
    __asm volatile ("mov %%cr2, %0" : "=r" (cr2));
    uintptr_t cpu[] = { frame->vector, frame->error, cr2, frame->flags };
    machine_fault_t fault = {
        .has_pc = true, .pc = frame->pc,
        .has_sp = true, .sp = sp,
        .reg_names = pc_reg_names, .regs = frame->regs, .n_regs = CPU_REGS,
        .cpu_names = cpu_names, .cpu = cpu, .n_cpu = 4,
    };
    if (frame->vector == VECTOR_PAGE_FAULT) {
        fault.has_address = true;
        fault.address = cr2;
        fault.kind = name_page_fault(cr2, frame->error);
    } else {
        fault.kind = name_cause(frame->vector, sp);
    }
    fault_report(&fault);
}
