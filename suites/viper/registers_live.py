# each: what in add="a + b" sub="a - b" mul="a * b" lshift="a << b" rshift="a >> b" div="a // b" mod="a % b" lt="int(a < b)" neg=-a invert=~a load8=p[b] load16=q[b] load32="(r[b] & 255)" load8c=p[3] load16c=q[3] load32c="(r[3] & 1023)" object="int(o[b])" call="int(g(a))" global="int(G)" cast=int(uint(a)) attribute="int(h.x)" length="int(len(o))"
# about: integers that are live around {{what}} in viper code survive it
# emitters: any
import micropython


class H:
    x = 99


G = 500
h = H()


def g(x):
    return x + 1000


@micropython.viper
def f(c: int, d: int, a: int, b: int, p: ptr8, q: ptr16, r: ptr32, o) -> int:
    e = a * 3
    x = 100000 * (c + 10 * ({{what}}) + d) - (e + ({{what}})) * c
    return x + c * 7 + d * 11 + a * 13 + b * 17 + e * 19


buffer = bytearray(range(1, 65))
for c, d, a, b in ((1, 2, 9, 3), (-4, 5, -77, 2), (0, 0, 1, 1)):
    print(f(c, d, a, b, buffer, buffer, bytearray(b"\1\2\3\0" * 8), [10, 20, 30, 40]))
