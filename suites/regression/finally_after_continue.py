# about: a finally block that was left once by continue lets later turns fall through

def f(log):
    for i in range(3):
        try:
            if i == 0:
                continue
        finally:
            log.append(i)
        log.append("after")
    return log


print(f([]))
