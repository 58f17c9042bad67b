# each: n in 1 2 28..34 60..66 124..130 250..260 284..292
# about: a function reaches {{n}} constant objects of its module, each at its place
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end
#% if n >= 257 and n != 292
# needs: not (emitter == native and arch in (xtensa, xtensawin))
#% end
#% if n >= 252
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

def f():
    return [
#% for i in range(n)
        b"object {{i}}",
#% end
    ]


def last():
    return b"the last one"


print(f())
print(last())
