# each: n in 1 2 4 8..18 30..34 60..66
# about: calls nested {{n}} deep keep their waiting arguments
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def g(a, b):
    return a * 2 - b


def f(a, b):
    return {{"".join("g(a + {i}, " for i in range(n))}}b{{")" * n}}


print(f(1, 2), f(5, -1))
