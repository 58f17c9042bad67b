# each: what in try finally define class nested_for nested_with try_in_loop
# about: values that are live around a block survive it: {{what}}

class Manager:
    def __enter__(self):
        return "entered"

    def __exit__(self, *args):
        return True


def f(a, b, c, d, e, x, y, l, o):
    h = a * 3
    p = (b, c)
#% if what == try
    try:
        x = l[99]
    except IndexError:
        x = "caught"
#% elif what == finally
    try:
        x = l[0]
    finally:
        y = "done"
#% elif what == define
    def x(z, default=y):
        return z + default

    x = x(y)
#% elif what == class
    class x:
        attr = 5

    x = x.attr
#% elif what == nested_for
    for i in l:
        for j in l:
            x += i * j
#% elif what == nested_with
    with o as x:
        with o as y:
            y = l[99]
#% else
    for i in range(5):
        try:
            x += l[i]
        except IndexError as error:
            y += i
#% end
    return (a, b, c, d, e, x, y, h, p, l)


print(f(101, 102, 103, 104, 105, 1, 2, [10, 20, 30], Manager()))
