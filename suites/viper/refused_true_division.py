# about: viper refuses true division of int
# emitters: any
# refused: not implemented
import micropython


@micropython.viper
def f(a: int, b: int):
    x = a / b
