# about: viper refuses a comparison of int with uint
# emitters: any
# refused: comparison of int and uint
import micropython


@micropython.viper
def f(a: int, b: uint) -> bool:
    return a < b
