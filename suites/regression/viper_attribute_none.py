# about: viper code stores None in attributes and globals as None
# expect: the module is decorated for viper; what None means does not depend on that
#| None None
import micropython


class A:
    pass


@micropython.viper
def f(o):
    global g
    o.x = None
    g = None


g = 1
a = A()
f(a)
print(a.x, g)
