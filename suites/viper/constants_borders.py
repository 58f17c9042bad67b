# template: one
# about: integer constants on both sides of where each encoder changes the form, as words and as objects
# emitters: any
import micropython


@micropython.viper
def small(a: int):
    out = []
#% for k in range(-36, 52)
    out.append((a + {{k}}, {{k}}))
#% end
    return out


@micropython.viper
def middle(a: int):
    out = []
#% for k in range(4)
#% for d in range(-3, 4)
    out.append((a + {{(96 if k == 0 else 2 ** (k + 6)) + d}}, a + {{-(96 if k == 0 else 2 ** (k + 6)) + d}}, {{(96 if k == 0 else 2 ** (k + 6)) + d}}))
#% end
#% end
    return out


@micropython.viper
def large(a: int):
    out = []
#% for k in range(10, 18)
#% for d in range(-2, 3)
    out.append((a + {{2 ** k + d}}, a + {{-(2 ** k) + d}}, {{2 ** k + d}}, {{-(2 ** k) + d}}))
#% end
#% end
    return out


for f in small, middle, large:
    for x in f(0):
        print(x)
