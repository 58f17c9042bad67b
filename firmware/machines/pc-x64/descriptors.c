// Segments and gates of the 64-bit PC. Exceptions run on stacks of their own: one for double faults, one for all others, so
// that an overflow of the main stack, and a fault in the report of a fault, can be reported.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, 6.14 and 7.7.

#include "pc.h"

#define SELECTOR_CODE (8)
#define SELECTOR_TSS (24)
#define TYPE_INTERRUPT_GATE (0x8e)
#define TYPE_TSS (0x89)
#define STACK_TRAP (1)
#define STACK_DOUBLE_FAULT (2)
#define TRAP_STACK_SIZE (16384)

typedef struct __attribute__((packed)) _tss_t {
    uint32_t reserved;
    uint64_t rsp[3], reserved2, ist[7], reserved3;
    uint16_t reserved4, io_map;
} tss_t;

typedef struct _gate_t {
    uint16_t offset_0, selector;
    uint8_t stack, type;
    uint16_t offset_16;
    uint32_t offset_32, reserved;
} gate_t;

static uint64_t gdt[5];
static gate_t idt[VECTORS];
static tss_t tss;
static uint8_t trap_stacks[2][TRAP_STACK_SIZE] __attribute__((aligned(16)));

const char *const pc_reg_names[CPU_REGS] = {
    "r15", "r14", "r13", "r12", "r11", "r10", "r9", "r8", "rbp", "rdi", "rsi", "rdx", "rcx", "rbx", "rax",
};

static gate_t gate(uintptr_t offset, uint8_t stack) {
    return (gate_t) { offset, SELECTOR_CODE, stack, TYPE_INTERRUPT_GATE, offset >> 16, offset >> 32, 0 };
}

static void load(const void *table, size_t size, bool interrupts) {
    struct __attribute__((packed)) {
        uint16_t limit;
        uint64_t base;
    } pointer = { size - 1, (uintptr_t)table };
    if (interrupts) {
        __asm volatile ("lidt %0" : : "m" (pointer));
    } else {
        __asm volatile ("lgdt %0" : : "m" (pointer));
    }
}

void pc_descriptors(void) {
    uint64_t base = (uintptr_t)&tss;
    gdt[1] = 0x00af9b000000ffff;
    gdt[2] = 0x00cf93000000ffff;
    gdt[3] = (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56 | (uint64_t)TYPE_TSS << 40 | (sizeof(tss_t) - 1);
    gdt[4] = base >> 32;
    tss.ist[STACK_TRAP - 1] = (uintptr_t)trap_stacks[0] + TRAP_STACK_SIZE;
    tss.ist[STACK_DOUBLE_FAULT - 1] = (uintptr_t)trap_stacks[1] + TRAP_STACK_SIZE;
    tss.io_map = sizeof(tss_t);
    for (int i = 0; i < VECTORS; ++i) {
        bool exception = i < VECTOR_IRQ || i == VECTOR_BREAK;
        idt[i] = gate(pc_stubs[i], i == VECTOR_DOUBLE_FAULT ? STACK_DOUBLE_FAULT : exception ? STACK_TRAP : 0);
    }
    load(gdt, sizeof(gdt), false);
    load(idt, sizeof(idt), true);
    __asm volatile ("ltr %w0" : : "r" (SELECTOR_TSS));
}
