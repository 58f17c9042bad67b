# each: width in 8 16 32
# about: ptr{{width}} loads with constant indices on both sides of every encoding limit
# emitters: any
import micropython


@micropython.viper
def f(p: ptr{{width}}):
    return [{{", ".join("p[{i}]" for i in range(0, 68))}}, {{", ".join("p[{i}]" for i in range(124, 132))}}, {{", ".join("p[{i}]" for i in range(252, 260))}}]


@micropython.viper
def far(p: ptr{{width}}):
    return [{{", ".join("p[{i}]" for i in range(508, 516))}}, {{", ".join("p[{i}]" for i in range(1020, 1028))}}, {{", ".join("p[{i}]" for i in range(2044, 2052))}}, {{", ".join("p[{i}]" for i in range(4092, 4100))}}]


@micropython.viper
def third(a: int, b: int, p: ptr{{width}}) -> int:
    return a * 1000 + p[1] * b + p[33] - p[300] + p[31]


b = bytearray(bytes(i * 37 % 127 + 1 for i in range(127)) * (4400 * {{width // 8}} // 127 + 1))
print(f(b))
print(far(b))
print(third(3, 5, b) % 100003)
