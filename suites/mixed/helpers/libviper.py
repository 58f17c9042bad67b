import micropython

count = 0


@micropython.viper
def add(n: int) -> int:
    global count
    count = int(count) + n
    return int(count)


@micropython.viper
def call(f, n: int):
    r = f(n)
    return [r, count]


@micropython.viper
def get():
    return count
