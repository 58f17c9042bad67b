# each: n in 380 500 512
# about: {{n}} locals, around the reach of a load from the stack pointer, each keep a value of their own
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# emitters: native

def f(x):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    t = 0
#% for i in range(n)
    t = t * 3 % 1000003 + a{{i}}
#% end
    return t, a0, a{{n // 2}}, a{{n - 1}}


print(f(7))
