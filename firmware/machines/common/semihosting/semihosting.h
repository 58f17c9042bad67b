// Semihosting: what a program asks of QEMU through a trap of its own.

#ifndef FIRMWARE_SEMIHOSTING_H
#define FIRMWARE_SEMIHOSTING_H

#include <stdint.h>

// The trap itself; each kind of CPU has its own (call_*.c).
intptr_t semihosting_call(intptr_t operation, const void *arguments);

#endif // FIRMWARE_SEMIHOSTING_H
