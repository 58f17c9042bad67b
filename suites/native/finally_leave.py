# each: way in fall return raise break continue
# each: depth in 1..4
# about: leaving {{depth}} nested finally blocks by {{way}} runs each of them once, innermost first

def f(log, x):
    for i in range(2):
#% for k in range(depth)
        {{"    " * k}}try:
#% end
        {{"    " * depth}}log.append(i)
#% if way == return
        {{"    " * depth}}if i == 1: return x + i
#% elif way == raise
        {{"    " * depth}}if i == 1: raise ValueError(x + i)
#% elif way == break
        {{"    " * depth}}if i == 1: break
#% elif way == continue
        {{"    " * depth}}if i == 1: continue
#% else
        {{"    " * depth}}x += 1
#% end
#% for k in range(depth)
        {{"    " * (depth - 1 - k)}}finally:
        {{"    " * (depth - k)}}log.append("finally {{depth - k}}")
        {{"    " * (depth - 1 - k)}}log.append("behind {{depth - k}}")
#% end
    return x, "end"


log = []
try:
    print(f(log, 10))
except ValueError as e:
    print("raised", e.args)
print(log)
