# each: n in 1 30..34 62..66 98 99 126..130
# only: n < 60 and n % 2 == 0 or n == 1 or n > 60
# about: a call and a method call with a star pass {{n}} keywords as well
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% if n > 90
# needs: not (emitter == native and arch in (xtensa, xtensawin))
#% end

def f(*args, **kw):
    return args, len(kw), [kw[k] for k in sorted(kw)]


class A:
    def m(self, *args, **kw):
        return f(*args, **kw)


def g(t, x):
    return f(*t, {{", ".join("k{i}=x" for i in range(n))}}, last={{n}}), A().m(0, *t, {{", ".join("k{i}={i}" for i in range(n))}})


for r in g((1, 2), 5):
    print(r)
