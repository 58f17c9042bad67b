# about: yield from passes values, sends, exceptions and the result of its delegate

def inner(log, n):
    for i in range(n):
        try:
            got = yield i
        except ValueError as e:
            got = ("inner caught", e.args)
        log.append(got)
    return "result %d" % n


def outer(log, a):
    b = yield from inner(log, 2)
    c = yield from [a, a + 1]
    d = yield from range(2)
    try:
        e = yield from inner(log, 3)
    except KeyError:
        e = "outer caught"
    return a, b, c, d, e


log = []
x = outer(log, 7)
print(next(x), x.send("s"), x.throw(ValueError(1)))
print(next(x), next(x), next(x), next(x))
try:
    x.throw(KeyError)
except StopIteration as e:
    print(e.value)
print(log)
x = outer(log, 8)
print(list(x))
x = outer(log, 8)
print(next(x))
x.close()


class Delegate:
    """An iterator whose end has a value."""

    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration("value of the end")
        return self.n


def delegates():
    x = yield from Delegate(2)
    y = yield from Delegate(0)
    return x, y


def show(it):
    try:
        while True:
            print(next(it))
    except StopIteration as e:
        print("end", e.value)


show(delegates())
