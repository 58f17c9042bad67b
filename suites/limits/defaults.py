# each: n in 1..9 15..18 31..33 63..65 125..129
# about: {{n}} default arguments fill up from the right
#% if n >= 126
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

def f({{", ".join("a{i}=({i}, 'd')" for i in range(n))}}):
    return [{{", ".join("a{i}" for i in range(n))}}]


print(f())
print(f("first"))
print(f(*range({{n}} - 1)))
print(f(*range({{n}})))
