# about: None passes through viper code as an argument, result, item and call argument
# emitters: any
import micropython


@micropython.viper
def f(o, x):
    o[0] = None
    y = [None, x]
    z = (lambda v: v)(None)
    return y, z


@micropython.viper
def g(x):
    return None


l = [1]
print(f(l, None), l, g(None))
