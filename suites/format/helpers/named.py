counter = 0
counter += 1


def function():
    return __name__


value = function()
