# about: viper refuses a load from an int
# emitters: any
# refused: can't load from 'int'
import micropython


@micropython.viper
def f(a: int):
    x = a[0]
