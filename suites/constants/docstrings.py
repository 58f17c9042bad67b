# about: texts that stand alone are no values
"""module"""


def f():
    "function"
    b"bytes"
    5
    return "result"


class C:
    "class"
    x = 1


print(f(), C.x)
