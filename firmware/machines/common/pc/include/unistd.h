// Seek origins and sizes, for the core's stream functions.

#ifndef FIRMWARE_PC_UNISTD_H
#define FIRMWARE_PC_UNISTD_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#endif // FIRMWARE_PC_UNISTD_H
