# about: functions made in a loop share the variable or keep a default of their own, and live on their own

def f(n):
    shared = []
    own = []
    for i in range(n):
        shared.append(lambda: i)
        own.append(lambda x=i, *, y=i * 2: (x, y))
    return [g() for g in shared], [g() for g in own], [g(9, y=8) for g in own]


def counter():
    n = 0

    def step(by=1):
        nonlocal n
        n += by
        return n

    return step


print(f(4))
a, b = counter(), counter()
print(a(), a(), b(5), a(), b())
