// The board's devices: receive side of the 16550 UART behind the PLIC, the CLINT's timer and its software interrupt.
// Source: QEMU 7.2 documentation, "virt" Generic Virtual Platform; RISC-V Platform-Level Interrupt Controller 1.0.0, 3;
// SiFive FU540-C000 Manual v1p4, 9 (CLINT); PC16550D data sheet, 8.

#include "port/machine.h"
#include "riscv.h"

#define REG8(addr) (*(volatile uint8_t *)(uintptr_t)(addr))
#define REG32(addr) (*(volatile uint32_t *)(uintptr_t)(addr))

#define UART_DATA REG8(0x10000000)
#define UART_IER REG8(0x10000001)
#define UART_FCR REG8(0x10000002)
#define UART_LSR REG8(0x10000005)
#define IER_RX (1u << 0)
#define FCR_ENABLE (1u << 0)
#define LSR_RX_READY (1u << 0)

#define CLINT_SOFTWARE REG32(0x02000000)
#define CLINT_COMPARE_LOW REG32(0x02004000)
#define CLINT_COMPARE_HIGH REG32(0x02004004)
#define CLINT_TIME_LOW REG32(0x0200bff8)
#define CLINT_TIME_HIGH REG32(0x0200bffc)
#define TICKS_PER_US (10)

#define PLIC_PRIORITY(irq) REG32(0x0c000000 + (irq) * 4)
#define PLIC_ENABLE REG32(0x0c002000)
#define PLIC_THRESHOLD REG32(0x0c200000)
#define PLIC_CLAIM REG32(0x0c200004)
#define IRQ_UART (10)

static void uart_receive(void) {
    while (UART_LSR & LSR_RX_READY) {
        if (!port_rx(UART_DATA)) {
            UART_IER = 0;
            break;
        }
    }
}

void machine_rx_resume(void) {
    uint32_t state = machine_irq_disable();
    UART_IER = IER_RX;
    uart_receive();
    machine_irq_restore(state);
}

void board_external_interrupt(void) {
    uint32_t irq = PLIC_CLAIM;
    if (irq == IRQ_UART) {
        uart_receive();
    }
    PLIC_CLAIM = irq;
}

static void timer_off(void) {
    CLINT_COMPARE_HIGH = UINT32_MAX;
    CLINT_COMPARE_LOW = UINT32_MAX;
}

void board_timer_interrupt(void) {
    timer_off();
}

void board_software_interrupt_clear(void) {
    CLINT_SOFTWARE = 0;
}

void machine_break(void) {
    CLINT_SOFTWARE = 1;
    // With the interrupt pending this does not wait, but it is where the interrupt is taken at the latest.
    __asm volatile ("wfi" : : : "memory");
}

static uint64_t ticks(void) {
    uint32_t high, low;
    do {
        high = CLINT_TIME_HIGH;
        low = CLINT_TIME_LOW;
    } while (high != CLINT_TIME_HIGH);
    return (uint64_t)high << 32 | low;
}

uint64_t machine_time_us(void) {
    return ticks() / TICKS_PER_US;
}

void machine_wait(uint32_t max_us) {
    if (max_us == 0) {
        return;
    }
    uint64_t end = ticks() + (uint64_t)max_us * TICKS_PER_US;
    CLINT_COMPARE_HIGH = UINT32_MAX; // not a moment that has passed while only half is written
    CLINT_COMPARE_LOW = end;
    CLINT_COMPARE_HIGH = end >> 32;
    // Interrupts are off: a pending one ends the sleep and is taken when the caller turns them on.
    __asm volatile ("wfi" : : : "memory");
    timer_off();
}

void machine_init(void) {
    riscv_guard();
    timer_off();
    CLINT_SOFTWARE = 0;
    UART_FCR = FCR_ENABLE;
    PLIC_PRIORITY(IRQ_UART) = 1;
    PLIC_ENABLE = 1u << IRQ_UART;
    PLIC_THRESHOLD = 0;
    PLIC_CLAIM = IRQ_UART; // in case a fault came between its claim and its end
    CSR_WRITE(mie, MIE_SOFTWARE | MIE_TIMER | MIE_EXTERNAL);
    machine_rx_resume();
}
