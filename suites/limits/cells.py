# each: n in 1..5 7..9 15..17 31..33 63..65 113 114 126..130 200
# about: a function makes {{n}} of its locals and parameters into cells
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end
#% if n >= 128 and n != 200
# needs: not (emitter == native and arch in (xtensa, xtensawin))
#% end
#% if n >= 114
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

def outer(p, q):
#% for i in range(n)
    c{{i}} = p + {{i}}
#% end

    def inner():
        return [p, {{", ".join("c{i}" for i in range(n))}}]

    c{{n - 1}} += q
    p += 1
    return inner


print(outer(10, 5)())
