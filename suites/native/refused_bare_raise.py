# about: the native emitter refuses a raise without operand by name
# emitters: native
# refused: native raise

def f():
    try:
        1 // 0
    except ZeroDivisionError:
        raise
