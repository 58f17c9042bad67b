# about: viper refuses a unary operator on a pointer
# emitters: any
# refused: can't do unary op of 'ptr8'
import micropython


@micropython.viper
def f(p: ptr8):
    x = -p
