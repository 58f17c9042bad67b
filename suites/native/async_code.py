# needs: async
# about: coroutines, async with, async for and awaitables driven by hand

class Later:
    def __init__(self, v):
        self.v = v

    def __await__(self):
        yield ("wait", self.v)
        return self.v * 2

    __iter__ = __await__


class Manager:
    async def __aenter__(self):
        return await Later(1)

    async def __aexit__(self, kind, value, trace):
        await Later(2)
        print("exit", kind and kind.__name__)
        return True


class Items:
    def __init__(self):
        self.n = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.n += 1
        if self.n > 2:
            raise StopAsyncIteration
        return await Later(self.n * 10)


async def f(a, b):
    c = await Later(a)
    async with Manager() as m:
        print("in", m)
        raise ValueError("swallowed")
    out = []
    async for x in Items():
        out.append(x)
    return a, b, c, out


def drive(c):
    steps = []
    try:
        while True:
            steps.append(c.send(None))
    except StopIteration as e:
        return steps, e.value


print(drive(f(3, 4)))
