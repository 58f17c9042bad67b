# about: unary operators on ints of every size, floats, bools and user objects
class O:
    def __neg__(self):
        return "neg"

    def __pos__(self):
        return "pos"

    def __invert__(self):
        return "inv"

    def __abs__(self):
        return "abs"


def f(x):
    return -x, +x, not x, abs(x)


for x in (0, 1, -1, 2**29, -(2**30), 2**30, 2**62, -(2**62), 2**63, 10**30, True, False, 1.5, -0.5, O()):
    print(f(x))
for x in (0, 1, -1, 2**30, -(2**30), 2**64, True, O()):
    print(~x)
