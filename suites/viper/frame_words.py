# each: n in 1..9
# about: a frame of {{n}} words has room for all of them and gives the caller its registers back
import micropython


@micropython.viper
def f(h, a):
    return ({{"".join("a, " for i in range(n - 1))}}h(),)


@micropython.native
def caller(h, f):
    r = f(h, 7)
    s = f(h, 8)
    return r, s, h(), callable(f)


def h():
    return "h"


print(caller(h, f))
print(caller(h, f))


@micropython.viper
def key(a):
    return ({{"".join("a, " for i in range(n))}})


# Called by code that keeps more in its registers than what called caller().
print(sorted([3, 1, 2], key=key), max([1, 5, 2], key=key), min([4, 2, 6], key=key))
print([x[0] for x in map(key, [1, 2, 3])], list(filter(key, [0, 1])), [a + b[0] for a, b in zip([1, 2], map(key, [5, 6]))])
