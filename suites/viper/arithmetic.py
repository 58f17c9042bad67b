# each: op in add=+ sub=- mul=* and=& or=| xor=^
# each: left in int uint
# each: right in int uint
# about: {{left}} {{op}} {{right}} wraps around at the machine word, at every boundary
# emitters: any
# expect: results depend on the word size; a model in plain integers checks them
#| checked 441, wrong []
import micropython, sys

BITS = 64 if sys.maxsize > 1 << 40 else 32
EDGE = [0, 1, 2, 3, 7, 255, 256, 65535, 65536, (1 << (BITS // 2)) - 1, 1 << (BITS // 2), (1 << (BITS - 2)) - 1, 1 << (BITS - 2), (1 << (BITS - 1)) - 2, (1 << (BITS - 1)) - 1]
EDGE += [-x for x in (1, 2, 256, 65536, 1 << (BITS - 2), 1 << (BITS - 1))]


@micropython.viper
def f(a: {{left}}, b: {{right}}) -> {{left}}:
    return a {{op}} b


def wrap(x, kind):
    x &= (1 << BITS) - 1
    return x - (1 << BITS) if kind == "int" and x >> (BITS - 1) else x


wrong = []
LEFT = [wrap(a, "{{left}}") for a in EDGE]
RIGHT = [wrap(b, "{{right}}") for b in EDGE]
for a1 in LEFT:
    for b1 in RIGHT:
        want = wrap(a1 {{op}} b1, "{{left}}")
        got = f(a1, b1)
        if got != want:
            wrong.append((a1, b1, got, want))
print("checked %d, wrong %s" % (len(EDGE) ** 2, wrong[:3]))
