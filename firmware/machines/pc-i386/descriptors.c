// Segments, tasks and gates of the 32-bit PC. A page fault or a double fault switches to a task of its own, because without a
// change of privilege the CPU would use the stack that has just overflowed.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, 3.4.5, 6.11 and 7.2.

#include <string.h>

#include "pc.h"

#define SELECTOR_CODE (8)
#define SELECTOR_DATA (16)
#define SELECTOR_MAIN (24)
#define SELECTOR_PAGE_FAULT (32)
#define SELECTOR_DOUBLE_FAULT (40)
#define TYPE_INTERRUPT_GATE (0x8e)
#define TYPE_TASK_GATE (0x85)
#define TYPE_TSS (0x89)
#define TRAP_STACK_SIZE (16384)

typedef struct _tss_t {
    uint32_t link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
    uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t es, cs, ss, ds, fs, gs, ldt, io_map;
} tss_t;

static uint64_t gdt[6] __attribute__((aligned(8)));
static uint64_t idt[VECTORS] __attribute__((aligned(8)));
static tss_t tss_main, tss_page_fault, tss_double_fault;
static uint8_t trap_stacks[2][TRAP_STACK_SIZE] __attribute__((aligned(16)));

void pc_task_page_fault(void);
void pc_task_double_fault(void);

const char *const pc_reg_names[CPU_REGS] = { "edi", "esi", "ebp", "esp", "ebx", "edx", "ecx", "eax" };

static uint64_t tss_descriptor(const tss_t *tss) {
    uint64_t base = (uintptr_t)tss;
    return (base & 0xffffff) << 16 | base >> 24 << 56 | (uint64_t)TYPE_TSS << 40 | (sizeof(tss_t) - 1);
}

static uint64_t gate(uint32_t selector, uint32_t offset, uint8_t type) {
    return (uint64_t)(offset >> 16) << 48 | (uint64_t)type << 40 | (uint64_t)selector << 16 | (offset & 0xffff);
}

static void task_init(tss_t *tss, void (*entry)(void), uint8_t *stack) {
    memset(tss, 0, sizeof(*tss));
    __asm volatile ("mov %%cr3, %0" : "=r" (tss->cr3));
    tss->eip = (uintptr_t)entry;
    tss->eflags = 2;
    tss->esp = (uintptr_t)stack + TRAP_STACK_SIZE;
    tss->cs = SELECTOR_CODE;
    tss->es = tss->ss = tss->ds = tss->fs = tss->gs = SELECTOR_DATA;
    tss->io_map = sizeof(tss_t) << 16;
}

static void load(const char *table, size_t size, bool interrupts) {
    struct __attribute__((packed)) {
        uint16_t limit;
        uint32_t base;
    } pointer = { size - 1, (uintptr_t)table };
    if (interrupts) {
        __asm volatile ("lidt %0" : : "m" (pointer));
    } else {
        __asm volatile ("lgdt %0" : : "m" (pointer));
    }
}

void pc_descriptors(void) {
    gdt[1] = 0x00cf9b000000ffff;
    gdt[2] = 0x00cf93000000ffff;
    gdt[3] = tss_descriptor(&tss_main);
    gdt[4] = tss_descriptor(&tss_page_fault);
    gdt[5] = tss_descriptor(&tss_double_fault);
    task_init(&tss_page_fault, pc_task_page_fault, trap_stacks[0]);
    task_init(&tss_double_fault, pc_task_double_fault, trap_stacks[1]);
    for (int i = 0; i < VECTORS; ++i) {
        idt[i] = gate(SELECTOR_CODE, pc_stubs[i], TYPE_INTERRUPT_GATE);
    }
    idt[VECTOR_PAGE_FAULT] = gate(SELECTOR_PAGE_FAULT, 0, TYPE_TASK_GATE);
    idt[VECTOR_DOUBLE_FAULT] = gate(SELECTOR_DOUBLE_FAULT, 0, TYPE_TASK_GATE);
    load((const char *)gdt, sizeof(gdt), false);
    load((const char *)idt, sizeof(idt), true);
    __asm volatile ("ltr %w0" : : "r" (SELECTOR_MAIN));
}

// The faulting task's registers are in its TSS. A fault while one is being reported finds another task there.
MACHINE_NORETURN void pc_task(uint32_t vector, uint32_t error);

void pc_task(uint32_t vector, uint32_t error) {
    __asm volatile ("clts");
    const tss_t *self = vector == VECTOR_PAGE_FAULT ? &tss_page_fault : &tss_double_fault;
    if (self->link != SELECTOR_MAIN) {
        fault_report_double(tss_page_fault.eip);
    }
    const tss_t *t = &tss_main;
    trap_frame_t frame = {
        .regs = { t->edi, t->esi, t->ebp, t->esp, t->ebx, t->edx, t->ecx, t->eax },
        .vector = vector, .error = error, .pc = t->eip, .cs = t->cs, .flags = t->eflags,
    };
    pc_trap(&frame, t->esp);
}
