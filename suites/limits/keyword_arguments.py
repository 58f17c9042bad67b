# each: n in 1..5 15..17 63 64 114 115 127..129 200 254
# about: a call with {{n}} keyword arguments binds each by name
#% if n >= 115
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

def f({{", ".join("k{i}=None" for i in range(n))}}):
    return [{{", ".join("k{i}" for i in range(n))}}]


def g(**kw):
    return sorted(kw.items())


print(f({{", ".join("k{n - 1 - i}={i}" for i in range(n))}}))
print(g({{", ".join("k{i}={i * 3}" for i in range(n))}}))
