# about: builtins of the runtime call back into native and viper functions: sorted, map, filter, min, iter
import micropython


@micropython.native
def key(x):
    return -x[1]


@micropython.viper
def double(x: int) -> int:
    return x * 2


@micropython.viper
def odd(x: int) -> bool:
    return (x & 1) == 1


@micropython.native
def compare(x, acc=[]):
    acc.append(x)
    return len(acc)


print(sorted([("a", 1), ("b", 3), ("c", 2)], key=key))
print(list(map(double, range(5))), list(filter(odd, range(9))))
print(max([3, 1, 2], key=double), min(range(-3, 3), key=double))
print(list(map(compare, "xyz")), compare("w"))
