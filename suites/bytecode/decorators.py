# about: decorators of functions and classes are applied from the inside out, with arguments
def mark(name):
    def decorate(f):
        def call(*a):
            return (name,) + (f(*a),)

        return call

    return decorate


def twice(cls):
    cls.count *= 2
    return cls


@mark("outer")
@mark("inner")
def f(x, y=2):
    return x, y


@twice
@twice
class C:
    count = 3

    @mark("method")
    def m(self):
        return self.count


print(f(1), C.count, C().m())
