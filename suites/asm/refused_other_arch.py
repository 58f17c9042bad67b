# needs: arch in (x86, x64) and mode == mpy
# about: the assembler refuses an assembler for another architecture
# emitters: any
# refused: SyntaxError
import micropython


@micropython.asm_thumb
def f():
    nop()
