# each: width in 8 16 32
# about: bool, int, uint and constant values are stored through ptr{{width}} from every register
# emitters: any
import micropython


@micropython.viper
def f(p: ptr{{width}}, a: int, b: uint, c: bool, d: int):
    p[0] = a
    p[1] = b
    p[2] = c
    p[3] = a > d
    p[4] = 77
    p[5] = d
    p[6] = a + d
    p[7] = True
    p[a] = d
    p[d] = a
    p[d + 1] = b
    p[a + 2] = 0
    p[a + 3] = c


b = bytearray(b"\xff" * 64)
f(b, 8, 9, True, 12)
print(b)
