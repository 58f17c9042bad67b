// The board's devices: receive side of UART 0, two timers that count microseconds, the interrupt controller.
// Source: Versatile Platform Baseboard for ARM926EJ-S (DUI 0225D), 4.10 and 4.23; PL011 (DDI 0183G), 3; SP804 (DDI 0271D), 3;
// PL190 (DDI 0181E), 3.

#include "port/machine.h"
#include "versatilepb.h"

#define REG(addr) (*(volatile uint32_t *)(addr))

#define VIC_STATUS       REG(0x10140000)
#define VIC_ENABLE       REG(0x10140010)
#define VIC_SOFT         REG(0x10140018)
#define VIC_SOFT_CLEAR   REG(0x1014001c)
#define UART_DATA        REG(0x101f1000)
#define UART_FLAGS       REG(0x101f1018)
#define UART_LINE        REG(0x101f102c)
#define UART_CONTROL     REG(0x101f1030)
#define UART_INT_MASK    REG(0x101f1038)
#define CLOCK            (0x101e2000)
#define WAKE             (0x101e3000)
#define TIMER_LOAD(t)    REG((t) + 0x00)
#define TIMER_VALUE(t)   REG((t) + 0x04)
#define TIMER_CONTROL(t) REG((t) + 0x08)
#define TIMER_CLEAR(t)   REG((t) + 0x0c)
#define TIMER_RAW(t)     REG((t) + 0x10)

#define UART_RX_EMPTY    (1u << 4)
#define UART_FIFO        (1u << 4)
#define UART_ENABLE      (1u << 0 | 1u << 9) // with its receiver
#define UART_INT_RX      (1u << 4)
#define TIMER_ONE_SHOT   (1u << 0)
#define TIMER_32_BITS    (1u << 1)
#define TIMER_INT        (1u << 5)
#define TIMER_ENABLE     (1u << 7)

#define LINE_SOFTWARE    (1u << 1)
#define LINE_CLOCK       (1u << 4)
#define LINE_WAKE        (1u << 5)
#define LINE_UART        (1u << 12)

// Times the clock's 32 bits have wrapped, every 71 minutes. Time goes on over a warm restart.
static MACHINE_NOINIT volatile uint32_t wraps;

static void uart_receive(void) {
    while (!(UART_FLAGS & UART_RX_EMPTY)) {
        if (!port_rx(UART_DATA)) {
            UART_INT_MASK = 0;
            break;
        }
    }
}

void machine_rx_resume(void) {
    uint32_t state = machine_irq_disable();
    UART_INT_MASK = UART_INT_RX;
    uart_receive();
    machine_irq_restore(state);
}

bool board_interrupt(void) {
    uint32_t pending = VIC_STATUS;
    if (pending & LINE_UART) {
        uart_receive();
    }
    if (pending & LINE_CLOCK) {
        TIMER_CLEAR(CLOCK) = 1;
        ++wraps;
    }
    if (pending & LINE_WAKE) {
        TIMER_CLEAR(WAKE) = 1;
    }
    if (pending & LINE_SOFTWARE) {
        VIC_SOFT_CLEAR = LINE_SOFTWARE;
        return true;
    }
    return false;
}

void machine_break(void) {
    VIC_SOFT = LINE_SOFTWARE;
    // With the interrupt pending this does not wait, but it is where the interrupt is taken at the latest.
    __asm volatile ("mcr p15, 0, %0, c7, c0, 4" : : "r" (0) : "memory");
}

uint64_t machine_time_us(void) {
    uint32_t state = machine_irq_disable();
    uint32_t high = wraps;
    uint32_t low = ~TIMER_VALUE(CLOCK);
    if ((TIMER_RAW(CLOCK) & 1) && low < 0x80000000u) {
        ++high;
    }
    machine_irq_restore(state);
    return (uint64_t)high << 32 | low;
}

static void wake_off(void) {
    TIMER_CONTROL(WAKE) = 0;
    TIMER_CLEAR(WAKE) = 1;
}

void machine_wait(uint32_t max_us) {
    if (max_us == 0) {
        return;
    }
    wake_off();
    TIMER_LOAD(WAKE) = max_us;
    TIMER_CONTROL(WAKE) = TIMER_ENABLE | TIMER_INT | TIMER_32_BITS | TIMER_ONE_SHOT;
    // Wait for interrupt. They are off: a pending one ends the sleep and is taken when the caller turns them on.
    __asm volatile ("mcr p15, 0, %0, c7, c0, 4" : : "r" (0) : "memory");
    wake_off();
}

void machine_init(void) {
    if (!(TIMER_CONTROL(CLOCK) & TIMER_ENABLE)) {
        wraps = 0;
        TIMER_LOAD(CLOCK) = UINT32_MAX;
        TIMER_CONTROL(CLOCK) = TIMER_ENABLE | TIMER_INT | TIMER_32_BITS;
    }
    wake_off();
    VIC_SOFT_CLEAR = LINE_SOFTWARE;
    UART_LINE = UART_FIFO;
    UART_CONTROL = UART_ENABLE;
    VIC_ENABLE = LINE_UART | LINE_CLOCK | LINE_WAKE | LINE_SOFTWARE;
    machine_rx_resume();
}
