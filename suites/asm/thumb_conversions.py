# needs: inline_asm == thumb
# about: argument and result conversions of assembler functions
# emitters: any
# expect: assembler exists in MicroPython only
#| [5, -5, 1, 0, 0, -1, 97, 7]
#| -2 4294967294 True False -2
import micropython
from array import array


@micropython.asm_thumb
def same(r0):
    nop()


@micropython.asm_thumb
def first(r0):
    ldrb(r0, [r0, 0])


@micropython.asm_thumb
def as_uint(r0) -> uint:
    nop()


@micropython.asm_thumb
def as_bool(r0) -> bool:
    nop()


@micropython.asm_thumb
def as_object(r0) -> object:
    add(r0, r0, r0)
    add(r0, 1)


print([same(5), same(-5), same(True), same(False), same(None), same(0xFFFFFFFF), first("a"), first(array("B", [7]))])
print(same(-2), as_uint(-2), as_bool(-2), as_bool(0), as_object(-2))
