# each: n in 1 2 8 30..34 62..66 126..130 200
# about: a function makes {{n}} lambdas, and each is the right one
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def outer(y):
    return [
#% for i in range(n)
        lambda x: x * {{i}} + y,
#% end
    ]


print([f(2) for f in outer(5)])
