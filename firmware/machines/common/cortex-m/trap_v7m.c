// Trap entry of ARMv7-M: faults have exceptions of their own and say what they were.
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
#define EXC_RETURN_NO_FP (1u << 4)
#define FP_WORDS (18)
#define PAGE (4096)

void cortex_m_faults_start(void) {
    SCB_CCR |= CCR_DIV_0_TRP;
    SCB_SHCSR |= SHCSR_FAULTS;
    #if defined(__ARM_FP)
    SCB_CPACR |= 0xfu << 20;
    #endif
    __asm volatile ("dsb\nisb");
}

bool cortex_m_faults_end(void) {
    if (!(SCB_ICSR & ICSR_RETTOBASE)) {
        return false;
    }
    #if defined(__ARM_FP)
    FPU_FPCCR &= ~FPCCR_LSPACT;
    #endif
    SCB_CFSR = SCB_CFSR;
    SCB_HFSR = SCB_HFSR;
    return true;
}

__attribute__((naked)) void trap_entry(void) {
    __asm volatile (
        "push {r4-r11}\n"
        "mov r0, sp\n"     // r4-r11
        "mov r1, lr\n"     // EXC_RETURN
        "b cortex_m_trap\n"
        );
}

static const char *name_cause(uint32_t exception, uint32_t cfsr, const machine_fault_t *fault) {
    if (exception == EXCEPTION_PENDSV) {
        return "break";
    }
    if (cfsr & (CFSR_MSTKERR | CFSR_STKERR)) {
        return "stack-overflow";
    }
    if (fault->has_address) {
        return cortex_m_name_access(fault->address);
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
    static const char *const cpu_names[] = { "exception", "cfsr", "hfsr", "mmfar", "bfar", "exc_return" };
    uint32_t exception, psp;
    __asm volatile ("mrs %0, ipsr" : "=r" (exception));
    __asm volatile ("mrs %0, psp" : "=r" (psp));
    uint32_t cfsr = SCB_CFSR;
    const cortex_m_frame_t *frame = (const cortex_m_frame_t *)(exc_return & EXC_RETURN_PSP ? psp : (uint32_t)(r4_r11 + 8));

    machine_fault_t fault = { .has_sp = true, .sp = (uint32_t)(frame + 1) };
    if (!(exc_return & EXC_RETURN_NO_FP)) {
        fault.sp += FP_WORDS * 4;
    }
    // Without a frame, because pushing it failed, pc and the rest are lost.
    if (cfsr & (CFSR_MSTKERR | CFSR_STKERR)) {
        frame = NULL;
    } else {
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
    fault.cpu_names = cpu_names;
    fault.cpu = cpu;
    fault.n_cpu = 6;
    cortex_m_report(&fault, r4_r11, frame);
}
