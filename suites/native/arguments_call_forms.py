# about: every form of call brings positional, keyword, star and map arguments in order

def f(*args, **kw):
    return args, sorted(kw.items())


class C:
    def m(self, *args, **kw):
        return args, sorted(kw.items())


def calls(g, t, k):
    return [
        g(),
        g(1),
        g(1, 2, 3),
        g(a=1),
        g(1, 2, a=3, b=4),
        g(*t),
        g(1, *t),
        g(*t, 2),
        g(*t, *t),
        g(**k),
        g(1, a=2, **k),
        g(*t, a=2, **k),
        g(0, *t, 9, a=2, **k),
        g(**k, **{"z": 26}),
    ]


for line in calls(f, (7, 8), {"x": 1, "y": 2}):
    print(line)
for line in calls(C().m, [7, 8], {"x": 1, "y": 2}):
    print(line)
