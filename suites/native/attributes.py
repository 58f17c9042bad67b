# about: attributes are read, written, deleted and looked up through __getattr__ and __setattr__

class P:
    shared = [1]

    def __init__(self):
        self.own = 2


class Q:
    def __getattr__(self, name):
        if name == "gone":
            raise AttributeError(name)
        return "made " + name


def f(p):
    p.own += 5
    p.new = p.own * 2
    p.shared.append(p.new)
    before = p.own, p.new, p.shared
    del p.new
    return before, hasattr(p, "new"), getattr(p, "new", "default"), p.__class__.__name__


print(f(P()))
q = Q()
print(q.anything, q.other, hasattr(q, "gone"))
try:
    P().missing
except AttributeError:
    print("AttributeError")
try:
    (5).new = 1
except AttributeError:
    print("AttributeError")
