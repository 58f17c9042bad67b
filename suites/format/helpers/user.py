import first

counter = 5


def read():
    return first.counter, counter


def named_counter():
    return first.function(), first.counter + counter
