# each: n in 1 2 3 4 8 16 30
# about: unpacking into {{n}} names takes exactly {{n}} items, in order

def f(x):
    {{"".join("a{i}, " for i in range(n))}} = x
    return [{{", ".join("a{i}" for i in range(n))}}]


for extra in (-1, 0, 1):
    for make in (tuple, list, iter):
        try:
            print(f(make(range({{n}} + extra))))
        except ValueError:
            print("ValueError")
