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
