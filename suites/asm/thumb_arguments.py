# each: n in 0..4
# needs: inline_asm == thumb
# about: a Thumb function with {{n}} parameters converts its arguments and refuses other numbers of them
# emitters: any
# expect: assembler exists in MicroPython only
#| {{n * (n + 1) // 2 + 3}}
#% for m in range(6)
#% if m != n
#| function takes {{n}} positional arguments but {{m}} were given
#% end
#% end
#| keyword refused
import micropython


@micropython.asm_thumb
def f({{", ".join("r{i}" for i in range(n))}}):
    mov(r5, 3)
#% for i in range(n)
    add(r5, r5, r{{i}})
#% end
    mov(r0, r5)


print(f({{", ".join("{i + 1}" for i in range(n))}}))
for m in range(6):
    if m != {{n}}:
        try:
            f(*range(m))
        except TypeError as e:
            print(e)
try:
    f(x=1)
except TypeError:
    print("keyword refused")
