// Runs in interrupt context in part: port_rx() uses no floating point and calls nothing that does.

#include "py/runtime.h"
#include "port/frame.h"
#include "port/machine.h"
#include "port/rx.h"
#include "port/session.h"
#include "shared/runtime/interrupt_char.h"

#define RX_RING_SIZE (2 * RX_WINDOW)

// The ring outlives a warm restart: commands are sent ahead.
static MACHINE_NOINIT struct {
    volatile uint32_t head, tail; // free-running; head == tail is empty
    uint32_t matched;             // bytes of the attention sequence seen so far
    uint32_t dropped;
    bool stopped;
    uint8_t data[RX_RING_SIZE];
} ring;

static volatile bool break_pending;

static const uint8_t attention[] = { 0x1e, 'M', 'P', 'Y', 0x1e };

void rx_init(void) {
    ring.head = ring.tail = 0;
    ring.matched = 0;
    ring.dropped = 0;
    ring.stopped = false;
}

bool port_rx(uint8_t byte) {
    if (byte == attention[ring.matched]) {
        if (++ring.matched == sizeof(attention)) {
            ring.matched = 0;
            ring.tail = ring.head;
            session.script = 0;
            if (frame_busy()) {
                break_pending = true;
            } else {
                machine_break();
            }
            return true;
        }
    } else {
        ring.matched = byte == attention[0];
    }
    #if MICROPY_KBD_EXCEPTION
    if (byte == mp_interrupt_char) {
        ring.tail = ring.head;
        mp_sched_keyboard_interrupt();
        return true;
    }
    #endif
    ring.data[ring.head++ % RX_RING_SIZE] = byte;
    ring.stopped = ring.head - ring.tail == RX_RING_SIZE;
    return !ring.stopped;
}

bool rx_any(void) {
    return ring.head != ring.tail;
}

int rx_get(void) {
    if (!rx_any()) {
        return -1;
    }
    int c = ring.data[ring.tail++ % RX_RING_SIZE];
    if (ring.stopped) {
        ring.stopped = false;
        machine_rx_resume();
    }
    return c;
}

int rx_wait(void) {
    for (;;) {
        uint32_t state = machine_irq_disable();
        if (!rx_any()) {
            machine_wait(1000000);
        }
        machine_irq_restore(state);
        int c = rx_get();
        if (c >= 0) {
            return c;
        }
    }
}

void rx_break_if_pending(void) {
    if (break_pending) {
        break_pending = false;
        machine_break();
    }
}

uint32_t rx_dropped(void) {
    return ring.dropped;
}
