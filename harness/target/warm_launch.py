# A server that forks a child for each program of a MicroPython that is built into a CPython extension (the protocol:
# harness/process/fork_server.h; its requests here: `run OUTPUT FOLDER ARGC argument… NAME=value…`). CPython's start and
# the import are paid once; MicroPython itself starts in the child, with its own arguments and environment. Started as
# `python3 -I -S warm_launch.py LAUNCH.PY`, where LAUNCH.PY is the file that starts a fresh process.
import gc
import os
import re
import sys

CHANNEL = 3
NOT_THE_PROGRAM = 97  # as in warm_start.c


def read_exactly(size):
    octets = b""
    while len(octets) < size:
        more = os.read(CHANNEL, size - len(octets))
        if not more:
            os._exit(0)
        octets += more
    return octets


def answer(line):
    os.write(CHANNEL, line.encode("utf-8", "backslashreplace").replace(b"\n", b" ") + b"\n")


def become(words, output):
    """In the child. What fails here is no outcome of the program: the harness runs it in a fresh process."""
    try:
        os.setsid()
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        os.close(CHANNEL)
        os.chdir(words[2])
        count = int(words[3])
        sys.argv[:] = map(os.fsdecode, words[4 : 4 + count])
        os.environb.clear()
        for word in words[4 + count :]:
            name, _, value = word.partition(b"=")
            os.environb[name] = value
    except BaseException as error:
        os.write(1, b"warm start: %r" % error)
        os._exit(NOT_THE_PROGRAM)


def serve():
    """Answers requests; returns in each child."""
    while True:
        words = read_exactly(int.from_bytes(read_exactly(4), "little")).split(b"\0")
        try:
            if words[0] == b"run":
                output = os.open(words[1], os.O_WRONLY)
                child = os.fork()
                if child == 0:
                    return become(words, output)
                os.close(output)
                answer("pid %d" % child)
            elif words[0] == b"reap":
                _, status, usage = os.wait4(int(words[1]), 0)
                answer("ended %d %d %d" % (status, (usage.ru_utime + usage.ru_stime) * 1e6, usage.ru_maxrss))
            else:
                answer("error unknown request %r" % words[0])
        except Exception as error:
            answer("error %s: %s" % (type(error).__name__, error))


launcher = sys.argv[1]
folder = os.path.dirname(os.path.abspath(launcher))
sys.path.append(os.path.join(folder, "lib", "python%d.%d" % sys.version_info[:2], "site-packages"))
with open(launcher) as file:
    module = re.search(r"^from (\w+) import main$", file.read(), re.M).group(1)
main = __import__(module).main
gc.freeze()
serve()
# CPython's own end would free what only CPython can see.
os._exit((main() or 0) & 0xFF)
