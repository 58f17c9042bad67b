# each: n in 0..4 15..18 63..65 126..130 254..258 300
# about: tuple, list, set and dict displays of {{n}} items in order
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def f(x):
    return (
        ({{"".join("x + {i}, " for i in range(n))}}),
        [{{"".join("x - {i}, " for i in range(n))}}],
#% if n > 0
        sorted({ {{", ".join("x + {i}" for i in range(n))}} }),
#% end
        sorted({ {{", ".join("x + {i}: {i}" for i in range(n))}} }.items()),
    )


print(f(1000))
