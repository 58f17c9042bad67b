# The oracle's fork server: one warm CPython that forks a child per program. The child has to behave, in
# everything that a program can see, as `python3 -BS PROGRAM` does in a process of its own.
#
# Rules that follow from it:
# - No import is left behind. Only modules that every CPython has loaded before its main script are used, and they
#   are taken from sys.modules. A module that this file imported would be in the program's sys.modules.
# - The server is started with the flags, environment, descriptors 0, 1, 2 and limits that a program gets, so that
#   the standard streams, sys.flags, the hash seed and the warning filters are right by themselves.
# - The program runs with NO frame of ours below it. Tracebacks, sys._getframe(), warnings' stacklevel and the
#   recursion limit would show one. See run_at_depth_zero().
# - What this cannot do exactly as a fresh process does (a source that does not compile), a fresh process does:
#   the child executes the interpreter again.
#
# What a program can see all the same: gc.get_freeze_count(), gc.get_objects() and gc.get_count() (the objects of the
# start are frozen, so that the collections of the children do not copy them), and with them the moments of
# automatic collections; that sys.unraisablehook is not the built-in one.
#
# Control channel: descriptor 3, a stream socket. A request is a length (4 octets, little-endian) and that many
# octets: words separated by NUL. An answer is one line. One request is answered before the next is read.
#   run OUTPUT FOLDER PATH0 PROGRAM -> "pid N"   OUTPUT: the pipe to write to, opened by name
#   reap N                          -> "ended STATUS"   the wait status; the child must have ended or be dying
#   anything that fails             -> "error TEXT"
# The child is a session leader. It stays a zombie until it is reaped on request, so its number stays valid.
# End of file on the channel ends the server.
#
# Works with CPython 3.8 and newer; the harness checks each interpreter before it trusts this (self_check.py).

import sys

posix = sys.modules['posix']
CHANNEL = 3


class Ended(Exception):
    pass


def read_exactly(size):
    octets = b''
    while len(octets) < size:
        more = posix.read(CHANNEL, size - len(octets))
        if not more:
            posix._exit(0)
        octets += more
    return octets


def answer(line):
    octets = line.encode('utf-8', 'backslashreplace').replace(b'\n', b' ') + b'\n'
    while octets:
        octets = octets[posix.write(CHANNEL, octets):]


def decoded(octets):
    # As CPython decodes its arguments.
    return octets.decode(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())


def serve():
    """Answers requests until one is a fork. Returns, in the child, (folder, path0, program)."""
    while True:
        size = int.from_bytes(read_exactly(4), 'little')
        words = read_exactly(size).split(b'\0')
        try:
            if words[0] == b'run':
                output = posix.open(words[1], posix.O_WRONLY)
                process = posix.fork()
                if process == 0:
                    take_streams(output)
                    return words[2], decoded(words[3]), decoded(words[4])
                posix.close(output)
                answer('pid %d' % process)
            elif words[0] == b'reap':
                answer('ended %d' % posix.waitpid(int(words[1]), 0)[1])
            else:
                answer('error unknown request %r' % words[0])
        except Exception as error:
            answer('error %s: %s' % (type(error).__name__, error))


def take_streams(output):
    """In the child. A failure here is no outcome of the program: the child dies by SIGKILL, and the harness
    runs the program in a fresh process."""
    try:
        posix.setsid()
        nothing = posix.open('/dev/null', posix.O_RDONLY)
        posix.dup2(nothing, 0)
        posix.dup2(output, 1)
        posix.dup2(output, 2)
        for descriptor in (nothing, output, CHANNEL):
            posix.close(descriptor)
    except BaseException:
        posix.kill(posix.getpid(), 9)


def run_fresh(program):
    posix.execv(sys.executable, [sys.executable, '-BS', program])


def make_main(program):
    """A module __main__ as a fresh interpreter has it; the order of the names is that of CPython."""
    main = type(sys)('__main__')
    names = main.__dict__
    names['__annotations__'] = {}
    names['__builtins__'] = sys.modules['builtins']
    names['__file__'] = program
    names['__cached__'] = None
    names['__loader__'] = sys.modules['_frozen_importlib_external'].SourceFileLoader('__main__', program)
    return main


def become(folder, path0, program):
    """Makes this child the process of the program; returns its compiled code and its __main__."""
    posix.chdir(folder)
    here = sys.argv[0]
    sys.argv[:] = [program]
    if hasattr(sys, 'orig_argv'):
        sys.orig_argv[:] = [sys.executable, '-BS', program]
    if not getattr(sys.flags, 'safe_path', False):
        sys.path[0] = path0
    sys.path_importer_cache.pop(here, None)
    sys.path_importer_cache[program] = None
    try:
        # Only the system interface itself: open() would leave an object of io behind.
        descriptor = posix.open(program, posix.O_RDONLY)
        source = b''
        while True:
            more = posix.read(descriptor, 1 << 20)
            if not more:
                break
            source += more
        posix.close(descriptor)
        code = compile(source, program, 'exec', 0, True)
    except BaseException:
        run_fresh(program)
    main = make_main(program)
    sys.modules['__main__'] = main
    return code, main


# How a program runs without a frame of ours. CPython runs this file as its main script; when it ends with an
# exception, the C function behind that (_PyRun_SimpleFile) first flushes the streams by calling
# sys.stderr.flush() from C, when no Python frame exists any more, and drops the result. So:
#   sys.stderr.flush = [slice(Program(), Epilogue(), Prologue())].pop
# hands the slice over, dropping it deallocates step, start and stop in this order, and the `__del__` of each
# runs at depth zero: Prologue removes the trick, Program IS the program (its `__del__` is a function made of the
# program's module code), Epilogue does what CPython does at the end of a script. An exception in a `__del__` goes
# to sys.unraisablehook, which is how the epilogue learns of it. After that the C code goes on with the
# exception this file ended with: a SystemExit whose code the epilogue has set.

class Prologue:
    __slots__ = ()


class Program:
    __slots__ = ()


class Epilogue:
    __slots__ = ()


class Sentinel:
    __slots__ = ()


def exit_early(status):
    """CPython's finalisation ends with milliseconds of freeing what only the interpreter itself can see. Every
    object of the program is finalised before that (finalize_modules), and then the codec registry is cleared:
    what hangs in it ends the process. Only where nothing after it could change the status."""
    if status is not None and type(status) is not int:
        return  # printed by the C code, which also decides the status
    text_stream = sys.modules['_io'].TextIOWrapper
    for stream in (sys.stdout, sys.stderr):
        if type(stream) is not text_stream or stream.closed:
            return
        try:
            stream.flush()
        except BaseException:
            return  # finalisation will say so and end with 120
    Sentinel.__del__ = type(child.__get__(0))(posix._exit, (status or 0) & 0xff)
    sys.modules['_codecs'].register({None: Sentinel()}.get)


def run_at_depth_zero(code, main):
    end = SystemExit(0)
    names = main.__dict__
    function = type(serve)(code, names)
    default_hook = sys.unraisablehook
    uncaught = []

    def hook(unraisable):
        if unraisable.object is function:
            uncaught[:] = [unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback]
        else:
            default_hook(unraisable)

    def prologue(self):
        del sys.stderr.flush
        sys.unraisablehook = hook
        sys.__unraisablehook__ = hook

    def epilogue(self):
        nonlocal function, names, main
        # The program's globals must die when its __main__ does, not with us.
        del Program.__del__
        globals_of_program, function, names, main = names, None, None, None
        if sys.unraisablehook is hook:
            sys.unraisablehook = default_hook
        sys.__unraisablehook__ = default_hook
        if uncaught and issubclass(uncaught[0], SystemExit):
            end.code = uncaught[1].code
            uncaught.clear()
            exit_early(end.code)
            return
        if uncaught:
            end.code = print_uncaught(*uncaught)
            interrupted = issubclass(uncaught[0], KeyboardInterrupt)
            uncaught.clear()
            if interrupted:
                die_by_interrupt()
        # A script that ended has no __file__ while the interpreter is finalised; one that called exit() has.
        for name in ('__file__', '__cached__'):
            globals_of_program.pop(name, None)
        exit_early(end.code)

    Prologue.__del__ = prologue
    Program.__del__ = staticmethod(function)
    Epilogue.__del__ = epilogue
    sys.stderr.flush = [slice(Program(), Epilogue(), Prologue())].pop
    return end


def flush_streams():
    for name in ('stderr', 'stdout'):
        try:
            getattr(sys, name).flush()
        except BaseException:
            pass


def print_uncaught(kind, value, traceback):
    """What PyErr_Print does. Returns the exit status."""
    flush_streams()
    sys.last_type, sys.last_value, sys.last_traceback = kind, value, traceback
    if sys.version_info >= (3, 12):
        sys.last_exc = value
    hook = getattr(sys, 'excepthook', None)
    try:
        if hook is None:
            sys.stderr.write('sys.excepthook is missing\n')
            sys.__excepthook__(kind, value, traceback)
        else:
            hook(kind, value, traceback)
    except SystemExit as exit:
        return exit.code
    except BaseException as error:
        sys.stderr.write('Error in sys.excepthook:\n')
        sys.__excepthook__(type(error), error.with_traceback(error.__traceback__.tb_next), None)
        sys.stderr.write('\nOriginal exception was:\n')
        sys.__excepthook__(kind, value, traceback)
    return 1


def die_by_interrupt():
    """CPython ends by SIGINT itself after an uncaught KeyboardInterrupt, when everything is finalised. That
    late nothing of ours runs any more, so what a program can see of finalisation is done here."""
    if 'threading' in sys.modules:
        sys.modules['threading']._shutdown()
    if 'atexit' in sys.modules:
        sys.modules['atexit']._run_exitfuncs()
    flush_streams()
    signal = sys.modules['_signal']
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    posix.kill(posix.getpid(), signal.SIGINT)


def child(folder, path0, program):
    try:
        code, main = become(folder, path0, program)
        return run_at_depth_zero(code, main)
    except BaseException:
        posix.kill(posix.getpid(), 9)


def freeze():
    import gc
    gc.collect()
    gc.freeze()
    del sys.modules['gc']


freeze()
raise child(*serve())
