# about: error messages and keyword binding use the parameter names stored in the artifact
# expect: the texts are MicroPython's
#| (1, 2, 3, 4)
#| function missing required positional argument #0
#| function got multiple values for argument 'second'
#| unexpected keyword argument 'third'
#| function missing required keyword argument 'only'
def f(first, second, *, only, other=4):
    return first, second, only, other


for call in (
    lambda: f(second=2, only=3, first=1),
    lambda: f(second=2, only=3),
    lambda: f(1, 2, second=3, only=4),
    lambda: f(1, 2, third=3, only=4),
    lambda: f(1, 2),
):
    try:
        print(call())
    except TypeError as e:
        print(e)
