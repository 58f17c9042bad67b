# about: viper refuses to raise an int
# refused: must raise an object
import micropython


@micropython.viper
def f(a: int):
    raise a
