// The compiler's own stdint.h without the C library's.
#include <stdint-gcc.h>
