# each: n in 1 2 4 8..18 30..34 60..66
# about: calls nested {{n}} deep keep their waiting arguments

def g(a, b):
    return a * 2 - b


def f(a, b):
    return {{"".join("g(a + {i}, " for i in range(n))}}b{{")" * n}}


print(f(1, 2), f(5, -1))
