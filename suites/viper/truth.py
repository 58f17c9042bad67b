# about: int, uint, bool and object as conditions in if, while, and, or and if-else
# emitters: any
import micropython


@micropython.viper
def f(a: int, b: uint, c: bool, d):
    out = []
    if a:
        out.append("a")
    if b:
        out.append("b")
    if c:
        out.append("c")
    if d:
        out.append("d")
    out.append(1 if a else 2)
    out.append(1 if b else 2)
    out.append(1 if c else 2)
    n = 0
    while a:
        a = a >> 1
        n += 1
    out.append(n)
    while not c:
        c = True
        out.append("not c")
    return out


for a in (0, 1, 256, 65536, 1 << 30):
    print(a, f(a, 0, False, None), f(0, a, a > 5, [a]), f(a, a, True, ()))
