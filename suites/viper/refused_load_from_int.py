# about: viper refuses a load from an int
# refused: can't load from 'int'
import micropython


@micropython.viper
def f(a: int):
    x = a[0]
