# about: viper refuses division of uint
# emitters: any
# refused: div/mod not implemented for uint
import micropython


@micropython.viper
def f(a: uint, b: uint):
    c = a // b
