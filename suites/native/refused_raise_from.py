# about: the native emitter refuses raise … from … by name
# emitters: native
# refused: native raise

def f(e):
    raise ValueError from e
