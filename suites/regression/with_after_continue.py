# about: a with statement that was left once by continue lets later turns fall through

class Manager:
    def __enter__(self):
        pass

    def __exit__(self, *args):
        pass


def f(log):
    for i in range(3):
        with Manager():
            if i == 0:
                continue
        log.append(i)
    return log


print(f([]))
