# about: native, bytecode and viper functions share captured variables
import micropython


def make(x):
    @micropython.native
    def get():
        return x

    def put(v):
        nonlocal x
        x = v

    @micropython.native
    def add(v):
        nonlocal x
        x += v
        return lambda: (x, v)

    @micropython.viper
    def twice() -> int:
        return int(x) * 2

    return get, put, add, twice


get, put, add, twice = make(5)
put(10)
print(get(), add(3)(), get(), twice())
put(20)
print(get(), twice())
