"""What CPython needs to run a program of these suites that is decorated for native or viper code.

`native` changes nothing. `viper` converts arguments by their annotations the way the machine code does, as far as that
does not depend on the word size: pointers become accessors of the buffer, ints are ints. There is no wrap-around here: a
program whose results depend on the width of a machine word checks itself against a model and states its output.
"""

import builtins


def const(value):
    return value


def native(function):
    return function


class _Pointer:
    def __init__(self, source, offset=0):
        if isinstance(source, _Pointer):
            self.data, self.offset = source.data, source.offset
        else:
            self.data, self.offset = memoryview(source).cast("B"), offset

    def _span(self, index):
        start = self.offset + index * self.size
        if start < 0:
            raise IndexError("the program reads before its buffer")
        return slice(start, start + self.size)

    def __getitem__(self, index):
        return int.from_bytes(self.data[self._span(index)], "little")

    def __setitem__(self, index, value):
        self.data[self._span(index)] = (value & (256**self.size - 1)).to_bytes(self.size, "little")


class ptr8(_Pointer):
    size = 1


class ptr16(_Pointer):
    size = 2


class ptr32(_Pointer):
    size = 4


class ptr(_Pointer):
    size = 1


class uint(int):
    def __new__(cls, value):
        return int(value)


_conversions = {bool: bool, int: int, uint: int, ptr: ptr, ptr8: ptr8, ptr16: ptr16, ptr32: ptr32}


def viper(function):
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    converters = [_conversions.get(function.__annotations__.get(name)) for name in names]
    result = _conversions.get(function.__annotations__.get("return"))

    def call(*args):
        if len(args) != len(names):
            raise TypeError("function takes %d positional arguments but %d were given" % (len(names), len(args)))
        value = function(*[c(a) if c else a for c, a in zip(converters, args)])
        return result(value) if result in (bool, int) else value

    return call


for _type in (ptr, ptr8, ptr16, ptr32, uint):
    setattr(builtins, _type.__name__, _type)
