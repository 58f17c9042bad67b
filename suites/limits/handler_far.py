# each: n in 100 400 1600 3260 3280 3300
# about: an exception handler stands {{n}} statements behind the place where it is set up
# emitters: native
# needs: arch not in (xtensa, xtensawin)
#% if n > 1600
# needs: arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end
# unsupported: native method too big if emitter == native and arch == armv6m and compiler_release < 1.26

class A:
    pass


def f(x, l):
    try:
#% for i in range(n)
        x = x.a
#% end
        l[1]
    except IndexError:
        return "caught", x.name
    return "none", x.name


a = A()
a.a = a
a.name = "a"
print(f(a, []), f(a, [1, 2]))
