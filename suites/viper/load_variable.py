# each: width in 8 16 32
# each: index in int uint
# about: ptr{{width}} loads with a variable {{index}} index read the element and nothing else
# emitters: any
import micropython


@micropython.viper
def f(p: ptr{{width}}, i: {{index}}) -> int:
    return p[i]


@micropython.viper
def late(a: int, b: int, i: {{index}}, p: ptr{{width}}):
    c = a + b
    x = p[i]
    y = p[i + {{"uint(1)" if index == uint else "1"}}]
    return (a, b, c, x, y, p[i] + p[i], i)


b = bytearray(i * 37 % 127 + 1 for i in range(256))
print([f(b, i) for i in range({{2048 // width - 2}})])
print(late(100, 200, 3, b))
