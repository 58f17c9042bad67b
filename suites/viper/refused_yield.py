# about: viper refuses a generator
# emitters: any
# refused: native yield
import micropython


@micropython.viper
def f(a: int):
    yield a
