# about: a viper function inside another function reads captured objects
import micropython


def outer(x, buf):
    @micropython.viper
    def inner(n: int) -> int:
        p = ptr8(buf)
        return n + int(x) + p[1]

    return inner


print(outer(10, b"\5\6")(3), outer(20, bytearray(b"\0\7"))(1))
