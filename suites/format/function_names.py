# about: functions, generators, methods, lambdas and classes report their names
def f():
    pass


def g():
    yield 1


class C:
    def method(self):
        pass


print(f.__name__, g.__name__, C.__name__, C.method.__name__, (lambda: 0).__name__)
