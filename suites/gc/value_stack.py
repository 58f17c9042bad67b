# each: n in 1 2 3 4 8 16
# about: {{n}} objects that only the value stack holds survive collections
import gc


def churn(x):
    gc.collect()
    junk = [bytearray(b"junk" * 4) for i in range(200)]
    gc.collect()
    return x


def make(i):
    return [bytes((i, i + 1, i + 2)) * 5]


def f(a):
    return ({{"".join("make(a + {i}), " for i in range(n))}}churn(a), make(a) + make(a + 1), churn(make(a + 2)))


print(f(1))
print([f(i)[0] for i in range(3)])
