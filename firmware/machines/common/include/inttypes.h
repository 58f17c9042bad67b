// Formats of the integer types with a width.

#ifndef FIRMWARE_INCLUDE_INTTYPES_H
#define FIRMWARE_INCLUDE_INTTYPES_H

#include <stdint.h>

#define PRId32 "d"
#define PRIu32 "u"
#define PRIx32 "x"
#define PRIX32 "X"

#endif // FIRMWARE_INCLUDE_INTTYPES_H
