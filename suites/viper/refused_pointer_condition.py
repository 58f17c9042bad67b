# about: viper refuses a pointer as a condition
# refused: can't implicitly convert 'ptr8' to 'bool'
import micropython


@micropython.viper
def f(p: ptr8):
    if p:
        print(1)
