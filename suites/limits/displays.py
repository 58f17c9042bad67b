# each: n in 0..4 15..18 63..65 126..130 226 227 254..258 300
# about: tuple, list, set and dict displays of {{n}} items in order
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end
#% if n >= 256 and n != 300
# needs: not (emitter == native and arch in (xtensa, xtensawin))
#% end
#% if n >= 227
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

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
