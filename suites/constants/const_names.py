# about: const() names are replaced in their module, in functions and classes, private or not
from micropython import const

A = const(5)
_B = const(A * 1000 + 1)
_TEXT = const("text")
_TUPLE = const((1, 2, A))


def f(x):
    return A + x, _B, _TEXT, _TUPLE[2]


class C:
    y = _B


print(f(1), C.y, A, _B)
