# each: n in 1 2 9..11 62..66 126..130 254 255
# about: an attribute and a global name of {{n}} characters

class O:
    pass


{{"n" * n}} = {{n}}
o = O()
o.{{"m" * n}} = 5


def f():
    return {{"n" * n}}, o.{{"m" * n}}


print(f(), len([k for k in globals() if k == "n" * {{n}}]))
