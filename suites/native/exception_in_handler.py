# about: an exception raised in a handler, an else branch or a finally block replaces the first and is caught outside

def f(where):
    log = []
    try:
        try:
            if where != "else":
                raise KeyError(1)
        except KeyError:
            log.append("handler")
            if where == "handler":
                raise ValueError(2)
        else:
            log.append("else")
            raise ValueError(3)
        finally:
            log.append("finally")
            if where == "finally":
                raise ValueError(4)
    except ValueError as e:
        log.append(e.args)
    return log


for where in ("handler", "else", "finally", "nowhere"):
    print(where, f(where))
