# about: functions decorated as native inside a module of any kind: plain, generator, closure, class, lambda inside
import micropython


@micropython.native
def plain(a, b=2, *c, d=4, **e):
    return a, b, c, d, sorted(e.items())


@micropython.native
def generator(n):
    for i in range(n):
        got = yield i
        if got:
            return got


@micropython.native
def outer(x):
    y = x + 1

    def inner(z):
        return x, y, z

    return inner, lambda q: q + y


class C:
    @micropython.native
    def method(self, a):
        return self.base + a

    base = 100


print(plain(1), plain(1, 3, 5, d=6, f=7))
print(list(generator(3)))
a, b = outer(10)
print(a(1), b(2), C().method(5))
print(plain.__name__, generator.__name__)
