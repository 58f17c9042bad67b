# each: n in 1..3 8 19 20
# about: a generator with {{n}} locals keeps them over every yield
#% if n >= 20
# unsupported: native method too big if emitter == native and arch == armv6m and compiler_release < 1.26
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin) and compiler_release < 1.26
#% end

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
