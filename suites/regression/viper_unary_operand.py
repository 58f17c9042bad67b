# each: op in minus=- invert=~
# about: the local that {{op}} reads keeps its value, in registers and on the stack
# expect: results of viper stand beside what plain integers give
#| 3 3
#| 3 4
#| 3 9 3
import micropython


@micropython.viper
def first(x: int) -> int:
    y = {{op}}x
    return x


@micropython.viper
def second(w: int, x: int) -> int:
    y = {{op}}x
    return x


@micropython.viper
def used_again(x: int) -> int:
    return x + ({{op}}x) - ({{op}}x)


@micropython.viper
def on_stack(v: int, w: int, x: int) -> int:
    y = {{op}}x
    return x


@micropython.viper
def both(x: int, y: int) -> int:
    a = {{op}}x
    b = {{op}}y
    return x * 3 + y


print(first(3), used_again(3))
print(second(5, 3), second(6, 4))
print(on_stack(1, 2, 3), both(2, 3), first(3))
