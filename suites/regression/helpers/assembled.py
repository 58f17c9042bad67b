import micropython


@micropython.asm_thumb
def double(r0):
    add(r0, r0, r0)
