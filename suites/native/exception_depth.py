# each: n in 1..9 14..18
# about: an exception passes {{n}} nested try blocks and is caught by each in turn
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# unsupported: native method too big if emitter == native and arch == armv6m
# unsupported: out of range if emitter == native and arch in (xtensa, xtensawin)

def f(log, a):
    b = a + 1
#% for i in range(n)
    {{"    " * i}}try:
#% end
    {{"    " * n}}raise ValueError(a, b)
#% for i in range(n)
    {{"    " * (n - 1 - i)}}except ValueError as e:
    {{"    " * (n - i)}}log.append(e.args)
    {{"    " * (n - i)}}b += 1
#% if i < n - 1
    {{"    " * (n - i)}}raise ValueError({{i}}, b)
#% end
#% end
    return a, b


log = []
print(f(log, 5), log)
