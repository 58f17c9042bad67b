# about: list, set and dict comprehensions with conditions, nesting and captured variables

def f(n, k):
    a = [i + k for i in range(n)]
    b = sorted({i % 3 + k for i in range(n)})
    c = sorted({i: [j * k for j in range(i)] for i in range(n) if i != 2}.items())
    d = [(x, y) for x in a if x > k for y in b if y < x]
    e = [[i for i in range(j)] for j in range(k)]
    return a, b, c, d, e, n, k


print(f(4, 2))
print(f(0, 1))
