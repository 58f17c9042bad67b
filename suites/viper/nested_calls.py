# about: viper functions call each other, recursively, with mixed types
# emitters: any
import micropython


@micropython.viper
def fib(n: int) -> int:
    if n < 2:
        return n
    return int(fib(n - 1)) + int(fib(n - 2))


@micropython.viper
def ack(m: int, n: int) -> int:
    if m == 0:
        return n + 1
    if n == 0:
        return int(ack(m - 1, 1))
    return int(ack(m - 1, ack(m, n - 1)))


print([fib(i) for i in range(12)], ack(2, 3))
