# about: viper refuses a pointer as a condition
# emitters: any
# refused: can't implicitly convert 'ptr8' to 'bool'
import micropython


@micropython.viper
def f(p: ptr8):
    if p:
        print(1)
