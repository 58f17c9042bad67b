# about: names that every runtime knows and names of this program mix in one table
class Everything:
    def __init__(self, *args, **kwargs):
        self.append = args
        self.own_name_of_this_program = kwargs

    def keys(self):
        return sorted(self.own_name_of_this_program)

    def items(self, sort=None, key=None, end=""):
        return self.append, sort, key, end

    def __getitem__(self, index):
        return self.append[index]

    def __len__(self):
        return len(self.append)

    def __call__(self, value, another_name=0):
        return value, another_name


e = Everything(1, 2, name=3, unusual_name=4)
print(e.keys(), e.items(sort=1, key=2, end="x"), e[1], len(e), e(1, another_name=2))
print(sorted(n for n in dir(e) if not n.startswith("__")))
