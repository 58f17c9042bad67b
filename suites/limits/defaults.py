# each: n in 1..9 15..18 31..33 63..65 127..129
# about: {{n}} default arguments fill up from the right
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def f({{", ".join("a{i}=({i}, 'd')" for i in range(n))}}):
    return [{{", ".join("a{i}" for i in range(n))}}]


print(f())
print(f("first"))
print(f(*range({{n}} - 1)))
print(f(*range({{n}})))
