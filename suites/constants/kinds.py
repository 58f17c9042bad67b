# about: constants of every kind in one function, alone, in tuples and shared
def f():
    return (
        None, True, False, ..., 0, -1, 1 << 40, 123456789012345678901234567890, -98765432109876543210,
        1.5, -0.25, 1e30, 1e-7, "", "short", "a longer text that is no name", "üñí ☃", b"", b"\0\xff", (), (1,), (1, (2, (3, "x", b"y"), None), ...), (False, (True, None, False)), (0, False), "\0\n\t\"'\\",
    )


for x in f():
    print(repr(x) if not isinstance(x, str) or all(ord(c) < 128 for c in x) else x, x is ...)
