# about: viper refuses a local before its type is known
# emitters: any
# refused: local 'x' used before type known
import micropython


@micropython.viper
def f(a: int):
    if a:
        print(x)
    x = 1
