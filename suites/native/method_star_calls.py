# about: methods, functions in attributes and bound methods are called with stars

class A:
    def __init__(self, name):
        self.name = name
        self.plain = free

    def m(self, *args, **kw):
        return self.name, args, sorted(kw.items())

    @classmethod
    def c(cls, *args):
        return cls.__name__, args

    @staticmethod
    def s(*args, **kw):
        return args, sorted(kw.items())


def free(*args, **kw):
    return "free", args, sorted(kw.items())


def f(o, t, d):
    bound = o.m
    return [
        o.m(*t),
        o.m(1, *t),
        o.m(1, 2, *t, k=3),
        o.m(*t, **d),
        o.m(**d),
        o.m(1, x=2, **d),
        o.c(*t),
        o.s(0, *t, **d),
        o.plain(*t, **d),
        bound(*t, **d),
        ",".join(*[["a", "b"]]),
    ]


for r in f(A("a"), (10, 20, 30), {"y": 5, "z": 6}):
    print(r)
