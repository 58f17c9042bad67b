# about: conditions ask an object for its truth, in every statement and expression that has one

class T:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        return self.v


def f(x):
    out = []
    if x:
        out.append("if")
    else:
        out.append("else")
    out.append("yes" if x else "no")
    out.append(bool(x and 1))
    out.append(bool(x or 0))
    out.append(not x)
    n = 0
    while x and n < 2:
        n += 1
    out.append(n)
    out.append([i for i in range(3) if x])
    try:
        assert x
        out.append("held")
    except AssertionError:
        out.append("failed")
    return out


for x in (0, 1, -1, 0.0, 0.5, "", "a", (), (0,), [], [0], {}, {0: 0}, None, True, False, T(True), T(False), b"", b"\0"):
    print(f(x))
