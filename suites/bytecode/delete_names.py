# about: del of locals, globals, attributes, items and captured variables in bytecode
# emitters: bytecode
class O:
    pass


def f(x):
    y = x
    del x
    try:
        x
    except NameError:
        print("local gone")

    def inner():
        return y

    del y
    try:
        inner()
    except NameError:
        print("captured gone")


g = 1
del g
try:
    g
except NameError:
    print("global gone")
f(1)
o = O()
o.a = 1
del o.a
print(hasattr(o, "a"))
l = [1, 2, 3]
del l[1]
d = {1: 2}
del d[1]
print(l, d)
