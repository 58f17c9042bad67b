# about: a chain of comparisons evaluates each operand once and stops at the first false

def v(x, log):
    log.append(x)
    return x


def f(a, b, c, d):
    log = []
    r = v(a, log) < v(b, log) <= v(c, log) != v(d, log)
    s = a < b < c < d, a > b > c, a == b == c, a < b > c
    return r, s, log


for args in ((1, 2, 3, 4), (2, 1, 3, 4), (1, 2, 2, 2), (1, 3, 2, 9), (1, 1, 1, 1)):
    print(f(*args))
