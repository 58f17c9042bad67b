# about: shifts by a constant, of a constant, and of a shifted value
# emitters: any
# expect: uint wraps at the machine word in viper only
#| [3, 12, 6291456, 1610612736]
#| [-1, -1, -4, 1024, 8]
#| [8, 1, 0]
import micropython


@micropython.viper
def left(a: int):
    return [a << 0, a << 2, a << 21, a << 29]


@micropython.viper
def right(a: int, n: int):
    return [a >> 31, a >> 5, a >> 1, 1 << n, 8192 >> n]


@micropython.viper
def both(a: int, n: int):
    return [(a << n) >> (n - 2), a >> 1 << n >> n, a >> n]


print(left(3))
print(right(-7, 10))
print(both(2, 4))
