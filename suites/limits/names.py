# each: n in 1 2 28..34 62..66 124..130 250..260 284..292
# about: a function reaches {{n}} attribute names, each the right one
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end
#% if n >= 257 and n != 292
# needs: not (emitter == native and arch in (xtensa, xtensawin))
#% end
#% if n >= 251
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

class O:
    pass


def f(o):
#% for i in range(n)
    o.name{{i}} = {{i}}
#% end
    return [{{", ".join("o.name{i}" for i in range(n))}}]


o = O()
print(f(o))
print([getattr(o, "name%d" % i) for i in range({{n}})])
