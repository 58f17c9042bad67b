# each: n in 0 1 9..11 62..66 126..130 254..258 1000 16382..16386
# about: str and bytes constants of {{n}} characters
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def f():
    return "{{"t" * n}}", b"{{"b" * n}}", {"{{"k" * n}}": 1}


t, b, d = f()
print(len(t), t == "t" * {{n}}, len(b), b == b"b" * {{n}}, d["k" * {{n}}])
