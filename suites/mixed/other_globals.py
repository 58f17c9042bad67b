# helper: library from library.py
# about: functions see the globals of their own module, also after exceptions and generators crossed modules
import library

name = "main"


def call_back(n):
    if n == 0:
        raise ValueError(name)
    return name, library.through(call_back, n - 1)


for n in range(4):
    try:
        print(call_back(n))
    except ValueError as e:
        print(e.args, name, library.get())
print(library.safe(call_back, 2), name)
g = library.generate(lambda: name)
print(next(g), name, next(g), name)
try:
    g.throw(KeyError)
except KeyError:
    print("thrown", name)
library.set("changed")
print(library.get(), name, library.Class().who(), library.closure()(), name)
