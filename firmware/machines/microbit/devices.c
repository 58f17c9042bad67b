// The nRF51's devices: receive side of the UART and two timers, which count microseconds in 32 bits.
// Source: nRF51 Series Reference Manual 3.0, 18 (TIMER) and 29 (UART).

#include "../common/cortex-m/cortex_m.h"
#include "port/machine.h"

#define UART_START_RX    REG(0x40002000)
#define UART_RX_READY    REG(0x40002108)
#define UART_INT_SET     REG(0x40002304)
#define UART_INT_CLEAR   REG(0x40002308)
#define UART_ENABLE      REG(0x40002500)
#define UART_RX_DATA     REG(0x40002518)
#define CLOCK            (0x40008000)
#define WAKE             (0x40009000)
#define TIMER_START(t)   REG((t) + 0x000)
#define TIMER_STOP(t)    REG((t) + 0x004)
#define TIMER_CLEAR(t)   REG((t) + 0x00c)
#define TIMER_CAPTURE(t) REG((t) + 0x040) // into compare register 0
#define TIMER_EVENT(t, n) REG((t) + 0x140 + (n) * 4)
#define TIMER_INT_SET(t) REG((t) + 0x304)
#define TIMER_BITS(t)    REG((t) + 0x508)
#define TIMER_PRESCALER(t) REG((t) + 0x510)
#define TIMER_COMPARE(t, n) REG((t) + 0x540 + (n) * 4)

#define UART_ENABLED     (4)
#define UART_INT_RX      (1u << 2)
#define TIMER_32_BITS    (3)
#define TIMER_1_MHZ      (4) // of 16 MHz, divided by 2**4
#define TIMER_INT(n)     (1u << (16 + (n)))

#define IRQ_UART         (2)
#define IRQ_CLOCK        (8)
#define IRQ_WAKE         (9)
#define NVIC_IPR_WORD(n) REG(0xe000e400 + (n) * 4)

// Time at the last look, and how often the clock's 32 bits have wrapped by then. Time goes on over a warm restart.
static MACHINE_NOINIT uint32_t last_low;
static MACHINE_NOINIT uint32_t wraps;
static MACHINE_NOINIT uint32_t clock_runs;
#define CLOCK_RUNS (0x636c6f63)

static void uart_interrupt(void) {
    while (UART_RX_READY) {
        UART_RX_READY = 0;
        if (!port_rx(UART_RX_DATA)) {
            UART_INT_CLEAR = UART_INT_RX;
            break;
        }
    }
}

void machine_rx_resume(void) {
    uint32_t state = machine_irq_disable();
    UART_INT_SET = UART_INT_RX;
    uart_interrupt();
    machine_irq_restore(state);
}

// The clock is looked at twice a wrap at least, every 36 minutes: two of its compare registers see to that.
static void clock_interrupt(void) {
    TIMER_EVENT(CLOCK, 1) = 0;
    TIMER_EVENT(CLOCK, 2) = 0;
    machine_time_us();
}

static void wake_interrupt(void) {
    TIMER_EVENT(WAKE, 0) = 0;
    TIMER_STOP(WAKE) = 1;
}

static void unexpected_interrupt(void) {
    machine_fault_t fault = { .kind = "trap" };
    fault_report(&fault);
}

void (*const board_interrupts[32])(void) = {
    [0 ... 31] = unexpected_interrupt,
    [IRQ_UART] = uart_interrupt,
    [IRQ_CLOCK] = clock_interrupt,
    [IRQ_WAKE] = wake_interrupt,
};

uint64_t machine_time_us(void) {
    uint32_t state = machine_irq_disable();
    TIMER_CAPTURE(CLOCK) = 1;
    uint32_t low = TIMER_COMPARE(CLOCK, 0);
    wraps += low < last_low;
    last_low = low;
    uint64_t now = (uint64_t)wraps << 32 | low;
    machine_irq_restore(state);
    return now;
}

void machine_wait(uint32_t max_us) {
    if (max_us == 0) {
        return;
    }
    TIMER_STOP(WAKE) = 1;
    TIMER_CLEAR(WAKE) = 1;
    TIMER_EVENT(WAKE, 0) = 0;
    TIMER_COMPARE(WAKE, 0) = max_us;
    TIMER_START(WAKE) = 1;
    // Interrupts are off: a pending one ends the sleep and is taken when the caller turns them on.
    __asm volatile ("dsb\nwfi" : : : "memory");
    TIMER_STOP(WAKE) = 1;
    TIMER_EVENT(WAKE, 0) = 0;
}

void machine_init(void) {
    if (clock_runs != CLOCK_RUNS) {
        clock_runs = CLOCK_RUNS;
        last_low = wraps = 0;
        TIMER_BITS(CLOCK) = TIMER_32_BITS;
        TIMER_PRESCALER(CLOCK) = TIMER_1_MHZ;
        TIMER_COMPARE(CLOCK, 1) = 0;
        TIMER_COMPARE(CLOCK, 2) = 0x80000000;
        TIMER_INT_SET(CLOCK) = TIMER_INT(1) | TIMER_INT(2);
        TIMER_START(CLOCK) = 1;
        TIMER_BITS(WAKE) = TIMER_32_BITS;
        TIMER_PRESCALER(WAKE) = TIMER_1_MHZ;
        TIMER_INT_SET(WAKE) = TIMER_INT(0);
        UART_ENABLE = UART_ENABLED;
        UART_START_RX = 1;
    }
    TIMER_STOP(WAKE) = 1;
    TIMER_EVENT(WAKE, 0) = 0;
    for (int i = 0; i < 8; ++i) {
        NVIC_IPR_WORD(i) = 0x80808080;
    }
    NVIC_ISER = 1u << IRQ_UART | 1u << IRQ_CLOCK | 1u << IRQ_WAKE;
    machine_rx_resume();
}
