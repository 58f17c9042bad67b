# about: viper refuses to return another type than it says
# emitters: any
# refused: return expected 'int' but got 'object'
import micropython


@micropython.viper
def f(a) -> int:
    return a
