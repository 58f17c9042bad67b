# each: bits in 32 64
# needs: word_bits == {{bits}}
# about: integers with the top bits set become the right objects in returns, calls, items and displays
# emitters: any
# expect: CPython has no machine words
#| {{2 ** 30}} {{-(2 ** 30) - 1}} {{"2147483648" if bits == 32 else "9223372036854775808"}} {{"4294967295" if bits == 32 else "18446744073709551615"}} {{"-2147483648" if bits == 32 else "-9223372036854775808"}}
import micropython


@micropython.viper
def f(o, one: int):
    a = one << 30
    b = -a - 1
    c = uint(1) << {{bits - 1}}
    d = uint(0) - uint(1)
    e = one << {{bits - 1}}
    o[0] = a
    o[1] = b
    o.append(c)
    return (o[0], o[1], o[2], d, e)


print(*f([0, 0], 1))
