# each: n in 0..14 18..24 30..46 54..66 76..90 108..132 244..260 300 400 401 500..520 600 1016..1028
# about: a loop jumps back over {{n}} statements
#% if n >= 503
# unsupported: native method too big if emitter == native and arch == armv6m and compiler_release < 1.26
#% end
#% if n >= 401
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin) and compiler_release < 1.26
#% end
# emitters: native

def f(x, y):
    n = 0
    while x:
        n += 1
        x -= 1
#% for i in range(n)
        y = n
#% end
    return x, y, n


def g(x, y):
    while True:
        if x == y:
            return x
#% for i in range(n)
        y = y
#% end
        x += 1


print(f(5, 0), f(0, 9), g(1, 6))
