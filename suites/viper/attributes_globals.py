# about: viper code reads and writes attributes, globals and items with native values
# emitters: any
import micropython


class O:
    pass


@micropython.viper
def f(o, n: int, u: uint, b: bool):
    global g, h
    o.n = n
    o.u = u
    o.b = b
    o.c = 42
    o.t = True
    g = n + 1
    h = b
    o.sum = int(o.n) + int(g)
    d = {}
    d[n] = u
    d[1] = b
    return sorted(d.items())


o = O()
print(f(o, -5, 6, True), o.n, o.u, o.b, o.c, o.t, g, h, o.sum)
