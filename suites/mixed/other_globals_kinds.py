# each: kind in bytecode native
# helper: library from library.py emit={{kind}}
# about: this module and a module of {{kind}} code call each other, each with its own globals
import library

name = "main"


def back(n):
    return name + str(n)


print(library.through(back, 1), name, library.safe(lambda n: 1 // n, 0), name, library.get())
for x in library.generate(lambda: name):
    print(x, name)
    if x[1] == "main":
        break
