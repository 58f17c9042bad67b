// Types of the core's POSIX-like stream functions.

#ifndef FIRMWARE_INCLUDE_SYS_TYPES_H
#define FIRMWARE_INCLUDE_SYS_TYPES_H

#include <stddef.h>

typedef __PTRDIFF_TYPE__ ssize_t;
typedef long off_t;

#endif // FIRMWARE_INCLUDE_SYS_TYPES_H
