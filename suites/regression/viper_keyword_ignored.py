# about: a viper function refuses keyword arguments, also when the number of positional ones is right
# expect: CPython functions take keywords
#| function doesn't take keyword arguments
#| function takes 2 positional arguments but 1 were given
#| function takes 2 positional arguments but 3 were given
import micropython


@micropython.viper
def f(a, b):
    return a


for call in (lambda: f(1, 2, b=3), lambda: f(1), lambda: f(1, 2, 3)):
    try:
        print("took it", call())
    except TypeError as e:
        print(e)
