name = "library"


def through(f, n):
    r = f(n)
    return name, r


def safe(f, n):
    try:
        return f(n)
    except (ValueError, ZeroDivisionError) as e:
        return name, type(e).__name__


def generate(f):
    while True:
        yield name, f()


def get():
    return name


def set(x):
    global name
    name = x


class Class:
    def who(self):
        return name


def closure():
    x = name

    def inner():
        return x, name

    return inner
