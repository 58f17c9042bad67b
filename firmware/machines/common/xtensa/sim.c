// QEMU's machine `sim`: it has no device at all. Console and exit are calls into QEMU; the core's own timer is the clock and
// looks for input at intervals, because input raises no interrupt.
// Source: the calls as the Xtensa instruction set simulator defines them (GDBIO and simcall numbers of the Xtensa newlib port);
// Xtensa Instruction Set Architecture Reference Manual, 4.4.5 and 4.4.6 (interrupts, timer), 5.3 (CCOUNT, CCOMPARE, INTENABLE).

#include "xtensa.h"

#define SIM_EXIT (1)
#define SIM_READ (3)
#define SIM_WRITE (4)
#define SIM_SELECT_ONE (29)
#define SELECT_READ (1)
#define ERROR_INTERRUPTED (4)
#define ERROR_AGAIN (11)
#define STDIN (0)
#define STDOUT (1)
#define EXIT_NOBODY_LISTENS (72)

#define TICKS_PER_US (40)
#define TIMER_INTERRUPT (1u << 6)   // CCOMPARE0, level 1
// How often a running program is interrupted to look for input, and a waiting one. The second grows with the waiting.
#define LOOK_RUNNING_US (5000)
#define LOOK_WAITING_MIN_US (50)
#define LOOK_WAITING_MAX_US (4000)

#define READ_SPECIAL(name) ({ uint32_t value_; __asm volatile ("rsr %0, " #name : "=a" (value_) : : "memory"); value_; })
#define WRITE_SPECIAL(name, value) __asm volatile ("wsr %0, " #name "\nrsync" : : "a" (value) : "memory")

// The clock goes on over a warm restart, and so does what has been read and not been taken.
static MACHINE_NOINIT uint32_t clock_low, clock_high, clock_magic;
static MACHINE_NOINIT struct {
    uint32_t at, end;
    bool ended;             // the host closed its end
    bool stopped;           // the port takes no more until machine_rx_resume()
    char data[1024];
} input;

static bool in_interrupt, break_wanted;
static uint32_t look_waiting_us = LOOK_WAITING_MIN_US;

#define CLOCK_MAGIC (0x636c6f63)

static int call(int number, uint32_t a, uint32_t b, uint32_t c, int *error) {
    register uint32_t a2 __asm("a2") = number;
    register uint32_t a3 __asm("a3") = a;
    register uint32_t a4 __asm("a4") = b;
    register uint32_t a5 __asm("a5") = c;
    __asm volatile ("simcall" : "+r" (a2), "+r" (a3) : "r" (a4), "r" (a5) : "memory");
    if (error != NULL) {
        *error = a3;
    }
    return a2;
}

size_t machine_write(const char *buf, size_t len) {
    for (;;) {
        int error;
        int done = call(SIM_WRITE, STDOUT, (uint32_t)buf, len, &error);
        if (done > 0) {
            return done;
        }
        if (done < 0 && error != ERROR_AGAIN && error != ERROR_INTERRUPTED) {
            machine_exit(EXIT_NOBODY_LISTENS);
        }
    }
}

void machine_exit(int status) {
    for (;;) {
        call(SIM_EXIT, status, 0, 0, NULL);
    }
}

static bool input_ready(void) {
    static const uint32_t at_once[2] = { 0, 0 };
    return !input.ended && call(SIM_SELECT_ONE, STDIN, SELECT_READ, (uint32_t)at_once, NULL) > 0;
}

// Hands over what has been read and what can be read without waiting. Returns whether there was anything.
static bool take_input(void) {
    bool any = false;
    while (!input.stopped) {
        if (input.at == input.end) {
            if (!input_ready()) {
                break;
            }
            int error;
            int done = call(SIM_READ, STDIN, (uint32_t)input.data, sizeof(input.data), &error);
            input.at = input.end = 0;
            if (done <= 0) {
                input.ended = done == 0;
                break;
            }
            input.end = done;
        }
        any = true;
        input.stopped = !port_rx(input.data[input.at++]);
    }
    return any;
}

void machine_rx_resume(void) {
    uint32_t state = machine_irq_disable();
    input.stopped = false;
    take_input();
    machine_irq_restore(state);
}

uint32_t machine_irq_disable(void) {
    uint32_t ps;
    __asm volatile ("rsil %0, 1" : "=a" (ps) : : "memory");
    return ps & 15;
}

void machine_irq_restore(uint32_t state) {
    if (state == 0) {
        uint32_t ps;
        __asm volatile ("rsil %0, 0" : "=a" (ps) : : "memory");
    }
}

uint64_t machine_time_us(void) {
    uint32_t state = machine_irq_disable();
    uint32_t now = READ_SPECIAL(ccount);
    clock_high += now < clock_low;
    clock_low = now;
    uint64_t ticks = (uint64_t)clock_high << 32 | now;
    machine_irq_restore(state);
    return ticks / TICKS_PER_US;
}

static void set_timer(uint32_t us) {
    WRITE_SPECIAL(ccompare0, READ_SPECIAL(ccount) + us * TICKS_PER_US);
}

void machine_wait(uint32_t max_us) {
    if (max_us == 0) {
        return;
    }
    if (take_input()) {
        look_waiting_us = LOOK_WAITING_MIN_US;
        return;
    }
    set_timer(look_waiting_us < max_us ? look_waiting_us : max_us);
    if (look_waiting_us < LOOK_WAITING_MAX_US) {
        look_waiting_us *= 2;
    }
    // Sleeps with interrupts on: a pending one is taken before it.
    uint32_t ps;
    __asm volatile ("waiti 0\nrsil %0, 1" : "=a" (ps) : : "memory");
}

bool xtensa_interrupt(void) {
    in_interrupt = true;
    machine_time_us();
    set_timer(LOOK_RUNNING_US);
    if (take_input()) {
        look_waiting_us = LOOK_WAITING_MIN_US;
    }
    in_interrupt = false;
    bool wanted = break_wanted;
    break_wanted = false;
    return wanted;
}

void machine_break(void) {
    if (in_interrupt) {
        break_wanted = true;
    } else {
        __asm volatile ("syscall" : : : "memory");
    }
}

void machine_init(void) {
    if (clock_magic != CLOCK_MAGIC) {
        clock_magic = CLOCK_MAGIC;
        clock_high = 0;
        clock_low = READ_SPECIAL(ccount);
        input.at = input.end = 0;
        input.ended = input.stopped = false;
    }
    set_timer(LOOK_RUNNING_US);
    WRITE_SPECIAL(intenable, TIMER_INTERRUPT);
}
