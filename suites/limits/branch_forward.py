# each: n in 0..14 18..24 30 40..46 60..66 80..90 120..130 250..258 300 406 407 500..516 600
# about: an if and its else jump forward over {{n}} statements
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end
#% if n >= 509
# unsupported: native method too big if emitter == native and arch == armv6m and compiler_release < 1.26
#% end
#% if n >= 407
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin) and compiler_release < 1.26
#% end

def f(c, x, y):
    if c:
#% for i in range(n)
        x = y
#% end
        y = x + 1
    else:
#% for i in range(n)
        y = x
#% end
        x = y + 2
    return x, y


print(f(True, 1, 2), f(False, 1, 2), f(0, 5, 6), f([0], 7, 8))
