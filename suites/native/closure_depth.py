# each: n in 1 2 3 8 20
# about: a variable is captured through {{n}} levels of functions, with defaults at each level

#% for i in range(n)
{{"    " * i}}def f{{i}}(x{{i}}, d{{i}}={{i * 7}}, *, k{{i}}={{i + 100}}):
#% end
{{"    " * n}}return {{", ".join("(x{i}, d{i}, k{i})" for i in range(n))}}
#% for i in range(n - 1)
{{"    " * (n - 1 - i)}}return f{{n - 1 - i}}
#% end


print(f0(1){{"".join("({i + 2}, k{i + 1}={i})" for i in range(n - 1))}})
