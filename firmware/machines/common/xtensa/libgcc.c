// What the compiler calls for 64-bit numbers and bit counts and what its assembler library does not have.

#include <stdint.h>

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest);
uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);
int64_t __divdi3(int64_t n, int64_t d);
int64_t __moddi3(int64_t n, int64_t d);
int64_t __muldi3(int64_t a, int64_t b);
uint64_t __umulsidi3(uint32_t a, uint32_t b); // of the assembler library
int __popcountsi2(uint32_t x);

// One bit of the quotient at a time, from the first that can be set.
uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest) {
    uint64_t quotient = 0;
    if ((uint32_t)(d >> 32) == 0 && (uint32_t)(n >> 32) == 0) {
        *rest = (uint32_t)n % (uint32_t)d;
        return (uint32_t)n / (uint32_t)d;
    }
    if (d == 0) {
        // The 32-bit routine traps.
        *rest = 0;
        return (uint32_t)n / (uint32_t)d;
    }
    if (n >= d) {
        int n_zeros = n >> 32 != 0 ? __builtin_clz(n >> 32) : 32 + __builtin_clz((uint32_t)n);
        int d_zeros = d >> 32 != 0 ? __builtin_clz(d >> 32) : 32 + __builtin_clz((uint32_t)d);
        for (int bit = d_zeros - n_zeros; bit >= 0; --bit) {
            uint64_t part = d << bit;
            if (n >= part) {
                n -= part;
                quotient |= (uint64_t)1 << bit;
            }
        }
    }
    *rest = n;
    return quotient;
}

uint64_t __udivdi3(uint64_t n, uint64_t d) {
    uint64_t rest;
    return __udivmoddi4(n, d, &rest);
}

uint64_t __umoddi3(uint64_t n, uint64_t d) {
    uint64_t rest;
    __udivmoddi4(n, d, &rest);
    return rest;
}

static uint64_t magnitude(int64_t x) {
    return x < 0 ? -(uint64_t)x : (uint64_t)x;
}

int64_t __divdi3(int64_t n, int64_t d) {
    uint64_t rest;
    uint64_t quotient = __udivmoddi4(magnitude(n), magnitude(d), &rest);
    return (n < 0) != (d < 0) ? -quotient : quotient;
}

int64_t __moddi3(int64_t n, int64_t d) {
    uint64_t rest;
    __udivmoddi4(magnitude(n), magnitude(d), &rest);
    return n < 0 ? -rest : rest;
}

int64_t __muldi3(int64_t a, int64_t b) {
    uint32_t a_low = a, b_low = b;
    return __umulsidi3(a_low, b_low) + ((uint64_t)((uint32_t)(a >> 32) * b_low + (uint32_t)(b >> 32) * a_low) << 32);
}

int __popcountsi2(uint32_t x) {
    x -= x >> 1 & 0x55555555;
    x = (x & 0x33333333) + (x >> 2 & 0x33333333);
    return ((x + (x >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}
