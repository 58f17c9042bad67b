name = "victim"
table = (1, "text", b"bytes", 12345678901234567890)


def function(x):
    return x, name, table


class Class:
    def method(self):
        return [i for i in range(3)], "a text that is no name"
