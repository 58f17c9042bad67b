# needs: inline_asm == rv32
# about: compressed RV32 instructions
# emitters: any
# expect: assembler exists in MicroPython only
#| [30, 20, 10, 7, 96, 3, -2, 5, 77]
import micropython
from array import array


@micropython.asm_rv32
def add_(a0, a1):
    c_add(a0, a1)


@micropython.asm_rv32
def sub_(a0, a1):
    c_sub(a0, a1)


@micropython.asm_rv32
def and_or(a0, a1):
    c_mv(a2, a0)
    c_and(a2, a1)
    c_xor(a0, a1)
    c_or(a0, a2)
    c_addi(a0, -20)


@micropython.asm_rv32
def li_():
    c_li(a0, 7)


@micropython.asm_rv32
def shifts(a0):
    c_slli(a0, 6)
    c_srli(a0, 1)


@micropython.asm_rv32
def arithmetic(a0):
    c_srai(a0, 2)


@micropython.asm_rv32
def masked(a0):
    c_andi(a0, -2)


@micropython.asm_rv32
def jumps(a0):
    c_li(a1, 5)
    c_beqz(a0, END)
    c_li(a1, 6)
    c_j(END)
    c_li(a1, 9)
    label(END)
    c_mv(a0, a1)


@micropython.asm_rv32
def memory(a0):
    c_lw(a1, 4(a0))
    c_sw(a1, 0(a0))
    c_li(a0, 0)


a = array("i", [1, 77])
memory(a)
print([add_(10, 20), sub_(50, 30), and_or(10, 20), li_(), shifts(3), arithmetic(12), masked(-1), jumps(0), a[0]])
