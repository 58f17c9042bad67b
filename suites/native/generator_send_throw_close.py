# about: a suspended generator takes sent values, thrown exceptions and close, and finally blocks run once

def g(log):
    got = None
    try:
        while True:
            try:
                got = yield ("at", got)
                log.append(got)
            except ValueError as e:
                log.append(("caught", e.args))
                got = "recovered"
    finally:
        log.append("closed")


log = []
x = g(log)
print(next(x))
print(x.send(1))
print(x.throw(ValueError("v")))
print(x.send(2))
try:
    x.throw(KeyError("k"))
except KeyError as e:
    print("out", e.args)
print(log)
log = []
x = g(log)
print(next(x))
x.close()
print(log)
try:
    next(x)
except StopIteration:
    print("stopped")
x = g(log)
try:
    x.send(1)
except TypeError:
    print("not started")
