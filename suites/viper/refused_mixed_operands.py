# about: viper refuses an operator between int and object
# emitters: any
# refused: can't do binary op between 'int' and 'object'
import micropython


@micropython.viper
def f(a: int, b):
    x = a + b
