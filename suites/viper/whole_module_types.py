# about: a module compiled for viper as a whole uses the types of viper without decorators
# emitters: viper

import micropython

def f(a: int, b: int) -> int:
    c = a * b
    while c > 100:
        c -= 100
    return c


def g(p: ptr8, n: int) -> int:
    t = 0
    for i in range(n):
        t += p[i]
    return t


def h(a):
    return a + a




print(f(20, 30), f(-1, 5), g(bytes((1, 2, 3)), 3), h("x"))
