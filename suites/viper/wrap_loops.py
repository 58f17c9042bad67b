# each: seed in 1 12345 987654321
# about: a hash of many rounds of int and uint arithmetic equals the model
# expect: wrap-around at the machine word
#| right right
import micropython, sys

BITS = 64 if sys.maxsize > 1 << 40 else 32
MASK = (1 << BITS) - 1


@micropython.viper
def unsigned(x: uint, n: int) -> uint:
    for i in range(n):
        x ^= x << 13
        x ^= x >> 7
        x ^= x << 17
        x = x * uint(1103515245) + uint(12345)
    return x


@micropython.viper
def signed(x: int, n: int) -> int:
    while n:
        x = x * 31 + n
        x ^= x >> 5
        x -= x << 3
        n -= 1
    return x


def model_unsigned(x, n):
    for i in range(n):
        x ^= x << 13 & MASK
        x ^= x >> 7
        x ^= x << 17 & MASK
        x = x * 1103515245 + 12345 & MASK
    return x


def wrap(x):
    x &= MASK
    return x - MASK - 1 if x >> (BITS - 1) else x


def model_signed(x, n):
    while n:
        x = wrap(x * 31 + n)
        x = wrap(x ^ x >> 5)
        x = wrap(x - wrap(x << 3))
        n -= 1
    return x


a, b = unsigned({{seed}}, 50), model_unsigned({{seed}}, 50)
c, d = signed({{seed}}, 50), model_signed({{seed}}, 50)
print("right" if a == b else (a, b), "right" if c == d else (c, d))
