# each: n in 1..4 8..14 24..30 40..60 100..130 220..245
# about: {{n}} locals beside an exception handler, which takes stack words of its own
# time-factor: 0.1
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end
#% if n >= 42
# needs: not (emitter == native and arch in (xtensa, xtensawin))
#% end
#% if n >= 224
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

def deep(n):
    return deep(n - 1) + 1 if n else 0


def f(x, l):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    t = deep(5) - 5
    try:
#% for i in range(n)
        t = t * 3 % 1000003 + a{{i}}
#% end
        l[1]
    except IndexError:
        a0 = (a0, a{{n - 1}})
    return t, a0, a{{n // 2}}, a{{n - 1}}


print(f(7, []), f(8, [1, 2]))
