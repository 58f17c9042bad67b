# about: arguments built for a call survive collections while later ones are computed, of every call form
import gc


def churn(x):
    gc.collect()
    junk = [bytearray(b"junk" * 4) for i in range(200)]
    gc.collect()
    return x


def make(i):
    return bytes((i, i + 1, i + 2)) * 5


def g(*a, **k):
    churn(0)
    return a, sorted(k.items())


class C:
    def m(self, *a, **k):
        return g(*a, **k)


def f(o):
    return (
        g(make(1), churn(2), make(3), k=make(4), j=churn(make(5))),
        o.m(make(1), churn(make(2)), k=make(3)),
        g(*[make(6), churn(make(7))], **{"x": make(8)}),
        C().m(make(9), *(make(10), churn(make(11)))),
    )


for x in f(C()):
    print(x)
