# needs: async
# about: a return inside async with gives its value to the awaiting side

class Manager:
    async def __aenter__(self):
        return "entered"

    async def __aexit__(self, kind, value, trace):
        print("exit", kind)


async def f(a):
    async with Manager():
        return a


try:
    f(5).send(None)
except StopIteration as e:
    print(e.value)
