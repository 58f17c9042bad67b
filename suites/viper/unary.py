# each: type in int uint
# about: minus, plus and inversion of {{type}} at the boundaries of the word
# emitters: any
# expect: results depend on the word size; a model in plain integers checks them
#| wrong []
import micropython, sys

BITS = 64 if sys.maxsize > 1 << 40 else 32


@micropython.viper
def neg(a: {{type}}) -> {{type}}:
    return -a


@micropython.viper
def inv(a: {{type}}) -> {{type}}:
    return ~a


@micropython.viper
def pos(a: {{type}}) -> {{type}}:
    return +a


@micropython.viper
def mixed(p: int, q: int, a: {{type}}) -> {{type}}:
    b = a
    c = ~b
    d = -c
    return +d + b - c


def wrap(x):
    x &= (1 << BITS) - 1
    return x - (1 << BITS) if "{{type}}" == "int" and x >> (BITS - 1) else x


wrong = []
for a in (0, 1, -1, 2, 255, -256, (1 << (BITS - 1)) - 1, 1 << (BITS - 1), (1 << BITS) - 1):
    a = wrap(a)
    got = neg(a), inv(a), pos(a), mixed(1, 2, a)
    want = wrap(-a), wrap(~a), a, wrap(-~a + a - ~a)
    if got != want:
        wrong.append((a, got, want))
print("wrong", wrong)
