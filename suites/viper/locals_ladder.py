# each: n in 1..5 8 16..20 30..36 60..66 124..132 231 232 250..256
# about: {{n}} int locals of a viper function each keep a value
# emitters: any
#% if n >= 252 and n != 256
# needs: arch not in (xtensa, xtensawin)
#% end
#% if n >= 232
# unsupported: too many locals for native method if arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end
import micropython


def deep(n):
    return deep(n - 1) + 1 if n else 0


@micropython.viper
def f(x: int) -> int:
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    t = int(deep(5)) - 5
#% for i in range(n)
    t = (t * 3 + a{{i}}) % 1000003
#% end
    return t


print(f(7), f(70))
