// Source: Semihosting for AArch32 and AArch64 (ARM 2023Q3), 3: M-profile.

#include "semihosting.h"

intptr_t semihosting_call(intptr_t operation, const void *arguments) {
    register intptr_t r0 __asm("r0") = operation;
    register const void *r1 __asm("r1") = arguments;
    __asm volatile ("bkpt 0xab" : "+r" (r0) : "r" (r1) : "memory");
    return r0;
}
