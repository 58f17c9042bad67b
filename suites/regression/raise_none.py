# about: raise None is a TypeError and leaves the function

def f(what):
    try:
        raise what
    except TypeError:
        return "TypeError"
    return "went on"


print(f(None))
print(f(5))
