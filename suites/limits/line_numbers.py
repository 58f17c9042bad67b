# each: gap in 1 2 15 16 17 31 32 33 63 64 65 2047 2048 2049
# each: code in 1 31 33
# about: a traceback names the right line after {{gap}} empty lines and {{code}} statements on one
# emitters: bytecode
# expect: the traceback of CPython has the source text
#| ['line {{10 + gap}}']
import io, sys


def f(x):
    {{"; ".join("x += 1" for i in range(code))}}
{{"\n" * (gap - 1)}}
    return x[1]


try:
    f(1)
except TypeError as e:
    text = io.StringIO()
    sys.print_exception(e, text)
    print([part.strip() for part in text.getvalue().split(",") if "line" in part][-1:])
