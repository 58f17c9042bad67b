// Guards by the physical memory protection. The first entry that matches an address decides; locked entries bind machine mode
// too and stay until a reset. The last one matches everything and allows nothing: without it machine mode may do what no entry
// forbids, and this board accepts stores where nothing is.
// Source: The RISC-V Instruction Set Manual, Volume II (20211203), 3.7.1.

#include <stddef.h>

#include "port/machine.h"
#include "riscv.h"

#define READ (1)
#define WRITE (2)
#define EXECUTE (4)
#define NAPOT (3 << 3)
#define LOCKED (1 << 7)

extern char _code_start[], _code_end[], _ram_start[], _ram_end[], _stack_guard[];

const char machine_guards[] = "null,text,stack,artifacts,noexec";

// `start` is a multiple of `size`, which is a power of two.
static uintptr_t napot(uintptr_t start, uintptr_t size) {
    return start >> 2 | (size / 2 - 1) >> 2;
}

#define PLACE(number, start, size) CSR_WRITE(pmpaddr##number, napot((uintptr_t)(start), (size)))

void riscv_guard(void) {
    if (CSR_READ(pmpcfg0) != 0) {
        return; // locked since the cold start
    }
    PLACE(0, _stack_guard, machine_stack - _stack_guard);
    PLACE(1, _code_start, _code_end - _code_start);
    PLACE(2, _ram_start, _ram_end - _ram_start);
    PLACE(3, machine_window, machine_window_end - machine_window);
    PLACE(4, machine_exec, machine_exec_end - machine_exec);
    PLACE(5, 0x10000000, 0x1000);    // UART
    PLACE(6, 0x02000000, 0x10000);   // CLINT
    PLACE(7, 0x0c000000, 0x4000000); // PLIC
    CSR_WRITE(pmpaddr8, UINTPTR_MAX);
    static const uint8_t rights[16] = {
        [0] = 0, [1] = READ | EXECUTE, [2] = READ | WRITE, [3] = READ, [4] = READ | WRITE | EXECUTE,
        [5] = READ | WRITE, [6] = READ | WRITE, [7] = READ | WRITE, [8] = 0,
    };
    uint64_t low = 0;
    for (size_t i = 0; i < 8; ++i) {
        low |= (uint64_t)(rights[i] | NAPOT | LOCKED) << i * 8;
    }
    // Entry 8 last: it forbids what the others do not allow.
    #if __riscv_xlen == 32
    CSR_WRITE(pmpcfg1, low >> 32);
    CSR_WRITE(pmpcfg0, low);
    #else
    CSR_WRITE(pmpcfg0, low);
    #endif
    CSR_WRITE(pmpcfg2, rights[8] | NAPOT | LOCKED);
}
