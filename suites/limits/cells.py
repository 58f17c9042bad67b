# each: n in 1..5 7 8 9 15 16 17 31 32 33 63 64 65 126..130 200
# about: a function makes {{n}} of its locals and parameters into cells
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

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
