# What a program can see of the interpreter and process it runs in. The harness runs this file in a fresh
# `python3 -BS` and through the fork server; both have to print the same octets and end with the same status,
# otherwise the fork server is not used with that interpreter. It ends by an uncaught exception, with a thread
# and an exit handler pending.
#
# Not compared, because the fork server cannot make it the same: the counters of the garbage collector (and so
# the moments of automatic collections), the objects it knows of, and addresses.
import sys
print('modules', list(sys.modules))
print('path', sys.path, sys.argv, getattr(sys, 'orig_argv', None), sys.executable)
print('flags', sys.flags, sys.warnoptions, sys.dont_write_bytecode, sorted(sys.path_importer_cache))
print('sys', sorted(vars(sys)))
print('hooks', sys.excepthook, sys.displayhook, sys.unraisablehook is sys.__unraisablehook__, sys.gettrace(),
      sys.getprofile(), sys.path_hooks[1:] and len(sys.path_hooks), len(sys.meta_path))
print('main', [(k, type(v)) for k, v in globals().items()], __name__, __file__, __loader__.name,
      __loader__.path, __spec__, __annotations__)
print('builtins', dir(__builtins__))
print('frame', sys._getframe().f_back, sys._getframe().f_code.co_filename, sys._getframe().f_code.co_name,
      sys._getframe().f_locals is globals(), sys.exc_info())
for stream in sys.stdin, sys.stdout, sys.stderr:
    print('stream', stream, stream.__dict__, stream.line_buffering, stream.fileno(), stream.isatty(),
          stream.write_through, stream._CHUNK_SIZE, stream.errors, stream.newlines)
print('hash', hash('a'), hash(b'b'), {str(i) for i in range(40)})


def depth():
    global deepest
    deepest += 1
    depth()


deepest = 0
try:
    depth()
except RecursionError as error:
    print('recursion', deepest, error, sys.getrecursionlimit())

import gc
import os
import signal
import warnings

print('gc', gc.get_threshold(), gc.isenabled(), gc.get_debug(), gc.callbacks)
print('signals', {s: str(signal.getsignal(s)).split(' at ')[0] for s in range(1, signal.NSIG)},
      signal.pthread_sigmask(signal.SIG_BLOCK, []))
print('process', os.listdir('/proc/self/fd'), os.getcwd(), os.getpgrp() == os.getpid() == os.getsid(0),
      os.path.realpath('/proc/self/fd/0'), os.umask(0o22), os.nice(0))
print('file', open(__file__).fileno())
print('environment', sorted((k, v) for k, v in os.environ.items() if not k.startswith('MPYCONFORM_')))
print('warnings', warnings.filters)
warnings.warn('at level two', stacklevel=2)
print('late modules', list(sys.modules))

import atexit
import threading


@atexit.register
def at_exit():
    print('exit', '__file__' in globals(), [name for name in ('last_type', 'last_exc') if hasattr(sys, name)])


def other():
    threading.main_thread().join()
    print('thread', threading.main_thread().is_alive(), threading.active_count())


class Finalised:
    def __del__(self):
        print('finalised', __name__)


kept = Finalised()
cycle = Finalised(), []
cycle[1].append(cycle)


def pending():
    try:
        yield
    finally:
        print('generator closed')


generator = pending()
next(generator)
print('threads', threading.main_thread() is threading.current_thread())
threading.Thread(target=other).start()
raise ValueError('the end') from KeyError('cause')
