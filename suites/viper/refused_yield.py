# about: viper refuses a generator
# refused: native yield
import micropython


@micropython.viper
def f(a: int):
    yield a
