// Reset entry, vectors and warm restart of Cortex-M machines. The program runs on the process stack, handlers on the main
// stack: an overflow of the first can be reported on the second.

#include <string.h>

#include "cortex_m.h"
#include "port/machine.h"

#define EXC_RETURN_THREAD_PSP (0xfffffffd) // no floating-point context

extern char _data_load[], _data_start[], _data_end[], _bss_start[], _bss_end[], _trap_stack_top[];

void trap_entry(void);

__attribute__((naked, section(".text.start"))) void cortex_m_reset(void) {
    __asm volatile (
        "cpsid i\n"
        "ldr r0, =_trap_stack_top\n"
        "msr msp, r0\n"
        "ldr r0, =machine_stack_top\n"
        "msr psp, r0\n"
        "movs r0, #2\n" // process stack, privileged, no floating-point context
        "msr control, r0\n"
        "isb\n"
        "ldr r0, =cortex_m_start\n"
        "bx r0\n"
        );
}

MACHINE_NORETURN __attribute__((used)) void cortex_m_start(void) {
    memcpy(_data_start, _data_load, _data_end - _data_start);
    memset(_bss_start, 0, _bss_end - _bss_start);
    SCB_SHPR3 = 0x00ff0000; // PendSV, which reports a break, below everything
    cortex_m_faults_start();
    machine_init();
    port_main();
}

void machine_restart(void) {
    uint32_t exception;
    __asm volatile ("cpsid i");
    __asm volatile ("mrs %0, ipsr" : "=r" (exception));
    if (exception == 0) {
        cortex_m_reset();
    }
    if (!cortex_m_faults_end()) {
        machine_exit(71);
    }
    // Leave handler mode by returning to the reset entry through a frame made for it.
    volatile uint32_t *frame = (volatile uint32_t *)((uintptr_t)machine_stack_top - 32);
    for (int i = 0; i < 6; ++i) {
        frame[i] = 0;
    }
    frame[6] = (uint32_t)cortex_m_reset & ~1u;
    frame[7] = 1u << 24;
    __asm volatile (
        "msr psp, %0\n"
        "bx %1\n"
        : : "r" (frame), "r" (EXC_RETURN_THREAD_PSP) : "memory");
    __builtin_unreachable();
}

uint32_t machine_irq_disable(void) {
    uint32_t state;
    __asm volatile ("mrs %0, primask\ncpsid i" : "=r" (state) : : "memory");
    return state;
}

void machine_irq_restore(uint32_t state) {
    __asm volatile ("msr primask, %0" : : "r" (state) : "memory");
}

void machine_break(void) {
    SCB_ICSR = ICSR_PENDSVSET;
    __asm volatile ("dsb\nisb" : : : "memory");
}

static void interrupt_entry(void) {
    uint32_t exception;
    __asm volatile ("mrs %0, ipsr" : "=r" (exception));
    board_interrupts[(exception & 0x1ff) - 16]();
}

__attribute__((section(".vectors"), used)) static void *const vectors[16 + 32] = {
    _trap_stack_top,
    cortex_m_reset,
    [2 ... 15] = trap_entry,
    [16 ... 47] = interrupt_entry,
};
