# about: viper refuses a store to a pointer without width
# emitters: any
# refused: can't store to 'ptr'
import micropython


@micropython.viper
def f(p: ptr, i: int):
    p[i] = 1
