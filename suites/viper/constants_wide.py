# about: constants beyond the small integers of the file become native by a cast
# emitters: any
# expect: uint depends on the word size
#| 2147483647 2147483648 -1 1 4294967295
import micropython


@micropython.viper
def f():
    a = int(0x7FFFFFFF)
    b = uint(0x80000000)
    c = int(-1)
    d = uint(0xFFFFFFFF)
    return a, b, c, int(d & uint(1)), d


print(*f())
