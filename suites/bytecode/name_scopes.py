# about: names in class bodies, nested functions, global and nonlocal declarations find the right scope
x = "global"


def f():
    x = "local"

    class C:
        y = "class"
        w = y + "!"

        def m(self):
            return x

    def g():
        global x
        x = "changed"
        return x

    def h():
        nonlocal x
        x = "nonlocal"
        return x

    return C.y, C.w, C().m(), g(), h(), x


print(f(), x)
