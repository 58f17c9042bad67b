# each: way in next throw close
# about: a generator suspended in a try inside a with inside a loop goes on rightly after {{way}}

class Manager:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        self.log.append("in")
        return self

    def __exit__(self, *args):
        self.log.append(("out", args[0] and args[0].__name__))


def g(log, a, b):
    for i in range(2):
        with Manager(log):
            try:
                c = yield a + i
                log.append(c)
            except ValueError as e:
                log.append(e.args)
                yield b + i
            finally:
                log.append("finally")
    return a, b


log = []
x = g(log, 10, 20)
print(next(x))
#% if way == next
print(x.send("sent"))
try:
    next(x)
except StopIteration as e:
    print(e.value)
#% elif way == throw
print(x.throw(ValueError("thrown")))
print(next(x))
try:
    x.throw(KeyError)
except KeyError:
    print("out")
#% else
x.close()
#% end
print(log)
