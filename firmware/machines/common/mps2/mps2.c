// The MPS2 boards' devices: receive side of UART 0 and two timers, both of the CMSDK and clocked with 25 MHz.
// Source: ARM Cortex-M System Design Kit (DDI 0479D), 4.2 (timer) and 4.3 (UART); MPS2 application note AN385, 3 and 4.

#include "../cortex-m/cortex_m.h"
#include "port/machine.h"

#define UART_DATA       REG(0x40004000)
#define UART_STATE      REG(0x40004004)
#define UART_CTRL       REG(0x40004008)
#define UART_INT        REG(0x4000400c)
#define UART_BAUDDIV    REG(0x40004010)
#define CLOCK_CTRL      REG(0x40000000)
#define CLOCK_VALUE     REG(0x40000004)
#define CLOCK_RELOAD    REG(0x40000008)
#define CLOCK_INT       REG(0x4000000c)
#define WAKE_CTRL       REG(0x40001000)
#define WAKE_VALUE      REG(0x40001004)
#define WAKE_RELOAD     REG(0x40001008)
#define WAKE_INT        REG(0x4000100c)

#define UART_RX_FULL    (1u << 1)
#define UART_RX_ENABLE  (1u << 1)
#define UART_RX_INT     (1u << 3)
#define UART_INT_RX     (1u << 1)
#define TIMER_ENABLE    (1u << 0)
#define TIMER_INT       (1u << 3)

#define IRQ_UART0_RX    (0)
#define IRQ_TIMER0      (8)
#define IRQ_TIMER1      (9)
#define TICKS_PER_US    (25)

// Times the clock's 32 bits have wrapped, every 171 s. Time goes on over a warm restart.
static MACHINE_NOINIT volatile uint32_t wraps;

static void uart_interrupt(void) {
    UART_INT = UART_INT_RX;
    while (UART_STATE & UART_RX_FULL) {
        if (!port_rx(UART_DATA)) {
            UART_CTRL = UART_RX_ENABLE;
            break;
        }
    }
}

void machine_rx_resume(void) {
    uint32_t state = machine_irq_disable();
    UART_CTRL = UART_RX_ENABLE | UART_RX_INT;
    // A byte that came meanwhile raises no interrupt any more.
    uart_interrupt();
    machine_irq_restore(state);
}

static void clock_interrupt(void) {
    CLOCK_INT = 1;
    ++wraps;
}

static void wake_interrupt(void) {
    WAKE_INT = 1;
    WAKE_CTRL = 0;
}

static void unexpected_interrupt(void) {
    machine_fault_t fault = { .kind = "trap" };
    fault_report(&fault);
}

void (*const board_interrupts[32])(void) = {
    [0 ... 31] = unexpected_interrupt,
    [IRQ_UART0_RX] = uart_interrupt,
    [IRQ_TIMER0] = clock_interrupt,
    [IRQ_TIMER1] = wake_interrupt,
};

uint64_t machine_time_us(void) {
    uint32_t state = machine_irq_disable();
    uint32_t high = wraps;
    uint32_t low = ~CLOCK_VALUE;
    if ((CLOCK_INT & 1) && low < 0x80000000u) {
        ++high;
    }
    machine_irq_restore(state);
    return ((uint64_t)high << 32 | low) / TICKS_PER_US;
}

void machine_wait(uint32_t max_us) {
    if (max_us == 0) {
        return;
    }
    WAKE_CTRL = 0;
    WAKE_INT = 1;
    WAKE_VALUE = max_us < UINT32_MAX / TICKS_PER_US ? max_us * TICKS_PER_US : UINT32_MAX;
    WAKE_CTRL = TIMER_ENABLE | TIMER_INT;
    // Interrupts are off: a pending one ends the sleep and is taken when the caller turns them on.
    __asm volatile ("dsb\nwfi" : : : "memory");
    WAKE_CTRL = 0;
    WAKE_INT = 1;
}

void machine_init(void) {
    cortex_m_guard();
    if (!(CLOCK_CTRL & TIMER_ENABLE)) {
        wraps = 0;
        CLOCK_RELOAD = UINT32_MAX;
        CLOCK_VALUE = UINT32_MAX;
        CLOCK_CTRL = TIMER_ENABLE | TIMER_INT;
    }
    WAKE_RELOAD = 0;
    UART_BAUDDIV = 16;
    for (int irq = 0; irq < 32; ++irq) {
        NVIC_IPR(irq) = 0x80;
    }
    NVIC_ISER = 1u << IRQ_UART0_RX | 1u << IRQ_TIMER0 | 1u << IRQ_TIMER1;
    machine_rx_resume();
}
