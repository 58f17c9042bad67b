# about: a deleted local raises NameError when it is read

def f(x):
    del x
    try:
        return x
    except NameError:
        return "NameError"


print(f(1))
