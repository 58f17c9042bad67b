# about: a finally block that was left once by break of an inner loop falls through when the outer loop comes back

def f(log):
    for i in range(3):
        for j in range(2):
            try:
                if i == 0:
                    break
            finally:
                log.append((i, j))
            log.append("after")
    return log


print(f([]))
