# each: n in 0..4
# needs: inline_asm == rv32
# about: an RV32 function with {{n}} parameters converts its arguments and refuses other numbers of them
# emitters: any
# expect: assembler exists in MicroPython only
#| {{n * (n + 1) // 2 + 3}}
#% for m in range(6)
#% if m != n
#| function takes {{n}} positional arguments but {{m}} were given
#% end
#% end
import micropython


@micropython.asm_rv32
def f({{", ".join("a{i}" for i in range(n))}}):
    li(t1, 3)
#% for i in range(n)
    add(t1, t1, a{{i}})
#% end
    mv(a0, t1)


print(f({{", ".join("{i + 1}" for i in range(n))}}))
for m in range(6):
    if m != {{n}}:
        try:
            f(*range(m))
        except TypeError as e:
            print(e)
