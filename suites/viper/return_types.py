# about: each return annotation makes the object it promises, also for None and for falling off the end
# expect: viper returns 0 for a missing result of a native type
#| -5 int
#| True bool
#| False bool
#| -5 int
#| None NoneType
#| 0 int
#| False bool
#| 0 int
#| text str
#| 5 int
import micropython


@micropython.viper
def as_int(x: int) -> int:
    return x


@micropython.viper
def as_bool(x: int) -> bool:
    return x > 0


@micropython.viper
def as_object(x: int) -> object:
    o = object
    return [x][0]


@micropython.viper
def none_object():
    pass


@micropython.viper
def none_int(x: int) -> int:
    if x:
        return x


@micropython.viper
def none_bool() -> bool:
    return None


@micropython.viper
def none_uint() -> uint:
    return None


@micropython.viper
def text() -> object:
    return "text"


def show(x):
    print(x, type(x).__name__)


show(as_int(-5))
show(as_bool(5))
show(as_bool(0))
show(as_object(-5))
show(none_object())
show(none_int(0))
show(none_bool())
show(none_uint())
show(text())
show(none_int(5))
