# about: viper refuses an operator between int and object
# refused: can't do binary op between 'int' and 'object'
import micropython


@micropython.viper
def f(a: int, b):
    x = a + b
