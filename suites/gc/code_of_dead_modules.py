# helper: dying from dying.py
# about: functions, constants and names of a module stay alive while only a function of it is referenced
import gc, sys
import dying

f = dying.make(5)
g = dying.generator(3)
next(g)
del sys.modules["dying"]
del dying
for i in range(3):
    gc.collect()
    junk = [bytearray(b"\xee" * 64) for i in range(500)]
    gc.collect()
print(f(2), list(g))
