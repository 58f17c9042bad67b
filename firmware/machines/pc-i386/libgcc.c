// The two routines of the compiler's library that 32-bit code calls. The library itself comes with a package that cannot be
// installed beside Debian's cross compilers.

#include <stdint.h>

uint64_t __udivdi3(uint64_t n, uint64_t d);
int __popcountsi2(uint32_t x);

// The quotient has to fit.
static uint32_t divide(uint32_t high, uint32_t low, uint32_t d, uint32_t *rest) {
    uint32_t quotient;
    __asm ("divl %4" : "=a" (quotient), "=d" (*rest) : "a" (low), "d" (high), "rm" (d) : "cc");
    return quotient;
}

uint64_t __udivdi3(uint64_t n, uint64_t d) {
    uint32_t rest;
    if (d >> 32 == 0) {
        uint32_t high = divide(0, n >> 32, d, &rest);
        uint32_t low = divide(rest, n, d, &rest);
        return (uint64_t)high << 32 | low;
    }
    // Divided by the divisor's upper 32 significant bits the quotient is exact or one too large.
    int shift = __builtin_clz(d >> 32);
    uint64_t half = n >> 1;
    uint64_t quotient = divide(half >> 32, half, d << shift >> 32, &rest);
    quotient = quotient << shift >> 31;
    if (quotient != 0) {
        --quotient;
    }
    return quotient + (n - quotient * d >= d);
}

int __popcountsi2(uint32_t x) {
    x -= x >> 1 & 0x55555555;
    x = (x & 0x33333333) + (x >> 2 & 0x33333333);
    return ((x + (x >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}
