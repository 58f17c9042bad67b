# each: step in 1 2 3 -1 -2 -7
# about: for over range() counts right at both ends with step {{step}}, and leaves the last value behind

def f(a, b):
    out = []
    i = "untouched"
    for i in range(a, b, {{step}}):
        out.append(i)
        if len(out) > 12:
            break
    return out, i


for a in (-3, 0, 5):
    for b in (-9, -3, -2, 0, 4, 5, 6, 12):
        print(a, b, f(a, b))


def g(n):
    return [i for i in range(n)], sum(i * i for i in range(n, 0, -1))


print(g(0), g(1), g(5))
