# each: op in lt=< le=<= gt=> ge=>= eq="==" ne=!=
# about: int {{op}} constant, with the constant on either side, around the constant
# emitters: any
import micropython


@micropython.viper
def right(a: int) -> int:
    r = 0
#% for k in range(17)
    if a {{op}} {{k * k * k * k * k - 70}}:
        r += {{2 ** k}}
#% end
    return r


@micropython.viper
def left(a: int) -> int:
    r = 0
#% for k in range(17)
    if {{k * k * k * k * k - 70}} {{op}} a:
        r += {{2 ** k}}
#% end
    return r


for k in range(17):
    for d in (-1, 0, 1):
        a = k * k * k * k * k - 70 + d
        print(a, right(a), left(a))
