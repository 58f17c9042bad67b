# template: one
# about: integer constants of every encoding length as operands of int arithmetic
# emitters: any
import micropython


@micropython.viper
def f(a: int):
    out = []
#% for k in range(30)
    out.append(a + {{2 ** k}})
    out.append(a - {{2 ** k - 1}})
    out.append(a + {{-(2 ** k) - 1}})
    out.append({{2 ** k + 1}} - a)
#% end
    return out


for x in f(5):
    print(x)
