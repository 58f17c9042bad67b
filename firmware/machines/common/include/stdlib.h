// The few functions of stdlib.h that the core calls.

#ifndef FIRMWARE_INCLUDE_STDLIB_H
#define FIRMWARE_INCLUDE_STDLIB_H

#include <stddef.h>

__attribute__((noreturn)) void abort(void);
static inline int abs(int x) {
    return x < 0 ? -x : x;
}

#endif // FIRMWARE_INCLUDE_STDLIB_H
