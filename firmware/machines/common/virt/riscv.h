// Control and status registers of a RISC-V hart, as this firmware uses them. Everything runs in machine mode.
// Source: The RISC-V Instruction Set Manual, Volume II (20211203), 3.1 and 3.7.

#ifndef FIRMWARE_RISCV_H
#define FIRMWARE_RISCV_H

#include <stdint.h>

#define CSR_READ(name) \
    ({ uintptr_t value_; __asm volatile ("csrr %0, " #name : "=r" (value_)); value_; })
#define CSR_WRITE(name, value) __asm volatile ("csrw " #name ", %0" : : "r" ((uintptr_t)(value)) : "memory")
#define CSR_SET(name, bits) __asm volatile ("csrs " #name ", %0" : : "r" ((uintptr_t)(bits)) : "memory")

#define MSTATUS_MIE (1u << 3)
#define MIE_SOFTWARE (1u << 3)
#define MIE_TIMER (1u << 7)
#define MIE_EXTERNAL (1u << 11)

#define IRQ_SOFTWARE (3)
#define IRQ_TIMER (7)
#define IRQ_EXTERNAL (11)

// Reset entry, in assembler; also where a warm restart goes.
__attribute__((noreturn)) void _start(void);

void riscv_guard(void);

// The board's interrupts; each returns to what was interrupted.
void board_timer_interrupt(void);
void board_external_interrupt(void);
void board_software_interrupt_clear(void);

#endif // FIRMWARE_RISCV_H
