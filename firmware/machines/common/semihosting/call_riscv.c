// Three uncompressed instructions in one page; the emulator looks at both neighbours of the breakpoint.
// Source: RISC-V Semihosting 0.4, 3.

#include "semihosting.h"

intptr_t semihosting_call(intptr_t operation, const void *arguments) {
    register intptr_t a0 __asm("a0") = operation;
    register const void *a1 __asm("a1") = arguments;
    __asm volatile (
        ".balign 16\n"
        ".option push\n"
        ".option norvc\n"
        "slli x0, x0, 0x1f\n"
        "ebreak\n"
        "srai x0, x0, 7\n"
        ".option pop\n"
        : "+r" (a0) : "r" (a1) : "memory");
    return a0;
}
