# about: viper refuses an object as index of a pointer
# emitters: any
# refused: can't load with 'object' index
import micropython


@micropython.viper
def f(p: ptr8, o):
    x = p[o]
