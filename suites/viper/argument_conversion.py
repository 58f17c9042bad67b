# each: type in int uint bool object
# about: what a viper function makes of objects passed for a {{type}} parameter
# emitters: any
# expect: integers are cut to the machine word, CPython has no such types
#% if type == bool
#| 0 False
#| 1 True
#| -1 True
#| True True
#| False False
#| None False
#| [] False
#| [0] True
#| 1.5 True
#% elif type == object
#| 0 0
#| 1 1
#| -1 -1
#| True True
#| False False
#| None None
#| [] []
#| [0] [0]
#| 1.5 1.5
#% else
#| 0 0
#| 1 1
#| -1 {{"-1" if type == int else "top"}}
#| True 1
#| False 0
#| None TypeError can't convert NoneType to int
#| [] TypeError can't convert list to int
#| [0] TypeError can't convert list to int
#| 1.5 TypeError can't convert float to int
#% end
import micropython, sys

TOP = (1 << (64 if sys.maxsize > 1 << 40 else 32)) - 1


@micropython.viper
def f(x: {{type}}) -> {{type}}:
    return x


for x in (0, 1, -1, True, False, None, [], [0], 1.5):
    try:
        y = f(x)
        print(x, "top" if y is not None and y != [] and y == TOP else y)
    except TypeError as e:
        print(x, "TypeError", e)
