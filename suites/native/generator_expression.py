# about: generator expressions, nested and captured, read the variables around them

def f(n, k):
    a = (i * k for i in range(n) if i % 2)
    b = ((i, j) for i in range(2) for j in range(k))
    c = (x + y for x, y in zip(range(n), range(10, 20)))
    return list(a), list(b), sum(c), max((i * i - k for i in range(n)), default=None)


print(f(6, 3))
print(f(0, 0))
