// The machine contract: all that `port/` asks of a machine folder, and all that a machine folder may ask of `port/`.
//
// It is not a driver interface: one machine is linked into one firmware, so these are plain functions and symbols. Each line
// has a self-test that runs on the machine (port/selftest.c).

#ifndef FIRMWARE_PORT_MACHINE_H
#define FIRMWARE_PORT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MACHINE_NORETURN __attribute__((noreturn))

// 1. Memory. Symbols that machine.ld defines; each range is start inclusive, end exclusive, aligned to a page of the machine.
extern char machine_text[], machine_text_end[];     // the core's code and constants, not writable
extern char machine_stack[], machine_stack_top[];   // usable part of the main stack; a guard lies below it
extern char machine_heap[], machine_heap_end[];     // for the garbage-collected heap
extern char machine_exec[], machine_exec_end[];     // executable, writable, coherent; for nothing else
extern char machine_window[], machine_window_end[]; // where QEMU puts the artifacts; read only

// What traps when it is executed, at each place of a word: the instruction that fills the executable arena. Zero traps on RISC-V
// and Xtensa.
#if defined(__thumb__)
#define MACHINE_TRAP_WORD (0xdedededeu) // udf #0xde, twice
#elif defined(__arm__)
#define MACHINE_TRAP_WORD (0xe7f000f0u) // udf #0
#elif defined(__i386__) || defined(__x86_64__)
#define MACHINE_TRAP_WORD (0xccccccccu) // int3, four times
#else
#define MACHINE_TRAP_WORD (0)
#endif

// Each run's code begins in a page of its own, so that writing it meets no code that was executed. An emulator's page, not the
// processor's: QEMU's is 1 KiB for Arm up to v6 and for all Cortex-M, 4 KiB for the others (target/arm/cpu.c, arm_cpu_realizefn()).
#if defined(__arm__)
#define MACHINE_CODE_PAGE (1024)
#else
#define MACHINE_CODE_PAGE (4096)
#endif

// Variables with this attribute keep their value over a warm restart. They hold garbage after a cold start.
#define MACHINE_NOINIT __attribute__((section(".noinit")))

// 2. Start. The machine's start-up code loads the stack pointer, copies .data, clears .bss, calls machine_init() and then
// port_main(); interrupts are off until port_main() is reached. The reset entry does the same at a warm restart.
void machine_init(void);
MACHINE_NORETURN void port_main(void);

// Does not return: goes to the reset entry from any context, trap handlers included.
MACHINE_NORETURN void machine_restart(void);

// Does not return: ends QEMU with this exit status (0 to 127).
MACHINE_NORETURN void machine_exit(int status);

// 3. Console. Writes at least one byte and at most `len`, returns how many; waits while the host does not take any.
size_t machine_write(const char *buf, size_t len);

// Input comes by interrupt: the machine calls port_rx() for each byte and stops taking bytes from the device (none is lost there)
// after one that was not taken, until machine_rx_resume().
bool port_rx(uint8_t byte);
void machine_rx_resume(void);

// 4. Time: microseconds since the cold start, never backwards. 64 bits.
uint64_t machine_time_us(void);

// 5. Interrupts. machine_wait() is called with interrupts off and returns with them off: it sleeps until an interrupt is
// pending (even one that came before the call) or about `max_us` have passed.
uint32_t machine_irq_disable(void);
void machine_irq_restore(uint32_t state);
void machine_wait(uint32_t max_us);

// 6. Traps. The machine's trap entry collects what it knows and calls fault_report(), which does not return. It runs on a stack
// of its own, so that an overflow of the main stack can be reported.
typedef struct _machine_fault_t {
    const char *kind;               // a word of docs/monitor.md 5.7
    bool has_pc, has_sp, has_address;
    uintptr_t pc, sp, address;
    const char *const *reg_names;   // general registers, n_regs of them
    const uintptr_t *regs;
    size_t n_regs;
    const char *const *cpu_names;   // status registers of this CPU, n_cpu of them
    const uintptr_t *cpu;
    size_t n_cpu;
} machine_fault_t;

MACHINE_NORETURN void fault_report(const machine_fault_t *fault);

// Called for a fault inside fault_report(): only what needs no memory.
MACHINE_NORETURN void fault_report_double(uintptr_t pc);

// Makes the trap entry report kind "break" for what runs now; from an interrupt, for what it interrupted, after returning.
void machine_break(void);

// The guards that this machine has, as in the `hello` record.
extern const char machine_guards[];

#endif // FIRMWARE_PORT_MACHINE_H
