# each: n in 1 9 10 18 19 20 38 39 62..66 126..130 200 255 300
# about: an integer constant of {{n}} digits, both signs
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def f():
    return {{"7" * n}}, -{{"8" * n}}


a, b = f()
print(a, b, a % 1000007, -b % 1000003)
