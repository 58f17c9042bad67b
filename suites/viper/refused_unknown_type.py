# about: viper refuses an unknown annotation
# refused: unknown type 'float'
import micropython


@micropython.viper
def f(a: float):
    return a
