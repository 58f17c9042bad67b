# each: n in 1 2 3 8 20
# about: a generator with {{n}} locals keeps them over every yield
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def g({{", ".join("a{i}" for i in range(n))}}):
    total = 0
    while total < 100:
#% for i in range(n)
        a{{i}} += {{i + 1}}
        total += a{{i}}
        yield a{{i}}, total
#% end
    return {{", ".join("a{i}" for i in range(n))}}


def collect(generator):
    result = []
    try:
        while True:
            result.append(next(generator))
    except StopIteration as e:
        return result, e.value


print(collect(g({{", ".join("{i}" for i in range(n))}})))
