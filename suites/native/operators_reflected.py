# about: operators of user classes get the operands in the right order, with reflected and in-place forms

class N:
    def __init__(self, v):
        self.v = v

    def __add__(self, o):
        return ("add", self.v, o)

    def __radd__(self, o):
        return ("radd", self.v, o)

    def __sub__(self, o):
        return ("sub", self.v, o)

    def __rsub__(self, o):
        return ("rsub", self.v, o)

    def __iadd__(self, o):
        return N((self.v, o))

    def __lt__(self, o):
        return ("lt", self.v, o)

    def __gt__(self, o):
        return ("gt", self.v, o)

    def __eq__(self, o):
        return self.v == o

    def __contains__(self, o):
        return self.v == o

    def __neg__(self):
        return ("neg", self.v)

    def __bool__(self):
        return self.v > 2

    def __len__(self):
        return self.v

    def __hash__(self):
        return self.v


def f(a, b):
    c = a
    c += 5
    return a + 1, 1 + a, a - b.v, 7 - a, a < 2, a > b.v, 3 in a, 1 not in a, -a, not a, not b, len(a), c.v, a == 3


print(f(N(3), N(1)))
