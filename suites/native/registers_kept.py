# each: n in 0..9 16
# about: native functions with {{n}} locals leave their caller the registers that a call keeps
# needs: registers_changed
# emitters: native
# expect: only our firmware tells which registers a call changes
#| ['', '', '', '', '', '', '', '']
import machine


def plain(x, y):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    t = y
#% for i in range(n)
    t = t * 3 + a{{i}}
#% end
    return t


def loops(x, y):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    t = 0
    while x > 0:
        x -= 1
        for k in (1, 2, 3):
            t += y >> k
        for k in range(3):
            t ^= k << 2
    return [t{{"".join(", a{i}" for i in range(n))}}]


def caught(x, y):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    try:
        y[x]
    except IndexError as error:
        y = str(error)
    finally:
        x = 1
    return [x, y{{"".join(", a{i}" for i in range(n))}}]


def left(x, y):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    for k in y:
        try:
            if k > 1:
                return [k{{"".join(", a{i}" for i in range(n))}}]
        finally:
            x = k


def calls(x, y):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    return dict(*[()], k=max(x, y{{"".join(", a{i}" for i in range(n))}}), **{"l": y})


def names(x, y):
    global g
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    g = [x]
    g.append(y)
    del g[0]
    import sys
    return sys.platform, g{{"".join(", a{i}" for i in range(n))}}


def cells(x, y):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end

    def inner():
        return [x, y{{"".join(", a{i}" for i in range(n))}}]

    x = y
    return inner()


def defaults(x, y=3, *z, k=4, **l):
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    return x, y, z, k, l{{"".join(", a{i}" for i in range(n))}}


changed = machine.registers_changed
print([changed(plain, 5, 7), changed(loops, 5, 7), changed(caught, 3, []), changed(left, 3, [0, 1, 2]), changed(calls, 3, 4), changed(names, 3, 4),
       changed(cells, 3, 4), changed(defaults, 3)])
