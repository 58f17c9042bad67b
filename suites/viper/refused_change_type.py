# about: viper refuses a local that changes its type
# emitters: any
# refused: local 'x' has type 'int' but source is 'object'
import micropython


@micropython.viper
def f():
    x = 1
    x = []
