# each: what in assign="x = y" add_assign="x += y" item="l[0] = x" item_assign="l[1] += x" attribute="o.attr = x" attribute_assign="o.attr += x" delete_item="del l[0]" delete_attribute="del o.attr" delete_slice="l[0:1] = [x, y, x]" unpack="x, y = y, x" unpack_three="x, y, e = l" unpack_star="x, *y = l" unpack_nested="(x, (y, e)) = (1, (2, 3))" chained="x = y = e" for="for x in l: y += x" for_range="for x in range(4): y += x" for_unpack="for x, y in ((1, 2), (3, 4)): e += x * y" while="while x < 9: x += y" if="if x > y: x = y" import="import sys as x; x = x.__name__" from_import="from sys import version as y; y = len(y) > 0" call="g(x)" method="l.append(x)" global="global G; G = x" with="with o as x: y = x" assert="assert x != 99, y" return="if x == 99: return y" raise="if x == 99: raise ValueError" print="print(x, y)"
# about: values that are live around a statement survive it: {{what}}

class O:
    attr = 55

    def __init__(self):
        self.attr = 77

    def __enter__(self):
        return "entered"

    def __exit__(self, *args):
        return False


def g(x):
    return x


G = 0


def f(a, b, c, d, e, x, y, l, o):
    h = a * 3
    p = (b, c)
    {{what}}
    return (a, b, c, d, e, x, y, h, p, l, o.attr)


print(f(101, 102, 103, 104, 105, 1, 2, [10, 20, 30], O()), G)
