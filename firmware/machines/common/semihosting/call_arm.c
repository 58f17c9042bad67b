// Source: Semihosting for AArch32 and AArch64 (ARM 2023Q3), 3: Arm state of other profiles.

#include "semihosting.h"

intptr_t semihosting_call(intptr_t operation, const void *arguments) {
    register intptr_t r0 __asm("r0") = operation;
    register const void *r1 __asm("r1") = arguments;
    __asm volatile ("svc 0x123456" : "+r" (r0) : "r" (r1) : "memory", "lr");
    return r0;
}
