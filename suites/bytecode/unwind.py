# each: outer in for while
# each: inner in try finally with except
# each: way in break continue return
# about: {{way}} out of {{inner}} in a {{outer}} loop that iterates over an iterator on the stack
# only: way == return or inner in (try, except) or way == break
class M:
    def __enter__(self):
        return self

    def __exit__(self, *a):
        print("exit")


def f(l):
    out = []
    n = 0
#% if outer == for
    for x in l:
#% else
    while n < 3:
        x = l[n]
        n += 1
#% end
        for y in (10, 20):
#% if inner == try
            try:
                out.append((x, y))
                if x == 2:
                    {{"return out" if way == return else way}}
            except ValueError:
                pass
#% elif inner == except
            try:
                l[99]
            except IndexError:
                out.append((x, y))
                if x == 2:
                    {{"return out" if way == return else way}}
#% elif inner == finally
            try:
                out.append((x, y))
                if x == 3:
                    {{"return out" if way == return else way}}
            finally:
                out.append("finally")
#% else
            with M():
                out.append((x, y))
                if x == 3:
                    {{"return out" if way == return else way}}
#% end
        else:
            out.append("else")
    return out, "end"


print(f([1, 2, 3]))
