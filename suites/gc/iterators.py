# about: the iterator of a loop, a generator's state and a manager on the stack survive collections
import gc


def churn():
    gc.collect()
    junk = [bytearray(b"junk" * 4) for i in range(200)]
    gc.collect()


class M:
    def __init__(self, v):
        self.v = [v] * 3

    def __enter__(self):
        churn()
        return self.v

    def __exit__(self, *a):
        churn()
        print("exit", self.v)


def items():
    for i in range(3):
        x = [str(i)] * 3
        churn()
        yield x


def f():
    out = []
    for a in [[str(i) * 4] for i in range(3)]:
        churn()
        for b in items():
            with M("m" + b[0]) as c:
                churn()
                out.append((a, b, c))
    for k, v in {str(i) * 3: [i] for i in range(3)}.items():
        churn()
        out.append((k, v))
    return [sorted(map(str, out))]


print(f())
