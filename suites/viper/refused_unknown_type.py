# about: viper refuses an unknown annotation
# emitters: any
# refused: unknown type 'float'
import micropython


@micropython.viper
def f(a: float):
    return a
