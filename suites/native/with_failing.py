# each: where in lookup enter exit
# about: an exception in the {{where}} step of a with statement reaches the caller and keeps the locals

class Manager:
#% if where != lookup
    def __enter__(self):
#% if where == enter
        raise KeyError("enter")
#% end
        return self
#% end

    def __exit__(self, kind, value, trace):
        print("exit", kind)
#% if where == exit
        raise KeyError("exit")
#% end


def f(a, b):
    c = a + b
    try:
        with Manager() as m:
            print("body")
    except (KeyError, AttributeError, TypeError) as e:
        return a, b, c, "{{where}}"
    return "no exception"


print(f(1, 2))
