# each: thrower in bytecode native viper
# each: passer in bytecode native viper
# each: catcher in bytecode native viper
# about: {{thrower}} code raises through a {{passer}} frame with finally into a {{catcher}} handler
import micropython

log = []


#% if thrower != bytecode
@micropython.{{thrower}}
#% end
def throw(what):
    log.append("throw")
    raise what


#% if passer != bytecode
@micropython.{{passer}}
#% end
def pass_on(what, a, b):
    c = a + b
    try:
        throw(what)
    finally:
        log.append(c)


#% if catcher != bytecode
@micropython.{{catcher}}
#% end
def catch(what, a, b):
    c = a + b
    try:
        pass_on(what, b, a)
    except (KeyError, ValueError):
        log.append("caught")
    return [a, b, c]


print(catch(ValueError(1), 10, 20), catch(KeyError("k"), "a", "b"), log)
