# about: methods of one class in bytecode, native and viper, inherited and called through super
import micropython


class A:
    def plain(self, a):
        return "plain", self.x, a

    @micropython.native
    def machine(self, a, *b, k=3):
        return "native", self.x, a, b, k, self.plain(a)

    @micropython.viper
    def typed(self, n: int) -> int:
        return int(self.x) + n

    def __init__(self, x):
        self.x = x


class B(A):
    @micropython.native
    def machine(self, a):
        return super().machine(a, 1, 2, k=4), self.typed(5)


print(A(1).machine(2), B(10).machine(20), B(3).typed(4))
