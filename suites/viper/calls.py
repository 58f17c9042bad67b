# about: viper code calls Python functions, methods and builtins with native arguments
import micropython


def show(*args, **kw):
    return args, sorted(kw.items())


class O:
    def m(self, *args):
        return args


@micropython.viper
def f(a: int, u: uint, b: bool, o):
    x = show(a, u, b, 7, True, None, a + 1, a < 3)
    y = o.m(a, b)
    z = show(a, b, k=u, j=1)
    m = int(max(a, 3, u))
    n = len("abc")
    return x, y, z, m + a, n


print(f(2, 9, True, O()))
print(f(-2, 0, False, O()))
