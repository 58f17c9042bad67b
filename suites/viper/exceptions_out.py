# about: exceptions leave viper functions and pass through them, and with blocks close
import micropython


class M:
    def __enter__(self):
        return 5

    def __exit__(self, *a):
        print("exit", a[0] and a[0].__name__)


@micropython.viper
def inner(n: int) -> int:
    if n > 2:
        raise ValueError(n)
    return n


@micropython.viper
def middle(n: int, m) -> int:
    t = n * 2
    with m as k:
        t += int(inner(n)) + int(k)
    return t


for n in (1, 2, 3, 4):
    try:
        print(middle(n, M()))
    except ValueError as e:
        print("out", e.args)
