# needs: inline_asm == thumb
# about: assembler, viper, native and bytecode functions of one module call each other
# expect: assembler exists in MicroPython only
#| [46, 20, 12, [13, 4]]
import micropython


@micropython.asm_thumb
def double(r0):
    add(r0, r0, r0)


@micropython.viper
def typed(n: int) -> int:
    return int(double(n)) + n


@micropython.native
def plain(x):
    return typed(x) + double(x)


def wrapped(x, *rest):
    return plain(x) - len(rest)


class C:
    method = double


print([wrapped(10, 1, 2, 3, 4), double(10), double(6), [plain(2) + 3, typed(1) + 1]])
