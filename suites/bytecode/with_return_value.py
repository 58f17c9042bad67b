# about: with targets may be names, attributes, items and tuples
class M:
    def __init__(self, v):
        self.v = v

    def __enter__(self):
        return self.v

    def __exit__(self, *a):
        return True


def f(o, l):
    with M(1) as a, M((2, 3)) as (b, c), M(4) as o.x, M(5) as l[0]:
        1 // 0
    return a, b, c, o.v, o.x, l


print(f(M(0), [0]))
