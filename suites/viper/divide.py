# about: floor division and modulo of int follow Python's signs up to the largest small integers
# emitters: any
# expect: the model leaves out what depends on the word size
#| wrong []
import micropython, sys

BITS = 64 if sys.maxsize > 1 << 40 else 32


@micropython.viper
def div(a: int, b: int) -> int:
    return a // b


@micropython.viper
def mod(a: int, b: int) -> int:
    return a % b


@micropython.viper
def live(p: int, q: int, a: int, b: int) -> int:
    return p * 1000 + (q + a // b) - a % b + p


wrong = []
EDGE = [0, 1, 2, 3, 7, 10, 255, 65536, (1 << (BITS - 2)) - 2, (1 << (BITS - 2)) - 1]
for a in EDGE + [-x for x in EDGE]:
    for b in EDGE[1:] + [-x for x in EDGE[1:]]:
        if (div(a, b), mod(a, b)) != (a // b, a % b):
            wrong.append((a, b, div(a, b), mod(a, b)))
for a in (17, -17):
    for b in (5, -5):
        if live(2, 3, a, b) != 2002 + 3 + a // b - a % b:
            wrong.append((a, b, live(2, 3, a, b)))
print("wrong", wrong[:3])
