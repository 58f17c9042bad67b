# each: width in 8 16 32
# about: ptr{{width}} loads and stores with negative indices, constant and variable, reach behind the pointer
# emitters: any
# expect: a pointer into the middle of a buffer exists in viper only
#| 0 0 0 0
#| changed [8, 9, 10, 11]
import micropython


@micropython.viper
def addr(p: ptr8) -> uint:
    return uint(p)


@micropython.viper
def load(a: uint, i: int) -> int:
    p = ptr{{width}}(a)
    x = 0
    if p[-1] != p[i]: x += 1
    if p[-2] != p[i - 1]: x += 2
    if p[-33] != p[i - 32]: x += 4
    if p[-300] != p[i - 299]: x += 8
    return x


@micropython.viper
def zero(a: uint, i: int) -> int:
    p = ptr{{width}}(a)
    return p[i]


@micropython.viper
def store(a: uint, i: int):
    p = ptr{{width}}(a)
    p[-1] = 11
    p[-33] = 10
    p[-300] = 9
    p[i] = 8


SIZE = {{width // 8}}
b = bytearray(400 * SIZE)
for i in range(400):
    b[i * SIZE] = i * 7 % 251 + 1
end = addr(b) + 400 * SIZE
got = [load(end, -1), zero(end, -1) - b[399 * SIZE], zero(end, -300) - b[100 * SIZE], zero(end, -400) - b[0]]
print(*got)
store(end, -400)
print("changed", [b[i * SIZE] for i in (0, 100, 367, 399)])
