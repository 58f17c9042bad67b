# each: width in 8 16 32
# each: index in int uint
# about: ptr{{width}} stores with a variable {{index}} index change one element and no neighbour
# emitters: any
import micropython


@micropython.viper
def f(p: ptr{{width}}, i: {{index}}, x: int):
    p[i] = x


@micropython.viper
def late(a: int, b: int, x: int, i: {{index}}, p: ptr{{width}}):
    c = a + b
    p[i] = x
    p[i + {{"uint(1)" if index == uint else "1"}}] = x + 1
    p[i] += c
    return a, b, c, x


for i in range({{128 // width}}):
    b = bytearray(b"\xaa" * 24)
    f(b, i, 0x11223344)
    print(b)
    f(b, i, -2)
    print(b)
b = bytearray(32)
print(late(1, 2, 0x0a0b0c0d, 3, b), b)
