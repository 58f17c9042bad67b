# each: what in and="x & y" or="x | y" xor="x ^ y" lshift="x << y" rshift="x >> y" lt="x < y" le="x <= y" gt="x > y" ge="x >= y" eq="x == y" ne="x != y" is="x is y" is_not="x is not y" in="x in t" not_in="x not in t" neg="-x" pos="+x" invert="~x" not="not x" chain="x < y < 9 > a" bool_and="x and y" bool_or="x or y" choice="x if y else t"
# about: values that are live around an operator survive it: {{what}}

def f(a, b, c, d, e, x, y, t):
    g = a * 3
    return (a, b, [c, d, {{what}}, e, x], g, y, {{what}}, t, d, a)


print(f(101, 102, 103, 104, 105, 7, 2, (7, 9)))
print(f(-101, "b", None, True, 1.5, -5, 3, (1, 2)))
print(f(1, 2, 3, 4, 5, 0, 0, ()))
