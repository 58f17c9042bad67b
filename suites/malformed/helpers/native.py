import micropython

name = "native"


@micropython.native
def function(x):
    return x + 1, name, b"constant"


@micropython.viper
def typed(x: int) -> int:
    return x + 1
