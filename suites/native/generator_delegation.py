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
