# each: n in 1 2 4 8..18 28..36 56..66 120..130
# about: an expression needs {{n}} places on the value stack
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end

def f(a, b):
    return {{"".join("(a + {i}, " for i in range(n))}}b{{")" * n}}


def flat(a, b):
    return [{{"".join("a + {i}, " for i in range(n))}}b]


def depth(x):
    return 1 + depth(x[1]) if isinstance(x, tuple) else 0


print(flat(1, 2))
x = f(1, 2)
for i in range({{n}}):
    print(x[0], end=" ")
    x = x[1]
print(x)
