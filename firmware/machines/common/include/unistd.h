// Seek origins and sizes, for the core's stream functions.

#ifndef FIRMWARE_INCLUDE_UNISTD_H
#define FIRMWARE_INCLUDE_UNISTD_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#endif // FIRMWARE_INCLUDE_UNISTD_H
