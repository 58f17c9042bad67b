# each: n in 1..9 15..18 31..33 63..65 125..129
# about: {{n}} keyword-only parameters, every second with a default
#% if n >= 126
# unsupported: too many locals for native method if emitter == native and arch in (armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
#% end

def f(*, {{", ".join("k{2 * i}, k{2 * i + 1}=({i},)" for i in range(n // 2))}}{{", " if n % 2 == 1 and n > 1 else ""}}{{"last" if n % 2 == 1 else ""}}):
    return [{{", ".join("k{2 * i}, k{2 * i + 1}" for i in range(n // 2))}}{{", " if n % 2 == 1 and n > 1 else ""}}{{"last" if n % 2 == 1 else ""}}]


print(f({{", ".join("k{2 * i}={i}" for i in range(n // 2))}}{{", " if n % 2 == 1 and n > 1 else ""}}{{"last='l'" if n % 2 == 1 else ""}}))
try:
    f()
except TypeError:
    print("TypeError")
