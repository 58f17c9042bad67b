# about: texts with every kind of character are written and read unchanged
def f():
    return "a\0b", "\x01\x7f", "\u00e9\u20ac\U0001f600", "line\nline", "\\", "'\"", "tab\t", "\x80\xff"


for s in f():
    print(len(s), [ord(c) for c in s], [b for b in s.encode()])
