// Trap entry of ARMv6-M: there is one exception for all faults, and no register that tells which. What happened is read from
// the instruction that the program counter points to.
// Source: ARMv6-M Architecture Reference Manual (DDI 0419E), A5 (encodings) and B1.5.

#include <stddef.h>

#include "cortex_m.h"
#include "port/machine.h"

#define EXCEPTION_PENDSV (14)
#define EXC_RETURN_PSP (1u << 2)
#define EXC_RETURN_THREAD (1u << 3)
#define PSR_THUMB (1u << 24)
#define PSR_STACK_PADDED (1u << 9)
#define PAGE (4096)

extern char _code_start[], _code_end[];

// There is no memory protection unit; below the stack nothing is mapped.
const char machine_guards[] = "stack";

// What the CPU said when it entered the trap: a fault inside an interrupt handler does not return to the thread.
static uint32_t trap_exc_return;

void cortex_m_faults_start(void) {
    trap_exc_return = EXC_RETURN_THREAD;
    __asm volatile ("dsb\nisb");
}

bool cortex_m_faults_end(void) {
    return trap_exc_return & EXC_RETURN_THREAD;
}

__attribute__((naked)) void trap_entry(void) {
    __asm volatile (
        "mov r0, r8\n"
        "mov r1, r9\n"
        "mov r2, r10\n"
        "mov r3, r11\n"
        "push {r0-r3}\n"
        "push {r4-r7}\n"
        "mov r0, sp\n"     // r4-r11
        "mov r1, lr\n"     // EXC_RETURN
        "ldr r2, =cortex_m_trap\n"
        "bx r2\n"
        ".ltorg\n"
        );
}

static bool in(uint32_t addr, const char *start, const char *end) {
    return addr - (uint32_t)start < (uint32_t)(end - start);
}

typedef struct _access_t {
    bool is_access;
    uint32_t address;
    uint32_t size;
} access_t;

static access_t access_at(uint32_t pc, const uint32_t r[8], uint32_t sp) {
    uint32_t op = *(const uint16_t *)pc;
    uint32_t rn = r[op >> 3 & 7], offset = op >> 6 & 31;
    switch (op >> 11) {
        case 0x09: // ldr literal
            return (access_t) { true, (pc & ~3u) + 4 + (op & 0xff) * 4, 4 };
        case 0x0a:
        case 0x0b: { // register offset
            static const uint8_t sizes[] = { 4, 2, 1, 1, 4, 2, 1, 2 };
            return (access_t) { true, rn + r[op >> 6 & 7], sizes[op >> 9 & 7] };
        }
        case 0x0c:
        case 0x0d: // str, ldr
            return (access_t) { true, rn + offset * 4, 4 };
        case 0x0e:
        case 0x0f: // strb, ldrb
            return (access_t) { true, rn + offset, 1 };
        case 0x10:
        case 0x11: // strh, ldrh
            return (access_t) { true, rn + offset * 2, 2 };
        case 0x12:
        case 0x13: // str, ldr from sp
            return (access_t) { true, sp + (op & 0xff) * 4, 4 };
        case 0x18:
        case 0x19: // stm, ldm
            return (access_t) { true, r[op >> 8 & 7], 4 };
        default:
            break;
    }
    if ((op & 0xfe00) == 0xb400) { // push
        return (access_t) { true, sp - 4 * __builtin_popcount(op & 0x1ff), 4 };
    }
    if ((op & 0xfe00) == 0xbc00) { // pop
        return (access_t) { true, sp, 4 };
    }
    return (access_t) { false, 0, 0 };
}

static const char *name_cause(machine_fault_t *fault, const cortex_m_frame_t *frame, const uint32_t *r4_r11) {
    if (frame->pc < PAGE) {
        return "null-access";
    }
    bool has_code = in(frame->pc, machine_text, machine_text_end) || in(frame->pc, machine_exec, machine_exec_end);
    if (!(frame->psr & PSR_THUMB) || !has_code) {
        return "bad-jump";
    }
    uint32_t low[8];
    for (size_t i = 0; i < 4; ++i) {
        low[i] = frame->r0_r3[i];
        low[4 + i] = r4_r11[i];
    }
    // The CPU aligned its frame to 8 bytes; the instruction saw sp as it was before.
    access_t access = access_at(frame->pc, low, fault->sp + (frame->psr & PSR_STACK_PADDED ? 4 : 0));
    if (!access.is_access) {
        return "undefined";
    }
    fault->has_address = true;
    fault->address = access.address;
    return access.address % access.size != 0 ? "alignment" : cortex_m_name_access(access.address);
}

MACHINE_NORETURN __attribute__((used)) void cortex_m_trap(const uint32_t *r4_r11, uint32_t exc_return) {
    static const char *const cpu_names[] = { "exception", "exc_return" };
    uint32_t exception, psp;
    __asm volatile ("mrs %0, ipsr" : "=r" (exception));
    __asm volatile ("mrs %0, psp" : "=r" (psp));
    trap_exc_return = exc_return;
    const cortex_m_frame_t *frame = (const cortex_m_frame_t *)(exc_return & EXC_RETURN_PSP ? psp : (uint32_t)(r4_r11 + 8));
    machine_fault_t fault = { .has_sp = true, .sp = (uint32_t)(frame + 1) };
    if ((exc_return & EXC_RETURN_PSP) && !in(psp, machine_stack, machine_stack_top)) {
        // There is no frame: the place for it lies outside the stack.
        fault.kind = psp < (uint32_t)machine_stack ? "stack-overflow" : "bad-access";
        frame = NULL;
    } else {
        fault.has_pc = true;
        fault.pc = frame->pc;
        fault.kind = exception == EXCEPTION_PENDSV ? "break" : name_cause(&fault, frame, r4_r11);
    }
    const uintptr_t cpu[] = { exception, exc_return };
    fault.cpu_names = cpu_names;
    fault.cpu = cpu;
    fault.n_cpu = 2;
    cortex_m_report(&fault, r4_r11, frame);
}
