# each: n in 1..10 14 18..24 28..34 38..46 58..66 76..88 108..132 244..260 500..514 1000..1024
# about: viper loops and conditions branch over {{n}} moves between registers, two to three octets each
# emitters: any
# only: n < 140 or n % 2 == 0
#% if n >= 1004
# unsupported: native method too big if arch == armv6m and compiler_release < 1.26
#% end
#% if n >= 1006
# unsupported: out of range if arch in (xtensa, xtensawin) and compiler_release < 1.26
#% end
import micropython


@micropython.viper
def f(x: int, y: int) -> int:
    t = 0
    while x > 0:
        x -= 1
#% for i in range(n)
        y = x
#% end
        t += 1
    return t * 1000 + y


@micropython.viper
def g(x: int, y: int) -> int:
    if x < y:
#% for i in range(n)
        x = y
#% end
        return x
    else:
#% for i in range(n)
        y = x
#% end
    return y + 5000


print(f(3, 9), f(0, 9), g(1, 2), g(2, 1))
