# about: classes made in native code: bases, super, properties, class and static methods, closures over __class__

class A:
    count = 0

    def __init__(self, x):
        self.x = x
        A.count += 1

    def who(self):
        return "A", self.x

    @property
    def twice(self):
        return self.x * 2

    @staticmethod
    def s(a, b=2):
        return a, b

    @classmethod
    def c(cls, a):
        return cls.__name__, a


class B(A):
    def __init__(self, x, y):
        super().__init__(x + 1)
        self.y = y

    def who(self):
        first = super().who()
        return ("B", self.y) + first

    def __getitem__(self, i):
        return self.y[i]

    def __call__(self, *args):
        return args, self.twice


b = B(3, "text")
print(b.who(), b.twice, B.s(1), B.c(2), A.count)
print(b[1], b(4, 5), isinstance(b, A), issubclass(A, B))


def make(base, n):
    class Made(base):
        value = n

        def get(self):
            return self.value, n

    return Made


print(make(A, 9)(1).get(), make(B, 8)(1, 2).who())
