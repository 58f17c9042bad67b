# needs: vfp and arch in (armv7emsp, armv7emdp)
# template: one
# about: the VFP instructions of the Thumb assembler, with even and odd registers
# emitters: any
# expect: assembler exists in MicroPython only
#| [12, 6, 27, 3, 3, -9, 100]
#| [1, 0, 0, 1]
#| [3, 5]
import micropython
from array import array
#% for i in range(4)


@micropython.asm_thumb
def f{{i}}(r0, r1):
    vmov(s{{2 * i + 1}}, r0)
    vcvt_f32_s32(s{{2 * i}}, s{{2 * i + 1}})
    vmov(s{{31 - i}}, r1)
    vcvt_f32_s32(s{{30 - 5 * i}}, s{{31 - i}})
    {{"vadd" if i == 0 else "vsub" if i == 1 else "vmul" if i == 2 else "vdiv"}}(s{{3 + 4 * i}}, s{{2 * i}}, s{{30 - 5 * i}})
    vcvt_s32_f32(s{{9 + 6 * i}}, s{{3 + 4 * i}})
    vmov(r0, s{{9 + 6 * i}})
#% end


@micropython.asm_thumb
def root(r0):
    vmov(s0, r0)
    vcvt_f32_s32(s1, s0)
    vsqrt(s7, s1)
    vcvt_s32_f32(s2, s7)
    vmov(r0, s2)


@micropython.asm_thumb
def negate(r0):
    vmov(s5, r0)
    vcvt_f32_s32(s5, s5)
    vneg(s4, s5)
    vcvt_s32_f32(s5, s4)
    vmov(r0, s5)


@micropython.asm_thumb
def less(r0, r1):
    vmov(s0, r0)
    vmov(s1, r1)
    vcvt_f32_s32(s0, s0)
    vcvt_f32_s32(s1, s1)
    mov(r0, 1)
    vcmp(s0, s1)
    vmrs(APSR_nzcv, FPSCR)
    bmi(END)
    mov(r0, 0)
    label(END)


@micropython.asm_thumb
def equal(r0, r1):
    vmov(s6, r0)
    vmov(s9, r1)
    mov(r0, 1)
    vcmp(s6, s9)
    vmrs(APSR_nzcv, FPSCR)
    beq(END)
    mov(r0, 0)
    label(END)


@micropython.asm_thumb
def move(r0):
    vldr(s3, [r0, 8])
    vldr(s4, [r0, 12])
    vstr(s4, [r0, 0])
    vstr(s3, [r0, 1020])


print([f0(9, 3), f1(9, 3), f2(9, 3), f3(9, 3), root(9), negate(9), root(10000)])
print([less(3, 4), less(4, 3), equal(1, 2), equal(1065353216, 1065353216)])
a = array("f", [1, 2, 3, 5] + [0] * 252)
move(a)
print([int(a[255]), int(a[0])])
