# about: casts between bool, int, uint and object
# emitters: any
import micropython


@micropython.viper
def f(a: int, b: uint, c: bool, o):
    d = uint(a)
    e = int(b)
    g = bool(a)
    h = int(c)
    i = int(o)
    j = uint(o)
    k = bool(o)
    l = bool(5)
    m = int(True)
    return [d, e, g, h, i, j, k, l, m, int(a), uint(b)]


print(f(5, 6, True, 7))
print(f(0, 0, False, 0))
