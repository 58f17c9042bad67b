# each: op in add=+ sub=- mul=* xor=^ or=| and=& lt=< eq="=="
# about: {{op}} of every pair of six int parameters into every kind of place
# emitters: any
import micropython


@micropython.viper
def f(p0: int, p1: int, p2: int, p3: int, p4: int, p5: int):
    out = []
#% for i in range(6)
#% for j in range(6)
    out.append(p{{i}} {{op}} p{{j}})
#% end
#% end
#% for i in range(6)
    q{{i}} = p{{i}} {{op}} p{{(i + 1) % 6}}
    out.append(q{{i}})
#% end
    return out, p0, p1, p2, p3, p4, p5


print(f(3, 5, 7, 11, 13, 17))
print(f(-3, 5, 0, 1, -13, 1 << 10))
