# about: an exception that passes frames without handlers leaves the values of the catching frame alone

def thrower(n, what):
    if n == 0:
        raise what
    return thrower(n - 1, what) + n


def keeper(a, b, c, d, n):
    e = a + b
    f = c * d
    try:
        thrower(n, ValueError(n))
    except ValueError as x:
        g = x.args
    return a, b, c, d, e, f, g


def passer(a, b):
    return a + keeper(a, b, 3, 4, 7)[4] + b


for i in range(4):
    print(keeper(1, 2, 3, 4, i))
print(passer(10, 20))
