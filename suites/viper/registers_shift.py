# template: one
# about: shifts, divisions and modulo of every pair of five parameters, so that no register pair is special
# emitters: any
import micropython


@micropython.viper
def f(p0: int, p1: int, p2: int, p3: int, p4: int):
    out = []
#% for i in range(5)
#% for j in range(5)
    out.append(p{{i}} << p{{j}})
    out.append(p{{i}} >> p{{j}})
    out.append(p{{i}} // p{{j}})
    out.append(p{{i}} % p{{j}})
#% end
#% end
    return out, p0, p1, p2, p3, p4


@micropython.viper
def g(p0: uint, p1: uint, p2: uint):
    return [p0 >> p1, p1 >> p0, p2 >> p1, p1 >> p2, p0 >> p2, p2 << p0, p0 << p0], p0, p1, p2


print(f(3, 5, 7, 1, 2))
print(g(9, 2, 1000))
