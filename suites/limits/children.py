# each: n in 1 2 8 30..34 62..66 126..130 229 230 254..258 300
# about: a module makes {{n}} functions, and each is the right one
#% if not (n % 64 in (0, 1, 63) or n in (15, 16, 17))
# needs: emitter != bytecode
#% end
#% if n == 257 or n == 258
# needs: not (emitter == native and arch in (xtensa, xtensawin))
#% end
#% if n >= 230
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

#% for i in range(n)
def f{{i}}(x):
    return x + {{i * 3}}


#% end
print([{{", ".join("f{i}(1)" for i in range(n))}}])
