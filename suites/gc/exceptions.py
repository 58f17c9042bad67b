# about: an exception in flight, its arguments and the objects of its frames survive collections
import gc


def churn():
    gc.collect()
    junk = [bytearray(b"junk" * 4) for i in range(200)]
    gc.collect()


def thrower(n):
    x = ["x" + str(n)] * 3
    try:
        raise ValueError(["argument" + str(n)], bytes((n,)) * 6)
    finally:
        churn()
        print(x)


def f(n):
    y = ["y" + str(n)] * 3
    try:
        thrower(n)
    except ValueError as e:
        churn()
        return y, e.args


for n in range(3):
    print(f(n))
    churn()
