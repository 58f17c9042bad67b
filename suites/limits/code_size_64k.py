# each: n in 2500 5000
# about: a native function of more than 64 KiB of machine code, {{n}} statements, can be called
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)
# emitters: native

def f(x, step):
#% for i in range(n)
    x += step
#% end
    return x


print(f(3, 1))
