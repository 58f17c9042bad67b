# about: loops copy and swap between buffers of different widths
# emitters: any
import micropython


@micropython.viper
def widen(d: ptr16, s: ptr8, n: int):
    i = 0
    while i < n:
        d[i] = s[i] << 4
        i += 1


@micropython.viper
def reverse(p: ptr32, n: int):
    j = n - 1
    for i in range(n >> 1):
        t = p[i]
        p[i] = p[j]
        p[j] = t
        j -= 1


@micropython.viper
def total(p: ptr8, n: int) -> int:
    t = 0
    for i in range(n):
        t = (t * 31 + p[i]) & 0xFFFFFF
    return t


a = bytearray(range(16))
b = bytearray(32)
widen(b, a, 16)
print(b)
c = bytearray(range(40))
reverse(c, 10)
print(c)
print(total(c, 40), total(b"text", 4))
