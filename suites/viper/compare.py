# each: op in lt=< le=<= gt=> ge=>= eq="==" ne=!=
# each: type in int uint
# about: {{type}} {{op}} {{type}} as a value, as a condition and negated, at every boundary
# emitters: any
# expect: the values depend on the word size; plain integers check them
#| wrong []
import micropython, sys

BITS = 64 if sys.maxsize > 1 << 40 else 32
EDGE = [0, 1, 2, 127, 128, 255, 256, 32768, 65535, 1 << 30, (1 << (BITS - 1)) - 2, (1 << (BITS - 1)) - 1]
EDGE += [-1, -2, -128, -65536, -(1 << (BITS - 1))] if "{{type}}" == "int" else [1 << (BITS - 1), (1 << BITS) - 2, (1 << BITS) - 1]


@micropython.viper
def value(a: {{type}}, b: {{type}}) -> bool:
    return a {{op}} b


@micropython.viper
def branch(a: {{type}}, b: {{type}}) -> int:
    r = 0
    if a {{op}} b:
        r |= 1
    else:
        r |= 2
    if not (a {{op}} b):
        r |= 4
    while a {{op}} b:
        r |= 8
        break
    return r


@micropython.viper
def swapped(p: int, q: int, b: {{type}}, a: {{type}}) -> int:
    c = a {{op}} b
    d = b {{op}} a
    return p if c else (q if d else 0)


wrong = []
for a in EDGE:
    for b in EDGE:
        want = a {{op}} b
        got = value(a, b), branch(a, b), swapped(5, 6, b, a)
        if got != (want, 9 if want else 6, 5 if want else 6 if b {{op}} a else 0):
            wrong.append((a, b, got))
print("wrong", wrong[:3])
