# each: kind in bytecode native
# helper: library from library.py emit={{kind}}
# about: a function that resumes a generator of another module, of {{kind}} code, still has its own globals behind it
import library

name = "main"


def by_next(it):
    a = next(it)
    return a, name


def by_send(it):
    a = it.send(None)
    b = it.send(1)
    return a, b, name


def by_throw(it):
    next(it)
    try:
        it.throw(ValueError("thrown"))
    except ValueError as e:
        return e.args, name


def by_close(it):
    next(it)
    it.close()
    return name


def by_loop(it):
    r = []
    for x in it:
        r.append((x, name))
        if len(r) == 3:
            return r


def back():
    return "back in " + name


for f in (by_next, by_send, by_throw, by_close, by_loop):
    print(f(library.generate(back)))
