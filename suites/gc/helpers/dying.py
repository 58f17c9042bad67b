table = [b"bytes of the module", 12345678901234567890, (1, "nested", 2.5)]


def make(x):
    def inner(y):
        return x + y, b"constant of inner", 98765432109876543210, table, [helper(i) for i in range(3)]

    return inner


def helper(i):
    return "helper %d" % i


def generator(n):
    for i in range(n):
        yield i, "text of the generator", b"bytes of the generator"
