# each: inner in value raise
# each: outer in return raise fall
# about: a finally block that ends by {{outer}} after its body ended by {{inner}}

def f(log):
    try:
#% if inner == value
        return "body"
#% else
        raise KeyError("body")
#% end
    finally:
        log.append("finally")
#% if outer == return
        return "finally"
#% elif outer == raise
        raise ValueError("finally")
#% end


log = []
try:
    print(f(log))
except Exception as e:
    print(type(e).__name__, e.args)
print(log)
