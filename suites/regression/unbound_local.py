# about: reading a local before it is assigned raises NameError

def f(set_it):
    if set_it:
        x = 1
    return x


print(f(True))
try:
    f(False)
except NameError:
    print("NameError")
