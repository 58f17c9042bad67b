# about: deep recursion keeps the locals of every level

def f(n, a, b):
    if n == 0:
        return [(a, b)]
    c = a + n
    r = f(n - 1, b, c)
    r.append((n, a, b, c))
    return r


r = f(16, 1, 2)
print(len(r), r[0], r[1], r[8], r[-1])


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


print(even(12), odd(12), even(13))
