value = 5
listed = "listed"
_hidden = 1


def function(x):
    return x * value


class Class:
    def method(self):
        return "method", value
