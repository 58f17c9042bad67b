// Time from the HPET, waiting by the interval timer, interrupts by the two 8259 controllers.
// Source: IA-PC HPET Specification 1.0a, 2.3; Intel 8254 and 8259A data sheets.

#include "pc.h"

#define HPET_CONFIG     (*(volatile uint32_t *)0xfed00010)
#define HPET_LOW        (*(volatile uint32_t *)0xfed000f0)
#define HPET_HIGH       (*(volatile uint32_t *)0xfed000f4)
#define HPET_TICKS_PER_US (100) // QEMU's counts 10 ns

#define PIC1 (0x20)
#define PIC2 (0xa0)
#define PIC_EOI (0x20)
#define PIT_DATA (0x40)
#define PIT_MODE (0x43)
#define PIT_HZ (1193182)
#define IRQ_PIT (0)
#define IRQ_CASCADE (2)
#define ACPI_CONTROL (0x604)
#define ACPI_POWER_OFF (0x2000)
#define DEBUG_EXIT (0xf4)

static volatile bool break_wanted;
static volatile bool in_interrupt;

uint64_t machine_time_us(void) {
    uint32_t high, low;
    do {
        high = HPET_HIGH;
        low = HPET_LOW;
    } while (high != HPET_HIGH);
    return ((uint64_t)high << 32 | low) / HPET_TICKS_PER_US;
}

static void pic_init(uint16_t base, uint8_t vector, uint8_t link, uint8_t masked) {
    out8(base, 0x11);
    out8(base + 1, vector);
    out8(base + 1, link);
    out8(base + 1, 1);
    out8(base + 1, masked);
}

void machine_init(void) {
    pc_descriptors();
    break_wanted = false;
    in_interrupt = false;
    HPET_CONFIG |= 1;
    console_init();
    uint32_t wanted = 1u << IRQ_PIT | 1u << IRQ_CASCADE | 1u << console_irq();
    pic_init(PIC1, VECTOR_IRQ, 1 << IRQ_CASCADE, ~wanted);
    pic_init(PIC2, VECTOR_IRQ + 8, IRQ_CASCADE, ~wanted >> 8);
    machine_rx_resume();
}

void pc_interrupt(const trap_frame_t *frame) {
    int irq = frame->vector - VECTOR_IRQ;
    in_interrupt = true;
    if (irq == console_irq()) {
        console_interrupt();
    }
    if (irq >= 8) {
        out8(PIC2, PIC_EOI);
    }
    out8(PIC1, PIC_EOI);
    in_interrupt = false;
    if (break_wanted) {
        break_wanted = false;
        trap_frame_t at = *frame;
        at.vector = VECTOR_BREAK;
        pc_trap(&at, pc_frame_sp(frame));
    }
}

void machine_break(void) {
    if (in_interrupt) {
        break_wanted = true;
    } else {
        __asm volatile ("int %0" : : "i" (VECTOR_BREAK) : "memory");
    }
}

uint32_t machine_irq_disable(void) {
    uintptr_t flags;
    __asm volatile ("pushf\npop %0\ncli" : "=r" (flags) : : "memory");
    return (flags & 0x200) == 0;
}

void machine_irq_restore(uint32_t state) {
    if (state == 0) {
        __asm volatile ("sti" : : : "memory");
    }
}

void machine_wait(uint32_t max_us) {
    if (max_us == 0) {
        return;
    }
    uint32_t count = max_us < 54000 ? (uint64_t)max_us * PIT_HZ / 1000000 + 1 : 0;
    out8(PIT_MODE, 0x30); // one interrupt at the end of the count
    out8(PIT_DATA, count);
    out8(PIT_DATA, count >> 8);
    // sti takes effect after the next instruction: no interrupt can slip in between.
    __asm volatile ("sti\nhlt\ncli" : : : "memory");
}

void machine_exit(int status) {
    if (status == 0) {
        out16(ACPI_CONTROL, ACPI_POWER_OFF);
    }
    // QEMU makes 2n+1 of it.
    out32(DEBUG_EXIT, status);
    for (;;) {
        __asm volatile ("cli\nhlt");
    }
}
