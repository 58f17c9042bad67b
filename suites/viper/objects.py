# about: unannotated values are objects with every operation, mixed with native integers
# emitters: any
import micropython


@micropython.viper
def f(a, b, n: int):
    c = a + b
    d = a - b
    e = [c, d, n, n + 1, n > 3]
    e.append(n * 2)
    e[0] = n
    e[n - 4] = "set"
    g = {"k": a}
    g["n"] = n
    s = a in e, a is b, a == b, not a, -a
    t = e[n - 5], e[1], len(e)
    return c, d, e, sorted(g.items()), s, t


print(f(10, 3, 5))
print(f(10.5, 3, 6))
