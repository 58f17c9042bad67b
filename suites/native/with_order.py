# each: n in 1 2 3 5
# each: way in fall raise swallow return break
# about: {{n}} managers are entered and left in order when the body ends by {{way}}

class Manager:
    def __init__(self, name, log):
        self.name, self.log = name, log

    def __enter__(self):
        self.log.append(("enter", self.name))
        return self.name * 10

    def __exit__(self, kind, value, trace):
        self.log.append(("exit", self.name, kind and kind.__name__, value and value.args))
        return {{"self.name == 0" if way == swallow else "False"}}


def f(log, a, b):
    for turn in range(2):
        with {{", ".join("Manager({i}, log) as m{i}" for i in range(n))}}:
            log.append(({{", ".join("m{i}" for i in range(n))}}, a))
#% if way in (raise, swallow)
            raise ValueError(b)
#% elif way == return
            return a, b
#% elif way == break
            break
#% end
    return b, a


log = []
try:
    print(f(log, 1, 2))
except ValueError as e:
    print("raised", e.args)
for entry in log:
    print(entry)
