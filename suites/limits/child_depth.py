# each: n in 1 2 8 16 32 33
# about: functions nested {{n}} deep load and run

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
