// Names the cause of a trap and hands over to the port.
// Source: Xtensa Instruction Set Architecture Reference Manual, 4.4.1.5 (table of exception causes).

#include <string.h>

#include "xtensa.h"

#define CAUSE_ILLEGAL (0)
#define CAUSE_SYSCALL (1)
#define CAUSE_FETCH_ERROR (2)
#define CAUSE_LOAD_STORE_ERROR (3)
#define CAUSE_DIVIDE (6)
#define CAUSE_ALIGNMENT (9)
#define CAUSE_FETCH_BUS_DATA (12)
#define CAUSE_LOAD_STORE_BUS_DATA (13)
#define CAUSE_FETCH_BUS_ADDRESS (14)
#define CAUSE_LOAD_STORE_BUS_ADDRESS (15)
#define CAUSE_FETCH_PROHIBITED (20)
#define CAUSE_LOAD_PROHIBITED (28)
#define CAUSE_STORE_PROHIBITED (29)

#define NULL_END (4096)
#define STACK_GUARD (64 * 1024)

// A store to the core's code or to the artifacts passes: a region's attributes cannot say "read only".
const char machine_guards[] = "null,stack,noexec,divide";

static bool in_stack_guard(uint32_t addr) {
    return addr - ((uint32_t)machine_stack - STACK_GUARD) < STACK_GUARD;
}

// The compiler's library divides by zero with an illegal instruction that this mark follows.
static bool is_division(uint32_t pc) {
    return pc >= (uint32_t)machine_text && pc < (uint32_t)machine_text_end && memcmp((const char *)pc + 3, "DIV0", 4) == 0;
}

static const char *name_access(uint32_t addr, const char *otherwise) {
    if (addr < NULL_END) {
        return "null-access";
    }
    return in_stack_guard(addr) ? "stack-overflow" : otherwise;
}

static const char *name_cause(const xtensa_frame_t *frame) {
    switch (frame->cause) {
        case CAUSE_SYSCALL:
            return "break";
        case CAUSE_ILLEGAL:
            return is_division(frame->pc) ? "divide" : "undefined";
        // Compilers make the instruction BREAK for what must not be reached.
        case CAUSE_DEBUG:
            return "undefined";
        case CAUSE_DIVIDE:
            return "divide";
        case CAUSE_ALIGNMENT:
            return "alignment";
        case CAUSE_FETCH_ERROR:
        case CAUSE_FETCH_BUS_DATA:
        case CAUSE_FETCH_BUS_ADDRESS:
        case CAUSE_FETCH_PROHIBITED:
            return name_access(frame->pc, "bad-jump");
        case CAUSE_LOAD_STORE_ERROR:
        case CAUSE_LOAD_STORE_BUS_DATA:
        case CAUSE_LOAD_STORE_BUS_ADDRESS:
        case CAUSE_LOAD_PROHIBITED:
        case CAUSE_STORE_PROHIBITED:
            return name_access(frame->vaddr, "bad-access");
        default:
            return "trap";
    }
}

static bool has_address(uint32_t cause) {
    return cause == CAUSE_LOAD_STORE_ERROR || cause == CAUSE_ALIGNMENT || cause == CAUSE_LOAD_STORE_BUS_DATA ||
        cause == CAUSE_LOAD_STORE_BUS_ADDRESS || cause == CAUSE_LOAD_PROHIBITED || cause == CAUSE_STORE_PROHIBITED;
}

void xtensa_trap(const xtensa_frame_t *frame) {
    static const char *const reg_names[] = {
        "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "sar",
    };
    static const char *const cpu_names[] = { "exccause", "excvaddr", "ps", "windowbase", "windowstart" };
    uintptr_t regs[17];
    for (int i = 0; i < 16; ++i) {
        regs[i] = frame->a[i];
    }
    regs[16] = frame->sar;
    uintptr_t cpu[] = { frame->cause, frame->vaddr, frame->ps, frame->windowbase, frame->windowstart };
    machine_fault_t fault = {
        .kind = name_cause(frame),
        .has_pc = true, .pc = frame->pc,
        .has_sp = true, .sp = frame->a[1],
        .has_address = has_address(frame->cause), .address = frame->vaddr,
        .reg_names = reg_names, .regs = regs, .n_regs = 17,
        .cpu_names = cpu_names, .cpu = cpu, .n_cpu = 5,
    };
    fault_report(&fault);
}

void xtensa_double(const xtensa_frame_t *frame, uint32_t pc) {
    (void)frame;
    fault_report_double(pc);
}
