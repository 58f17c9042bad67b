# each: n in 300 600 1000 1010 1020 1100
# about: {{n}} locals, on both sides of the reach of every load and store from the stack pointer
# emitters: native
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# needs: arch not in (xtensa, xtensawin)

def deep(n):
    return deep(n - 1) + 1 if n else 0


def f(x, deep):
#% for i in range(n)
    v{{i}} = x
#% end
    v0 = "first"
    v1 = "second"
    v{{n // 2}} = "middle"
    v{{n - 2}} = "last but one"
    v{{n - 1}} = "last"
    d = deep(5)
    return d, x, v0, v1, v2, v3, v4, v{{n // 2 - 1}}, v{{n // 2}}, v{{n // 2 + 1}}, v{{n - 4}}, v{{n - 3}}, v{{n - 2}}, v{{n - 1}}


print(f(7, deep))
