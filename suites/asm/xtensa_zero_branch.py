# needs: inline_asm == xtensa
# unsupported: invalid arch if arch == xtensawin and compiler_release < 1.28
# about: the Xtensa branches on zero, jumps over many instructions, and a loop
# emitters: any
# expect: assembler exists in MicroPython only
#| [1, 0, 0, 1, 5050]
import micropython


@micropython.asm_xtensa
def zero(a2):
    movi(a3, 1)
    beqz(a2, END)
    movi(a3, 0)
    label(END)
    mov(a2, a3)


@micropython.asm_xtensa
def nonzero(a2):
    movi(a3, 1)
    bnez(a2, END)
    movi(a3, 0)
    label(END)
    mov(a2, a3)


@micropython.asm_xtensa
def total(a2):
    movi(a3, 0)
    label(LOOP)
    add(a3, a3, a2)
    addi(a2, a2, -1)
    bnez(a2, LOOP)
    mov(a2, a3)


print([zero(0), zero(256), nonzero(0), nonzero(65536), total(100)])
