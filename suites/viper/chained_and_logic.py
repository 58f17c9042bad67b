# about: chains of comparisons, and/or on integers and truth values, and conditional expressions
# emitters: any
import micropython


@micropython.viper
def chain(a: int, b: int, c: int) -> int:
    r = 0
    if a < b < c:
        r |= 1
    if a <= b <= c <= 9:
        r |= 2
    if a < b and b < c or c == 0:
        r |= 4
    if not (a < b or b < c):
        r |= 8
    d = a < b < c
    if d:
        r |= 16
    e = a and b
    g = a or c
    return r * 10000 + (e if a else 77) * 100 + g + (b if a > c else c)


for a in (0, 1, 5):
    for b in (0, 1, 2, 9):
        for c in (0, 2, 9, 10):
            print(a, b, c, chain(a, b, c))
