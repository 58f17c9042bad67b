# each: op in add=+ sub=- mul=* div=/ floordiv=// mod=% pow=** and=& or=| xor=^ lshift=<< rshift=>>
# about: {{op}} and its in-place form on locals, globals, attributes and items
class O:
    x = 12


G = 12


def f(a, b, l, o):
    global G
    c = a {{op}} b
    a {{op}}= b
    l[0] {{op}}= b
    o.x {{op}}= b
    G {{op}}= b
    return a, b, c, l, o.x, G


print(f(12, 2, [12, 5], O()))
M = 12
M {{op}}= 4
print(M, 12 {{op}} 4)
