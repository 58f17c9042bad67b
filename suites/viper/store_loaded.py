# each: width in 8 16 32
# about: values that were just loaded or computed by a call are stored through ptr{{width}} at constant indices
# expect: the machine's word decides how far a value reaches
#| wrong []
import micropython

BYTES = {{width}} // 8


def same(x):
    return x


@micropython.viper
def loaded(p: ptr{{width}}, q: ptr{{width}}):
#% for i in range(40)
    p[{{i}}] = q[{{39 - i}}]
#% end
    p[254] = q[41]
    p[255] = q[42]
    p[256] = q[43]
    p[257] = q[44]


@micropython.viper
def called(p: ptr{{width}}, x: int):
    p[0] = int(same(x))
    p[1] = int(same(x + 1))
    p[31] = int(same(x + 2))
    p[32] = int(same(x + 3))
    p[33] = int(same(x + 4))


def item(b, i):
    return int.from_bytes(b[i * BYTES : (i + 1) * BYTES], "little")


q = bytearray((i * 7 + 1) & 255 for i in range(48 * BYTES))
p = bytearray(260 * BYTES)
loaded(p, q)
wrong = [i for i in range(40) if item(p, i) != item(q, 39 - i)]
wrong += [i for i in range(4) if item(p, 254 + i) != item(q, 41 + i)]
wrong += [i for i in range(40 * BYTES, 254 * BYTES) if p[i]] + [i for i in range(258 * BYTES, 260 * BYTES) if p[i]]
called(p, 91)
wrong += [i for i, k in enumerate((0, 1, 31, 32, 33)) if item(p, k) != 91 + i]
print("wrong", wrong)
