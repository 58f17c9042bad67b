# each: a in bytecode native viper
# each: b in bytecode native viper
# each: c in bytecode native viper
# about: a {{a}} function calls a {{b}} function that calls a {{c}} function, with results and exceptions
import micropython

#% if a != bytecode
@micropython.{{a}}
#% end
def first(x, n):
    y = x + x
    r = second(y, n)
    return [x, y, r]


#% if b != bytecode
@micropython.{{b}}
#% end
def second(x, n):
    z = x + x
    try:
        r = third(z, n)
    except ValueError:
        r = "caught"
    return [x, z, r, n]


#% if c != bytecode
@micropython.{{c}}
#% end
def third(x, n):
    if n is MARK:
        raise ValueError
    w = x + x
    return [w, LIST[0], n]


MARK = "mark"
LIST = [5]
print(first(3, 1), first(4, MARK), first("ab", None))
