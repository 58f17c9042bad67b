# about: for over range() and objects, while, break, continue and else with int counters
# emitters: any
import micropython


@micropython.viper
def f(a: int, b: int) -> int:
    t = 0
    for i in range(a, b):
        if i == 3:
            continue
        if i > 12:
            break
        for j in range(i, 0, -2):
            t += i * j
    else:
        t += 1000000
    while t > 5:
        t -= a + 7
        if t & 1:
            break
    else:
        t = -t
    return t


@micropython.viper
def g(o, n: int):
    out = []
    for x in o:
        n -= 1
        if n < 0:
            break
        out.append((x, n))
    else:
        out.append("else")
    return out


for a in (0, 1, 5):
    for b in (0, 4, 20):
        print(f(a, b))
print(g("abc", 2), g([1, 2], 5))
