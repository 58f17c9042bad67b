# What the server of warm_start.c runs once from source and once as an artifact, so that the emulator has translated what
# most programs need. It has to end with status 0 and leave nothing that outlives it: no thread, no process.
import sys, gc, micropython


class Base:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return self.value + other

    @property
    def double(self):
        return self.value * 2


class Derived(Base):
    def __init__(self, value, *rest, key=None, **more):
        super().__init__(value)
        self.rest = rest


def generator(n):
    for i in range(n):
        try:
            yield i
        finally:
            pass


def closure(a):
    def inner(b=1):
        nonlocal a
        a += b
        return a

    return inner


@micropython.viper
def viper(p: ptr8, n: int) -> int:
    total = 0
    for i in range(n):
        total += p[i]
    return total


@micropython.bytecode
def interpreted(x):
    while x > 3:
        x -= 1
    return [x for x in range(x)], {k: v for k, v in zip("ab", "cd")}, {x}


print(Derived(2, 3, key=4, more=5) + 1, Derived(3).double, list(generator(3)), closure(1)(), interpreted(5))
print(viper(b"abc", 3), 10**30 // 7, 1.5e10, -3 % 7, "%s %r %d %x" % ("a", "b", 3, 255), "{:>5}|{}".format(1, None))
for error in (ValueError, KeyError, OSError):
    try:
        raise error(1, "text")
    except Exception as caught:
        sys.print_exception(caught)
try:
    import no_such_module
except ImportError as caught:
    print(caught)
print(sorted("edcba"), "a,b".split(","), b"\x00\xff", bytearray(3), memoryview(b"ab")[1], (1, 2) < (1, 3))
try:
    exec("x = lambda a: a + 1\nprint(x(1), isinstance(x, object), 1 << 70, True, ...)")
except NameError:
    pass
gc.collect()
