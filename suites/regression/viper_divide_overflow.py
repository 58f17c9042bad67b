# about: floor division and modulo of int are right when the divisor is near the end of the word
# expect: the values depend on the word size
#| right right
import micropython, sys

TOP = (1 << (63 if sys.maxsize > 1 << 40 else 31)) - 1


@micropython.viper
def div(a: int, b: int) -> int:
    return a // b


@micropython.viper
def mod(a: int, b: int) -> int:
    return a % b


print("right" if div(2, -TOP) == -1 else div(2, -TOP), "right" if mod(2, -TOP) == 2 - TOP else mod(2, -TOP))
