# each: n in 1..5 8..18 24..34 48 56..66 100 116..130 200 225 226 232..234 246 254..257 300
# about: {{n}} locals each keep a value of their own
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end
#% if n >= 226
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

def deep(n):
    return deep(n - 1) + 1 if n else 0


def f(x):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    t = deep(5) - 5
#% for i in range(n)
    t = t * 3 % 1000003 + a{{i}}
#% end
    return t, a0, a{{n // 2}}, a{{n - 1}}


print(f(7))
print(f(1000))
