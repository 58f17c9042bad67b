# about: the name of an except clause holds the exception inside the clause and is gone behind it

def f(l):
    try:
        l[9]
    except IndexError as e:
        kept = e
        print(type(e).__name__)
    return type(kept).__name__


print(f([]))

try:
    raise OSError(5)
except OSError as e:
    print(e.args)
try:
    e
except NameError:
    print("no e")
