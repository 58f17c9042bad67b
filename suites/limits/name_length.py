# each: n in 1 2 9..11 62..66 126..130 254 255
# about: an attribute and a global name of {{n}} characters
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

class O:
    pass


{{"n" * n}} = {{n}}
o = O()
o.{{"m" * n}} = 5


def f():
    return {{"n" * n}}, o.{{"m" * n}}


print(f(), len([k for k in globals() if k == "n" * {{n}}]))
