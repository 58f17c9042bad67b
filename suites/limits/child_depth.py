# each: n in 1 2 8 16 32 33
# about: functions nested {{n}} deep load and run
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

#% for i in range(n)
{{" " * i}}def f{{i}}():
#% end
{{" " * n}}return "deepest of {{n}}"
#% for i in range(n - 1)
{{" " * (n - 1 - i)}}return f{{n - 1 - i}}
#% end


x = f0
for i in range({{n}}):
    x = x()
print(x)
