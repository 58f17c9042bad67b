# each: n in 20 50..66 220 240..256 480 500..512
# only: n % 4 == 0 or n > 60 and n < 66 or n > 248
# about: a call while {{n}} values lie below it on the stack, so that the address of its arguments is far from the stack pointer
# emitters: native
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% if n > 200
# needs: arch not in (xtensa, xtensawin)
#% end

def f(*args, **kw):
    return args, sorted(kw.items())


class A:
    def m(self, a, b):
        return a * 10 + b


def g(x, a):
    return [{{", ".join("x" for i in range(n))}}, f(x, 7, k=x), a.m(x, 2), [x, (x, 3)], {x: 5}]


r = g(4, A())
print(len(r), r[0], r[-6:])
