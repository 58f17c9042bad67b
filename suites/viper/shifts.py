# each: op in left=<< right=>>
# each: type in int uint
# about: {{type}} {{op}} shift by every count below the word size
# emitters: any
# expect: results depend on the word size; a model in plain integers checks them
#| wrong []
import micropython, sys

BITS = 64 if sys.maxsize > 1 << 40 else 32


@micropython.viper
def f(a: {{type}}, n: int) -> {{type}}:
    return a {{op}} n


@micropython.viper
def g(n: int, a: {{type}}) -> {{type}}:
    b = a {{op}} n
    a {{op}}= 1
    return b ^ a


def wrap(x):
    x &= (1 << BITS) - 1
    return x - (1 << BITS) if "{{type}}" == "int" and x >> (BITS - 1) else x


wrong = []
for a in (0, 1, 5, -1, -2, 0x12345678, -0x12345679, (1 << (BITS - 1)) - 1, 1 << (BITS - 1), 3 << (BITS - 3)):
    a = wrap(a)
    for n in range(BITS):
        want = wrap(a {{op}} n)
        if f(a, n) != want:
            wrong.append(("f", a, n, f(a, n), want))
        want = wrap(want ^ wrap(a {{op}} 1))
        if g(n, a) != want:
            wrong.append(("g", a, n, g(n, a), want))
print("wrong", wrong[:3])
