# each: n in 1..5 15 16 17 63 64 127 128 129 200 254
# about: a call with {{n}} keyword arguments binds each by name
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def f({{", ".join("k{i}=None" for i in range(n))}}):
    return [{{", ".join("k{i}" for i in range(n))}}]


def g(**kw):
    return sorted(kw.items())


print(f({{", ".join("k{n - 1 - i}={i}" for i in range(n))}}))
print(g({{", ".join("k{i}={i * 3}" for i in range(n))}}))
