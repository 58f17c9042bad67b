# about: exceptions leave a generator, a StopIteration from inside becomes RuntimeError, and a dead generator stays dead

def bad(n):
    yield n
    1 // 0


def stop(n):
    yield n
    raise StopIteration(n)


def bound(a, b=2, *, c):
    yield a, b, c


for make in (bad, stop):
    x = make(3)
    print(next(x))
    try:
        next(x)
    except Exception as e:
        print(type(e).__name__)
    print(list(x))

try:
    bound(1)
except TypeError:
    print("refused when called")
print(list(bound(1, c=3)), list(bound(5, 6, c=7)))


def again():
    yield next(me)


me = again()
try:
    next(me)
except ValueError:
    print("already executing")
