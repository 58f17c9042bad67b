// The few functions of a C library that the core calls and nothing in the tree provides.

#include <errno.h>
#include <stddef.h>

int *__errno_location(void);

int *__errno_location(void) {
    static int value;
    return &value;
}
