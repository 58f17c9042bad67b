# each: n in 0..9
# about: at a call out of machine code the stack stands as the ABI wants it, whatever is below: {{n}} locals, handlers, values
# needs: stack_misaligned
# emitters: native
# expect: only our firmware tells how the stack stands
#| [0, 0, 0, 0, 0, 0, 0, 0]
import machine, micropython


def plain(h, x):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    r = h()
    return (r,{{"".join(" a{i}," for i in range(n))}})


def handler(h, x):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    try:
        r = h()
    finally:
        x = 0
    return (r,{{"".join(" a{i}," for i in range(n))}})


def values(h, x):
    return [{{"".join("x, " for i in range(n))}}h()][::-1]


def arguments(h, x):
    return (lambda *a, **k: (a[-1], k))({{"".join("x, " for i in range(n))}}h(), k=x)


def cells(h, x):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end

    def inner():
        return (h(),{{"".join(" a{i}," for i in range(n))}})

    return inner()


def generator(h, x):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    yield h()
    yield (x,{{"".join(" a{i}," for i in range(n))}})


@micropython.viper
def typed(h, x: int):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    r = h()
    return (r,{{"".join(" a{i}," for i in range(n))}})


@micropython.viper
def called_by_c(x) -> object:
    return (machine.stack_misaligned(),{{"".join(" x," for i in range(n))}})


h = machine.stack_misaligned
print([plain(h, 1)[0], handler(h, 1)[0], values(h, 1)[0], arguments(h, 1)[0], cells(h, 1)[0], list(generator(h, 1))[0], typed(h, 1)[0], list(map(called_by_c, [1]))[0][0]])
