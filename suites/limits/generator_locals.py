# each: n in 20 100 240 260 300 500..504 600 1010 1020 1100
# about: a generator with {{n}} locals keeps them over a yield, on both sides of the reach of every load and store
# emitters: native
# unsupported: asm overflow if emitter == native and arch in (xtensa, xtensawin) and compiler_release < 1.26
# needs: not (arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp) and compiler_release < 1.26)

def g(x):
#% for i in range(n)
    v{{i}} = x
#% end
    v0 = "first"
    v{{n // 2}} = "middle"
    v{{n - 1}} = "last"
    yield v0, v1, v{{n // 2}}
    yield v{{n // 2 - 1}}, v{{n // 2 + 1}}, v{{n - 2}}, v{{n - 1}}
    try:
        yield v0, v{{n - 1}}
    finally:
        yield v{{n // 2}}, v{{n - 3}}


print(list(g(7)))
