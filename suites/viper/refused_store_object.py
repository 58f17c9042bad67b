# about: viper refuses a store of an object through a pointer
# emitters: any
# refused: can't store 'object'
import micropython


@micropython.viper
def f(p: ptr8, o):
    p[0] = o
