# each: outer in bytecode native
# each: inner in bytecode native
# about: a {{outer}} generator delegates to a {{inner}} generator and both are driven from outside
import micropython

#% if inner == native
@micropython.native
#% end
def inner(log, n):
    try:
        for i in range(n):
            got = yield i
            log.append(got)
    except ValueError as e:
        log.append(e.args)
        yield "caught"
    return "done"


#% if outer == native
@micropython.native
#% end
def outer(log, n):
    r = yield from inner(log, n)
    log.append(r)
    yield from (x * 2 for x in range(2))


log = []
g = outer(log, 2)
print(next(g), g.send("a"), g.send("b"), list(g), log)
log = []
g = outer(log, 5)
print(next(g), g.throw(ValueError(3)), next(g), log)
g.close()
