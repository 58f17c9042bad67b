# each: bits in 32 64
# needs: word_bits == {{bits}}
# about: integers beyond a word of {{bits}} bits are cut when they become int or uint
# emitters: any
# expect: CPython has no machine words
#| 0 0
#| 1 1
#| -1 {{"4294967295" if bits == 32 else "18446744073709551615"}}
#| {{"-2147483648 2147483648" if bits == 32 else "-9223372036854775808 9223372036854775808"}}
#| 5 5
#| {{"-1 4294967295" if bits == 32 else "-1 18446744073709551615"}}
import micropython


@micropython.viper
def i(x: int) -> int:
    return x


@micropython.viper
def u(x: uint) -> uint:
    return x


for x in (1 << {{bits}}, (1 << {{bits}}) + 1, -(1 << {{bits}}) - 1, 1 << {{bits - 1}}, (3 << 100) + 5, (1 << {{bits}}) - 1):
    print(i(x), u(x))
