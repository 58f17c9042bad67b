# each: n in 0..6 14..18 31..33 62..66 125..130 250..254
# about: a function with {{n}} positional parameters gets each argument in its place
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end
#% if n >= 128 and n != 254
# needs: not (emitter == native and arch in (xtensa, xtensawin))
#% end
#% if n >= 126
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

def f({{", ".join("a{i}" for i in range(n))}}):
    return [{{", ".join("a{i}" for i in range(n))}}]


print(f({{", ".join("{i * 7}" for i in range(n))}}))
print(f(*range({{n}})))
for m in ({{n - 1}}, {{n + 1}}):
    try:
        f(*range(m))
    except TypeError:
        print("TypeError")
