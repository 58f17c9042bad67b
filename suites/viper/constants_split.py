# each: low in minus2048=-2048 minus33=-33 minus32=-32 minus1=-1 zero=0 one=1 n31=31 n32=32 n255=255 n256=256 n2047=2047
# about: constants whose upper part meets every limit while the lower part is {{low}}
# emitters: any
import micropython

LOW = {{low}}


@micropython.viper
def f(a: int):
    out = []
#% for k in range(12, 29)
    out.append(a + ({{2 ** k}} + {{low}}))
    out.append(a + ({{-(2 ** k)}} + {{low}}))
    out.append(a + ({{2 ** k + 2 ** (k - 1)}} + {{low}}))
    out.append(a + ({{2 ** k * 2 - 4096}} + {{low}}))
#% end
    return out


wrong = []
want = []
for k in range(12, 29):
    want += [2**k + LOW, -(2**k) + LOW, 2**k + 2 ** (k - 1) + LOW, 2**k * 2 - 4096 + LOW]
for got, x in zip(f(0), want):
    if got != x:
        wrong.append((got, x))
print(len(want), "wrong", wrong)
