# about: try, except, else and finally in viper code keep native locals of every type
# emitters: any
import micropython


@micropython.viper
def f(l, i: int, u: uint, b: bool, p: ptr8):
    t = i + 100
    v = u
    try:
        x = l[i]
        t += 1
        if b:
            raise ValueError
    except IndexError:
        t += 10
    except ValueError:
        t += 20
        v += u
    else:
        t += 40
    finally:
        t += p[1]
    return t, i, u, b, v, p[0]


for i in (0, 1, 5):
    for b in (True, False):
        print(f([7, 8], i, 3, b, b"\1\2"))
