# about: a buffer that viper code reaches only through its pointer, and objects beside it, survive collections
import micropython, gc


def churn():
    gc.collect()
    junk = [bytearray(b"\xee" * 16) for i in range(300)]
    gc.collect()
    return 0


def make(n):
    return bytearray(range(n, n + 32))


@micropython.viper
def f(n: int) -> int:
    p = ptr8(make(n))
    a = make(n + 1)
    churn()
    t = 0
    for i in range(32):
        t += p[i] * (i + 1)
    churn()
    for i in range(32):
        t += p[i] + int(a[i])
    return t


for n in (1, 50, 100):
    print(f(n))
