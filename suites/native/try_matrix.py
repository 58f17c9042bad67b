# each: raised in none ValueError KeyError KeyboardInterrupt
# each: clause in one two bare tuple as
# about: try/except/else/finally with {{clause}} clause when {{raised}} is raised

def g(log):
    log.append("body")
#% if raised != none
    raise {{raised}}("message")
#% end


def f(log, a, b):
    try:
        try:
            g(log)
            a += 1
#% if clause == one
        except ValueError:
            log.append("value")
#% elif clause == two
        except ValueError:
            log.append("value")
        except KeyError:
            log.append("key")
#% elif clause == bare
        except:
            log.append("any")
#% elif clause == tuple
        except (KeyError, ValueError):
            log.append("either")
#% else
        except ValueError as e:
            log.append(e.args)
#% end
        else:
            log.append("else")
            b += 1
        finally:
            log.append("finally")
            a += 10
        log.append("after")
    except BaseException as e:
        log.append(("outer", type(e).__name__, e.args))
    return a, b


log = []
print(f(log, 1, 2), log)
