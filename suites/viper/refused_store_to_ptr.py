# about: viper refuses a store to a pointer without width
# refused: can't store to 'ptr'
import micropython


@micropython.viper
def f(p: ptr, i: int):
    p[i] = 1
