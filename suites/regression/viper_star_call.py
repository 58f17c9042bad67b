# about: viper code calls a function with star arguments after a native one
import micropython


def show(*args):
    return args


@micropython.viper
def f(a: int, t):
    return show(a, *t)


print(f(1, (2, 3)))
