# each: n in 1..8 12..16 100 400 500 1000 1300 2200
# about: a function of {{n}} statements, around the sizes where the length needs one more octet
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def f(x):
#% for i in range(n)
    x += 1
#% end
    return x


print(f(3))
