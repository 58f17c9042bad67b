# each: n in 1..8
# about: a call while {{n}} results are waiting on the value stack, in registers and in memory, keeps them in order

def g(i):
    return i * 10


def f(p0, p1, p2, p3):
    return (p0, {{", ".join("g({i}) + p{i % 4}" for i in range(n))}}, p3, g(p0 + g(p1 - g(p2))))


print(f(1, 2, 3, 4))
