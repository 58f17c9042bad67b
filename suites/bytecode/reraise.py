# about: raise without operand raises the exception that is being handled, through nested handlers
# emitters: bytecode
def f(n):
    try:
        if n == 0:
            raise ValueError("zero")
        raise KeyError(n)
    except ValueError:
        try:
            raise IndexError
        except IndexError:
            pass
        raise
    except KeyError as e:
        if n > 1:
            raise
        return "handled", e.args


for n in range(3):
    try:
        print(f(n))
    except Exception as e:
        print(type(e).__name__, e.args)
try:
    raise
except RuntimeError:
    print("nothing to raise")
