// Guards by the ARMv7-M memory protection unit. Regions with higher numbers win; what no region covers behaves as without it.
// Source: ARMv7-M Architecture Reference Manual (DDI 0403E), B3.5.

#include <stddef.h>

#include "cortex_m.h"
#include "port/machine.h"

#define RASR_XN         (1u << 28)
#define RASR_NONE       (0u << 24)
#define RASR_READ_WRITE (3u << 24)
#define RASR_READ       (6u << 24)
#define RASR_NORMAL     (1u << 17 | 1u << 16) // cacheable memory

extern char _code_start[], _code_end[], _ram_start[], _ram_end[], _stack_guard[];

const char machine_guards[] = "null,text,stack,artifacts,noexec,divide";

// `start` is a multiple of `size`, which is a power of two. Written only when it is not so already: at a warm restart it is, and
// each write makes an emulator forget all that it knows about addresses.
static void region(uint32_t number, const char *start, size_t size, uint32_t attributes) {
    uint32_t log2 = 31 - __builtin_clz(size);
    uint32_t rasr = attributes | RASR_NORMAL | (log2 - 1) << 1 | 1;
    MPU_RNR = number;
    if ((MPU_RBAR & ~0x1fu) != (uint32_t)start || MPU_RASR != rasr) {
        MPU_RBAR = (uint32_t)start | 1u << 4 | number;
        MPU_RASR = rasr;
    }
}

void cortex_m_guard(void) {
    region(0, _code_start, _code_end - _code_start, RASR_READ);
    region(1, _ram_start, _ram_end - _ram_start, RASR_READ_WRITE | RASR_XN);
    // From the window on, which the next region overrides: the arena alone is no power of two.
    region(2, machine_window, machine_exec_end - machine_window, RASR_READ_WRITE);
    region(3, machine_window, machine_window_end - machine_window, RASR_READ | RASR_XN);
    region(4, _stack_guard, machine_stack - _stack_guard, RASR_NONE | RASR_XN);
    region(5, NULL, 4096, RASR_NONE | RASR_XN);
    // Bit-band aliases of some cores: a wild store there would change single bits of RAM or of devices.
    region(6, (const char *)0x22000000, 0x2000000, RASR_NONE | RASR_XN);
    region(7, (const char *)0x42000000, 0x2000000, RASR_NONE | RASR_XN);
    if (MPU_CTRL != (MPU_ENABLE | MPU_PRIVDEFENA)) {
        MPU_CTRL = MPU_ENABLE | MPU_PRIVDEFENA;
    }
    __asm volatile ("dsb\nisb");
}
