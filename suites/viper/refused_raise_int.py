# about: viper refuses to raise an int
# emitters: any
# refused: must raise an object
import micropython


@micropython.viper
def f(a: int):
    raise a
