# each: n in 100 300 400 410 700 820 1600
# about: conditional jumps in both directions over {{n}} statements, up to 40 KiB of machine code
# emitters: native
#% if n >= 100
# unsupported: native method too big if emitter == native and arch == armv6m and compiler_release < 1.26
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin) and compiler_release < 1.26
#% end

class A:
    pass


def forward(c, x):
    if c:
#% for i in range(n)
        x = x.a
#% end
        return 1
    return 2


def back(c, x):
    n = 0
    while n < c:
#% for i in range(n)
        x = x.a
#% end
        n += 1
    return n


def around(c, x):
    while True:
        if not c:
            return x
#% for i in range(n)
        x = x.a
#% end
        c -= 1


a = A()
a.a = a
print(forward(0, a), forward(1, a), back(3, a), back(1, a), around(2, a) is a)
