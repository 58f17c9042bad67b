// What the files of a PC share: port access, trap frames, the memory map by attributes.

#ifndef FIRMWARE_PC_H
#define FIRMWARE_PC_H

#include <stddef.h>
#include <stdint.h>

#include "port/machine.h"

static inline void out8(uint16_t port, uint8_t value) {
    __asm volatile ("outb %0, %1" : : "a" (value), "Nd" (port));
}

static inline void out16(uint16_t port, uint16_t value) {
    __asm volatile ("outw %0, %1" : : "a" (value), "Nd" (port));
}

static inline void out32(uint16_t port, uint32_t value) {
    __asm volatile ("outl %0, %1" : : "a" (value), "Nd" (port));
}

static inline uint8_t in8(uint16_t port) {
    uint8_t value;
    __asm volatile ("inb %1, %0" : "=a" (value) : "Nd" (port));
    return value;
}

static inline uint16_t in16(uint16_t port) {
    uint16_t value;
    __asm volatile ("inw %1, %0" : "=a" (value) : "Nd" (port));
    return value;
}

static inline uint32_t in32(uint16_t port) {
    uint32_t value;
    __asm volatile ("inl %1, %0" : "=a" (value) : "Nd" (port));
    return value;
}

#define barrier() __asm volatile ("" : : : "memory")

// Vectors: the CPU's exceptions, the two interrupt controllers, and one for machine_break().
#define VECTOR_DIVIDE (0)
#define VECTOR_UNDEFINED (6)
#define VECTOR_DOUBLE_FAULT (8)
#define VECTOR_PROTECTION (13)
#define VECTOR_PAGE_FAULT (14)
#define VECTOR_ALIGNMENT (17)
#define VECTOR_IRQ (0x20)
#define VECTOR_BREAK (0x30)
#define VECTORS (0x31)

// What the stubs in start.S leave on the stack; n_regs and the names belong to the CPU width (cpu.h of the machine).
#include "cpu.h"

typedef struct _trap_frame_t {
    uintptr_t regs[CPU_REGS];   // in the order of pc_reg_names
    uintptr_t vector, error;
    uintptr_t pc, cs, flags;
    #if CPU_FRAME_HAS_SP
    uintptr_t sp, ss;
    #endif
} trap_frame_t;

extern const char *const pc_reg_names[CPU_REGS];

// Entry points of all vectors, in order.
extern const uintptr_t pc_stubs[VECTORS];

// Descriptor tables; once per start, because the CPU marks a task as busy in them.
void pc_descriptors(void);

// Reports the trap; `sp` is the interrupted stack pointer.
MACHINE_NORETURN void pc_trap(const trap_frame_t *frame, uintptr_t sp);

// From an IRQ stub, with the interrupt number; true when a break is to be reported for what was interrupted.
void pc_interrupt(const trap_frame_t *frame);

// Console: finds the device; handles its interrupt.
void console_init(void);
int console_irq(void);
void console_interrupt(void);

#endif // FIRMWARE_PC_H
