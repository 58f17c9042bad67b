# each: n in 1..9 14..18
# about: an exception passes {{n}} nested try blocks and is caught by each in turn

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
