# each: n in 1..8 12 15..18
# about: {{n}} exception handlers are open at once, also in a generator

def g(log, a):
#% for i in range(n)
    {{"    " * i}}try:
#% end
    {{"    " * n}}yield a
    {{"    " * n}}log.append("no exception")
#% for i in range(n)
    {{"    " * (n - 1 - i)}}finally:
    {{"    " * (n - i)}}log.append({{i}})
#% end


log = []
x = g(log, 5)
print(next(x))
try:
    x.throw(ValueError(1))
except ValueError as e:
    print(e.args)
print(list(g(log, 6)))
print(log)
