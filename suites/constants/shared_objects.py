# about: equal constants of different types stay different
def f():
    return 1, 1.0, True, "1", b"1", (1,), (1.0,), (True,), "a", b"a", 0, 0.0, -0.0, False, ((1, 2.0), (1.0, 2))


for x in f():
    print(repr(x), type(x).__name__)
