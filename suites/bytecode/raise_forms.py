# about: raise of classes, instances, with arguments and of things that are no exceptions
def f(what):
    try:
        raise what
    except Exception as e:
        return type(e).__name__, e.args


class Mine(Exception):
    def __init__(self, a, b=2):
        super().__init__(a)
        self.b = b


for what in (ValueError, ValueError(1, 2), Mine(5), OSError(2), StopIteration(3), 5, "text", int, Mine):
    try:
        print(f(what)[0])
    except TypeError:
        print("TypeError outside")
try:
    raise Mine(7, b=8)
except Mine as e:
    print(e.args, e.b)
